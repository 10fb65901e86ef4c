"""The ledger of live sources, in intake: how far each was read, when it was last heard, and which files it still owes us.

A cursor moves in the very transaction that makes the records before it durable: a stop repeats a page, and never skips one.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import OF_KEY, Gap, seal_gap
from muniment.capture.intake import QUARTER, Sealed
from muniment.record.clock import SECOND
from muniment.record.errors import WrongKey
from muniment.record.record import Assurance, Header, join_payload
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.sealedtext import SealedText

MediaState = Literal["waiting", "stored", "flagged", "lost"]
_FEED = (
    "source, cursor, contacted_at, received_at, failed_at, failure, failures, refused_at, refused, rung_at,"
    " delivered_at, bell_since, behind_at, behind_since, sealed_at"
)

UNOPENED = 3600 * SECOND
"""How long an entry rests that does not open (µs)."""


class Feed(msgspec.Struct, frozen=True):
    """Where a live source stands. Times in µs UTC, None for never; `failure` is a code, `failures` how often in a row.

    `contacted_at` is when a pull last reached its platform, and only a pull ends a failure. `delivered_at` is when the platform
    last called us. `received_at` is when a record of a message last came, either way.
    """

    source: str
    cursor: str | None
    contacted_at: int | None
    received_at: int | None
    failed_at: int | None
    failure: str | None
    failures: int
    refused_at: int | None
    refused: int
    rung_at: int | None
    """When its doorbell was last rung and no pull has succeeded since."""
    delivered_at: int | None = None
    bell_since: int | None = None
    """When the doorbell was first rung of those rings that wait for an answer."""
    behind_at: int | None = None
    """Of when the newest message of the last full page was, while there is more behind it; None where there is not."""
    behind_since: int | None = None
    """Since when there is more than a page behind what was pulled."""
    sealed_at: int | None = None
    """When something last came that no key opened."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A file to fetch; `progress` is the connector's own, for a fetch that goes on where it was stopped.

    `spent` counts the tries that use up the platform's patience: those after its own end, or all where it sets none.
    """

    source: str
    id: bytes
    due: MediaDue
    wanted_at: int
    tries: int
    progress: bytes | None
    spent: int = 0


class Owing(msgspec.Struct, frozen=True):
    """How many files of a source wait, came flagged, or are lost; when the oldest that waits was named (µs UTC)."""

    waiting: int = 0
    flagged: int = 0
    lost: int = 0
    oldest: int | None = None


class Ledger:
    """The live sources of one archive. Any process may write; each call is one durable step."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._database = archive, archive.intake.database
        self._names = Pseudonyms(archive.kek)
        self._text = SealedText(archive.kek, "media")

    # ── Taking in ────────────────────────────────────────────────────────────────────────────────────────────────────

    def seal(
        self, source: str, connector: str, version: int, assurance: Assurance, items: Sequence[Captured]
    ) -> list[Sealed]:
        """The items as records of the account `source`, ready to be accepted."""
        return [
            self._archive.sealer.seal(
                join_payload(
                    Header(
                        by=connector,
                        v=version,
                        part=item.part,
                        assurance=item.assurance or assurance,
                        key=item.key,
                        meta=item.meta,
                    ),
                    item.raw,
                ),
                log="records",
                type="rec",
                source=source,
                source_seq=item.seq,
                ref=item.ref,
            )
            for item in items
        ]

    def accept(
        self,
        source: str,
        items: Sequence[Sealed],
        *,
        cursor: str | None = None,
        due: Sequence[MediaDue] = (),
        gaps: Sequence[tuple[str, Gap]] = (),
        rung: bool = False,
        bell: str = "",
        contact: bool = True,
        marks: Mapping[str, str] | None = None,
        pulled: bool = False,
        heard: bool = True,
        unopened: bool = False,
    ) -> None:
        """Make items, cursor, owed files and marks durable together: when this returns they are acknowledged.

        Each gap comes with the connector's name. Without `contact` the source itself had no part in it; with it, it was `pulled`,
        or it called us. Items show that the account is `heard`, unless they are none that a colleague or a client could have
        written, and unless what came was a doorbell; `unopened` says that no key opened some of them.
        """
        now = self._archive.clock()
        sealed = [*items, *(seal_gap(self._archive.sealer, source, by, gap) for by, gap in gaps)]
        with self._archive.disk.transaction(self._database, "intake"):
            self.put(source, sealed, due)
            if contact:
                how = "contacted_at = ?, failure = NULL, failures = 0" if pulled else "delivered_at = ?"
                self._database.execute(
                    f"UPDATE feed SET {how}, cursor = coalesce(?, cursor),"
                    " received_at = CASE WHEN ? = 1 THEN ? ELSE received_at END,"
                    " sealed_at = CASE WHEN ? = 1 THEN ? ELSE sealed_at END WHERE source = ?",
                    (now, cursor, int(heard and not rung and bool(items)), now, int(unopened), now, source),
                )
            if rung:
                said = self._text.seal(bell.encode(), f"{source} bell") if bell else None
                self._database.execute(
                    "UPDATE feed SET rung_at = ?, bell = ?, bell_since = coalesce(bell_since, ?) WHERE source = ?",
                    (now, said, now, source),
                )
            for each_name, value in (marks or {}).items():
                self._database.execute(
                    "INSERT INTO mark (source, name, value) VALUES (?, ?, ?)"
                    " ON CONFLICT (source, name) DO UPDATE SET value = excluded.value",
                    (source, each_name, value),
                )

    def put(self, source: str, items: Sequence[Sealed], due: Sequence[MediaDue]) -> None:
        """Write items and owed files, within a transaction of intake that the caller has begun."""
        now = self._archive.clock()
        self._archive.intake.take(items)
        self._touch(source)
        for each in due:
            name = self._names.key(source, "attachment", each.media)
            self._database.execute(
                "INSERT INTO media (source, id, sealed, wanted_at, until, next_at, tries, state) VALUES (?, ?, ?, ?, ?, ?, 0, 'waiting')"
                " ON CONFLICT DO NOTHING",
                (
                    source,
                    name,
                    self._text.seal(msgspec.json.encode(each), f"{source} {name.hex()}"),
                    now,
                    each.until,
                    now,
                ),
            )

    # ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def acknowledged(self, source: str, since: int) -> list[tuple[int, int, int]]:
        """From a time on (µs UTC), by quarter of an hour that had any: its number, records acknowledged, deliveries refused."""
        rows = self._database.execute(
            "SELECT at, records, refused FROM accepted WHERE source = ? AND at >= ? ORDER BY at",
            (source, since // QUARTER),
        )
        return [(int(at), int(records), int(refused)) for at, records, refused in rows]

    def unsettled(self, source: str) -> list[tuple[int, int]]:
        """Its records that wait here for the log, by quarter of an hour."""
        rows = self._database.execute(
            f"SELECT received_at / {QUARTER}, count(*) FROM item WHERE log = 'records' AND type = 'rec' AND source = ? GROUP BY 1",
            (source,),
        )
        return [(int(at), int(number)) for at, number in rows]

    def counted_from(self) -> int:
        """The leaf from which on all that was acknowledged is counted: 0, unless the archive is older than the counting."""
        row = self._database.execute("SELECT leaf FROM counting").fetchone()
        return 0 if row is None else int(row[0])

    # ── Standing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def feeds(self) -> dict[str, Feed]:
        """Every source that was ever heard or tried."""
        return {row[0]: Feed(*row) for row in self._database.execute(f"SELECT {_FEED} FROM feed ORDER BY source")}

    def feed(self, source: str) -> Feed | None:
        """One of them."""
        row = self._database.execute(f"SELECT {_FEED} FROM feed WHERE source = ?", (source,)).fetchone()
        return None if row is None else Feed(*row)

    def contacted(self, source: str) -> None:
        """A pull reached the source, and nothing in it failed."""
        self._say(source, "contacted_at = ?, failure = NULL, failures = 0", self._archive.clock())

    def bell(self, source: str) -> str | None:
        """What the doorbell said that waits for an answer; None where none waits, or it said nothing."""
        row = self._database.execute(
            "SELECT bell FROM feed WHERE source = ? AND rung_at IS NOT NULL", (source,)
        ).fetchone()
        try:
            return None if row is None or row[0] is None else self._text.open(row[0], f"{source} bell").decode()
        except WrongKey:  # it is looked without the bell's word then
            return None

    def mark(self, source: str, name: str) -> str | None:
        """What its connector wrote down under a name, beside its cursor."""
        row = self._database.execute("SELECT value FROM mark WHERE source = ? AND name = ?", (source, name)).fetchone()
        return None if row is None else str(row[0])

    def answered(self, source: str, rung_at: int) -> None:
        """The doorbell that rang at `rung_at` was answered; one that rang since still waits."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE feed SET rung_at = NULL, bell = NULL, bell_since = NULL WHERE source = ? AND rung_at <= ?",
                (source, rung_at),
            )
            self._database.execute(
                "UPDATE feed SET bell_since = rung_at WHERE source = ? AND bell_since <= ?", (source, rung_at)
            )

    def behind(self, source: str, at: int | None) -> None:
        """There is more behind a full page whose newest message is of `at` (µs UTC); None: all there is was pulled."""
        if at is None:
            with self._archive.disk.transaction(self._database, "intake"):
                self._database.execute(
                    "UPDATE feed SET behind_at = NULL, behind_since = NULL"
                    " WHERE source = ? AND behind_since IS NOT NULL",
                    (source,),
                )
        else:
            now = self._archive.clock()
            self._say(source, "behind_at = ?, behind_since = coalesce(behind_since, ?)", at, now)

    def failed(self, source: str, code: str) -> None:
        """The source did not answer as it should; `code` is its own code or ours, never content."""
        self._say(source, "failed_at = ?, failure = ?, failures = failures + 1", self._archive.clock(), code[:80])

    def mended(self, source: str) -> None:
        """What kept a source from being used at all is mended."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE feed SET failure = NULL, failures = 0 WHERE source = ? AND failures > 0", (source,)
            )

    def refused(self, source: str) -> None:
        """A delivery came in its name that is not authentic."""
        now = self._archive.clock()
        with self._archive.disk.transaction(self._database, "intake"):
            self._touch(source)
            self._database.execute(
                "UPDATE feed SET refused_at = ?, refused = refused + 1 WHERE source = ?", (now, source)
            )
            self._archive.intake.count(source, now // QUARTER, refused=1)

    def _say(self, source: str, change: str, *values: object) -> None:
        with self._archive.disk.transaction(self._database, "intake"):
            self._touch(source)
            self._database.execute(f"UPDATE feed SET {change} WHERE source = ?", (*values, source))

    def _touch(self, source: str) -> None:
        self._database.execute(
            "INSERT INTO feed (source, failures, refused) VALUES (?, 0, 0) ON CONFLICT DO NOTHING", (source,)
        )

    # ── Gaps that are known already ──────────────────────────────────────────────────────────────────────────────────

    def gap_once(self, source: str, connector: str, name: str, gap: Gap) -> bool:
        """Seal a gap unless the one called `name` is open already; whether it was new."""
        item = seal_gap(self._archive.sealer, source, connector, gap)
        with self._archive.disk.transaction(self._database, "intake"):
            found = self._database.execute(
                "SELECT 1 FROM open_gap WHERE source = ? AND name = ?", (source, name)
            ).fetchone()
            if found is None:
                self._database.execute(
                    "INSERT INTO open_gap (source, name, at) VALUES (?, ?, ?)", (source, name, self._archive.clock())
                )
                self._archive.intake.take([item])
        return found is None

    def gap_over(self, source: str, name: str) -> None:
        """What the gap called `name` spoke of has ended: the next of that name is a new one."""
        asked = "SELECT 1 FROM open_gap WHERE source = ? AND name = ?"
        if self._database.execute(asked, (source, name)).fetchone() is None:
            return
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute("DELETE FROM open_gap WHERE source = ? AND name = ?", (source, name))
            if name.startswith(OF_KEY):  # with the last of them everything that came is open
                self._database.execute(
                    "UPDATE feed SET sealed_at = NULL WHERE source = ?"
                    " AND NOT EXISTS (SELECT 1 FROM open_gap WHERE source = ? AND name LIKE ?)",
                    (source, source, f"{OF_KEY}%"),
                )

    def open_gaps(self) -> set[tuple[str, str]]:
        """Source and name of each gap that has not ended."""
        return {(source, name) for source, name in self._database.execute("SELECT source, name FROM open_gap")}

    # ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def due(self) -> list[str]:
        """The sources with files whose turn has come."""
        rows = self._database.execute(
            "SELECT DISTINCT source FROM media WHERE state = 'waiting' AND next_at <= ? ORDER BY source",
            (self._archive.clock(),),
        ).fetchall()
        return [source for (source,) in rows]

    def rest(self, source: str, until: int, code: str) -> None:
        """Nothing can be fetched of a source: its files whose turn has come wait until then (µs UTC); that is no try."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE media SET next_at = ?, code = ? WHERE source = ? AND state = 'waiting' AND next_at <= ?",
                (until, code, source, self._archive.clock()),
            )

    def wake(self, source: str, code: str) -> None:
        """The files of a source that rest because of `code` are due."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE media SET next_at = ? WHERE source = ? AND state = 'waiting' AND code = ?",
                (self._archive.clock(), source, code),
            )

    def owed(self, limit: int, source: str | None = None) -> list[Owed]:
        """Files whose turn has come, of one source or of any, the soonest to expire first.

        One whose entry does not open rests, and holds up none of the others.
        """
        of, named = ("", ()) if source is None else (" AND source = ?", (source,))
        rows = self._database.execute(
            "SELECT source, id, sealed, wanted_at, tries, progress, spent FROM media WHERE state = 'waiting' AND next_at <= ?"
            f"{of} ORDER BY coalesce(until, wanted_at), wanted_at LIMIT ?",
            (self._archive.clock(), *named, limit),
        ).fetchall()
        found = []
        for of_source, name, sealed, wanted_at, tries, progress, spent in rows:
            due = self._due(of_source, bytes(name), sealed)
            if due is not None:
                kept = None if progress is None else bytes(progress)
                found.append(
                    Owed(
                        source=of_source,
                        id=bytes(name),
                        due=due,
                        wanted_at=wanted_at,
                        tries=tries,
                        progress=kept,
                        spent=spent,
                    )
                )
        return found

    def _due(self, source: str, name: bytes, sealed: bytes) -> MediaDue | None:
        try:
            return msgspec.json.decode(self._text.open(sealed, f"{source} {name.hex()}"), type=MediaDue)
        except (WrongKey, msgspec.MsgspecError):
            with self._archive.disk.transaction(self._database, "intake"):
                self._database.execute(
                    "UPDATE media SET next_at = ?, code = 'WrongKey' WHERE source = ? AND id = ?",
                    (self._archive.clock() + UNOPENED, source, name),
                )
            return None

    def fetched(
        self,
        owed: Owed,
        items: Sequence[Sealed],
        state: MediaState,
        code: str | None = None,
        gap: tuple[str, Gap] | None = None,
    ) -> None:
        """A file came (its record is among `items`), came flagged, or is lost for good (with its gap): one durable step."""
        sealed = [*items, *([] if gap is None else [seal_gap(self._archive.sealer, owed.source, gap[0], gap[1])])]
        with self._archive.disk.transaction(self._database, "intake"):
            self._archive.intake.take(sealed)
            self._database.execute(
                "UPDATE media SET state = ?, code = ?, next_at = NULL, progress = NULL, tries = tries + 1 WHERE source = ? AND id = ?",
                (state, code, owed.source, owed.id),
            )

    def again(
        self,
        owed: Owed,
        at: int,
        code: str,
        progress: bytes | None = None,
        *,
        tried: bool = True,
        spent: int | None = None,
    ) -> None:
        """A file is tried again from `at` on (µs UTC); `tried` when this was an attempt, `spent` what is used up by now."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE media SET next_at = ?, code = ?, progress = ?, tries = tries + ?, spent = ? WHERE source = ? AND id = ?",
                (at, code, progress, int(tried), owed.spent if spent is None else spent, owed.source, owed.id),
            )

    def owing(self) -> dict[str, Owing]:
        """What each source owes, or will never give."""
        found: dict[str, Owing] = {}
        for source, state, count, oldest in self._database.execute(
            "SELECT source, state, count(*), min(wanted_at) FROM media WHERE state IN ('waiting', 'flagged', 'lost') GROUP BY state, source"
        ):
            before = found.get(source, Owing())
            changes = {str(state): int(count)} | ({"oldest": oldest} if state == "waiting" else {})
            found[source] = msgspec.structs.replace(before, **changes)
        return found

    # ── Canaries ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def canary_sent(self, source: str, token: str) -> None:
        """A canary message was sent; its text holds `token`, which nobody can guess."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "INSERT INTO canary (source, token, sent_at) VALUES (?, ?, ?)", (source, token, self._archive.clock())
            )

    def canaries(self, source: str) -> list[tuple[str, int, int | None]]:
        """Its canaries, newest first: token, when it was sent and when it came back (µs UTC)."""
        return [
            (token, sent, seen)
            for token, sent, seen in self._database.execute(
                "SELECT token, sent_at, seen_at FROM canary WHERE source = ? ORDER BY sent_at DESC LIMIT 20", (source,)
            )
        ]

    def canaries_open(self, since: int) -> list[str]:
        """The sources of which a canary that was sent since then (µs UTC) has not come back."""
        sql = "SELECT DISTINCT source FROM canary WHERE seen_at IS NULL AND sent_at >= ? ORDER BY source"
        return [source for (source,) in self._database.execute(sql, (since,))]

    def canaries_seen(self, source: str | None = None) -> dict[str, int]:
        """When a canary of each source last came back (µs UTC), of all sources or of one; those of which none did are left out."""
        where, values = ("", ()) if source is None else (" AND source = ?", (source,))
        sql = f"SELECT source, max(seen_at) FROM canary WHERE seen_at IS NOT NULL{where} GROUP BY source"
        return dict(self._database.execute(sql, values).fetchall())

    def canary_seen(self, source: str, token: str) -> None:
        """It was found in a record that came from the source."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE canary SET seen_at = ? WHERE source = ? AND token = ? AND seen_at IS NULL",
                (self._archive.clock(), source, token),
            )
