"""The ledger of live sources, in intake: how far each was read, when it was last heard, and which files it still owes us.

A cursor moves in the very transaction that makes the records before it durable: a stop repeats a page, and never skips one.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, seal_gap
from muniment.capture.intake import COLUMNS, Sealed, to_row
from muniment.record.record import Assurance, Header, join_payload
from muniment.vault.pseudonym import Pseudonyms
from muniment.vault.sealedtext import SealedText

MediaState = Literal["waiting", "stored", "flagged", "lost"]
_FEED = "source, cursor, contacted_at, received_at, failed_at, failure, failures, refused_at, refused, rung_at"


class Feed(msgspec.Struct, frozen=True):
    """Where a live source stands. Times in µs UTC, None for never; `failure` is a code, `failures` how often in a row."""

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
    """When its doorbell was last rung and nobody has looked since."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A file to fetch; `progress` is the connector's own, for a fetch that goes on where it was stopped."""

    source: str
    id: bytes
    due: MediaDue
    wanted_at: int
    tries: int
    progress: bytes | None


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
    ) -> None:
        """Make items, cursor, owed files and marks durable together: when this returns they are acknowledged.

        Each gap comes with the connector's name. Without `contact` the source itself had no part in it.
        """
        now = self._archive.clock()
        sealed = [*items, *(seal_gap(self._archive.sealer, source, by, gap) for by, gap in gaps)]
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.insert("item", COLUMNS, [to_row(item) for item in sealed])
            self._touch(source)
            if contact:
                self._database.execute(
                    "UPDATE feed SET contacted_at = ?, failure = NULL, failures = 0, cursor = coalesce(?, cursor),"
                    " received_at = CASE WHEN ? = 1 THEN ? ELSE received_at END WHERE source = ?",
                    (now, cursor, int(bool(items)), now, source),
                )
            if rung:
                said = self._text.seal(bell.encode(), f"{source} bell") if bell else None
                self._database.execute("UPDATE feed SET rung_at = ?, bell = ? WHERE source = ?", (now, said, source))
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
            for each_name, value in (marks or {}).items():
                self._database.execute(
                    "INSERT INTO mark (source, name, value) VALUES (?, ?, ?)"
                    " ON CONFLICT (source, name) DO UPDATE SET value = excluded.value",
                    (source, each_name, value),
                )

    # ── Standing ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def feeds(self) -> dict[str, Feed]:
        """Every source that was ever heard or tried."""
        return {row[0]: Feed(*row) for row in self._database.execute(f"SELECT {_FEED} FROM feed ORDER BY source")}

    def feed(self, source: str) -> Feed | None:
        """One of them."""
        row = self._database.execute(f"SELECT {_FEED} FROM feed WHERE source = ?", (source,)).fetchone()
        return None if row is None else Feed(*row)

    def contacted(self, source: str) -> None:
        """The source answered, and had nothing new; whoever rang is answered too."""
        self._say(source, "contacted_at = ?, failure = NULL, failures = 0", self._archive.clock())

    def bell(self, source: str) -> str | None:
        """What the doorbell said that waits for an answer; None where none waits, or it said nothing."""
        row = self._database.execute(
            "SELECT bell FROM feed WHERE source = ? AND rung_at IS NOT NULL", (source,)
        ).fetchone()
        return None if row is None or row[0] is None else self._text.open(row[0], f"{source} bell").decode()

    def mark(self, source: str, name: str) -> str | None:
        """What its connector wrote down under a name, beside its cursor."""
        row = self._database.execute("SELECT value FROM mark WHERE source = ? AND name = ?", (source, name)).fetchone()
        return None if row is None else str(row[0])

    def answered(self, source: str, rung_at: int) -> None:
        """The doorbell that rang at `rung_at` was answered; one that rang since still waits."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE feed SET rung_at = NULL, bell = NULL WHERE source = ? AND rung_at <= ?", (source, rung_at)
            )

    def failed(self, source: str, code: str) -> None:
        """The source did not answer as it should; `code` is its own code or ours, never content."""
        self._say(source, "failed_at = ?, failure = ?, failures = failures + 1", self._archive.clock(), code[:80])

    def refused(self, source: str) -> None:
        """A delivery came in its name that is not authentic."""
        self._say(source, "refused_at = ?, refused = refused + 1", self._archive.clock())

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
                self._database.insert("item", COLUMNS, [to_row(item)])
        return found is None

    def gap_over(self, source: str, name: str) -> None:
        """What the gap called `name` spoke of has ended: the next of that name is a new one."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute("DELETE FROM open_gap WHERE source = ? AND name = ?", (source, name))

    def open_gaps(self) -> set[tuple[str, str]]:
        """Source and name of each gap that has not ended."""
        return {(source, name) for source, name in self._database.execute("SELECT source, name FROM open_gap")}

    # ── Files ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def owed(self, limit: int) -> list[Owed]:
        """Files whose turn has come, the soonest to expire first."""
        rows = self._database.execute(
            "SELECT source, id, sealed, wanted_at, tries, progress FROM media WHERE state = 'waiting' AND next_at <= ?"
            " ORDER BY coalesce(until, wanted_at), wanted_at LIMIT ?",
            (self._archive.clock(), limit),
        ).fetchall()
        return [
            Owed(
                source=source,
                id=bytes(name),
                due=msgspec.json.decode(self._text.open(sealed, f"{source} {bytes(name).hex()}"), type=MediaDue),
                wanted_at=wanted_at,
                tries=tries,
                progress=None if progress is None else bytes(progress),
            )
            for source, name, sealed, wanted_at, tries, progress in rows
        ]

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
            self._database.insert("item", COLUMNS, [to_row(item) for item in sealed])
            self._database.execute(
                "UPDATE media SET state = ?, code = ?, next_at = NULL, progress = NULL, tries = tries + 1 WHERE source = ? AND id = ?",
                (state, code, owed.source, owed.id),
            )

    def again(self, owed: Owed, at: int, code: str, progress: bytes | None = None, *, tried: bool = True) -> None:
        """A file is tried again from `at` on (µs UTC); `tried` when this was an attempt."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE media SET next_at = ?, code = ?, progress = ?, tries = tries + ? WHERE source = ? AND id = ?",
                (at, code, progress, int(tried), owed.source, owed.id),
            )

    def owing(self) -> dict[str, Owing]:
        """What each source owes, or will never give."""
        found: dict[str, Owing] = {}
        for source, state, count, oldest in self._database.execute(
            "SELECT source, state, count(*), min(wanted_at) FROM media WHERE state <> 'stored' GROUP BY source, state"
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

    def canary_seen(self, source: str, token: str) -> None:
        """It was found in a record that came from the source."""
        with self._archive.disk.transaction(self._database, "intake"):
            self._database.execute(
                "UPDATE canary SET seen_at = ? WHERE source = ? AND token = ? AND seen_at IS NULL",
                (self._archive.clock(), source, token),
            )
