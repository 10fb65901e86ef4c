"""The projector: reads the logs from its cursor, and writes what they say into the catalog.

Everything that takes time (opening envelopes, decoding, cutting into tokens) happens before the write lock is taken; the
rows, the index and the cursor then change in one transaction, so that a crash repeats a batch and never half of it.
"""

import time
from collections.abc import Callable, Iterable, Sequence

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.audit import decode_entry
from muniment.capture.feeds.gap import encode_gap
from muniment.catalog.database import check_current
from muniment.catalog.forget import forget, withdraw
from muniment.catalog.keys import Numbers
from muniment.catalog.news import News
from muniment.catalog.prepare import Here, Prepare
from muniment.catalog.project import Projected, ProjectedEvent, number, project
from muniment.catalog.reopened import make_way
from muniment.record.clock import from_rfc3339
from muniment.record.errors import Damaged
from muniment.search.database import open_index
from muniment.search.document import Row
from muniment.vault.database import Database
from muniment.vault.pseudonym import Pseudonyms

Progress = Callable[[int, int], None]
"""Told how many records of how many are done."""

LOCK_SECONDS = 0.03
"""How long the write lock is held at a time, roughly: batches shrink and grow towards it.

It is this thread's own time: where others take the processor away, smaller batches only cost more of it.
"""
LEAST, MOST = 512, 4096
CONVERSATIONS = 100_000
"""Leaves of a batch. Each commit writes an index segment and every page that was touched, whatever the batch's size:
under the lower bound that work, and the merging it brings on, outweighs the records' own.
"""

_RECORD = "leaf, type, source, received_at, connector, version, part, import_id, assurance, size, key, content, status, sha256, length"


class Rows:
    """The rows of one batch, ready to be written."""

    def __init__(self) -> None:
        self.records: list[tuple[object, ...]] = []
        self.keys: list[tuple[int, int]] = []
        self.conversations: dict[int, tuple[int, str, str]] = {}
        self.events: list[tuple[int, int, int, str, int, str]] = []
        self.links: list[tuple[int, int]] = []
        self.memberships: list[tuple[int, int, int, int, int, int, str]] = []
        self.blobs: list[tuple[int, str, int]] = []
        self.event_keys: list[tuple[int, int, int, bytes, bytes]] = []
        self.gaps: list[tuple[object, ...]] = []
        self.media: list[tuple[str, int, int, bytes, int]] = []
        self.indexed: list[Row] = []


class Projector:
    """Projects one archive into one catalog. There is one at a time: the leader's, or its child's.

    A second one may be left over for a moment from a leader that was killed; the cursor, read again within each
    transaction, keeps the two apart. Raises Refused for a catalog of an older build.
    """

    def __init__(self, archive: Archive, database: Database, prepare: Prepare | None = None) -> None:
        check_current(database)
        self._archive, self._database = archive, database
        self._prepare = prepare or Here(archive)
        self._names = Pseudonyms(archive.kek)
        self._index = open_index(database)
        self._batch = LEAST
        self._conversations: set[int] = set()
        self._accounts: dict[str, str] = dict(database.execute("SELECT source, name FROM account").fetchall())

    def position(self, log: str) -> int:
        """Leaves of `log` that the catalog holds."""
        row = self._database.execute("SELECT position FROM cursor WHERE log = ?", (log,)).fetchone()
        return 0 if row is None else int(row[0])

    def catch_up(self, progress: Progress | None = None) -> int:
        """Project everything that is sealed; returns how many leaves it were. The audit log first: it names the accounts.

        `progress` is told after each batch how many records of how many the catalog holds.
        """
        # Looked at before the audit log is: the account of each record below this is named above it.
        sealed = self._archive.records.log.checkpoint().size
        done = self._catch_up_audit()
        if self._database.execute("SELECT 1 FROM search_shard WHERE removed LIMIT 1").fetchone():
            self._finish_disposal()  # a stop came between a disposal's commit and this
        at = self.position("records")
        while at < sealed:
            stop = min(sealed, at + self._batch)
            self._records(at, stop, sealed)
            done += stop - at
            at = self.position("records")
            if progress is not None:
                progress(at, sealed)
        return done

    def _catch_up_audit(self) -> int:
        sealed, at = self._archive.audit.log.checkpoint().size, self.position("audit")
        first = at
        while at < sealed:
            stop = min(sealed, at + MOST)
            rows, accounts = [], []
            for opened in self._archive.audit.opened(at, stop, sealed):
                if opened.payload is None:
                    raise Damaged(
                        "the key of audit leaf {index} is gone; audit entries are never disposed of", index=opened.index
                    )
                entry, text = decode_entry(opened.payload)
                at_time, plain = from_rfc3339(opened.leaf.rx), _plain(entry.object)
                rows.append((opened.index, opened.leaf.t, at_time, entry.act, entry.actor, text.decode(), plain))
                if opened.leaf.t == "cfg" and entry.act == "account.add":
                    accounts.append(
                        (entry.detail["source"], entry.detail["name"], entry.detail["connector"], opened.index)
                    )
            with self._archive.disk.transaction(self._database, "catalog"):
                if self.position("audit") == at:
                    self._database.executemany(
                        "INSERT INTO audit_entry (leaf, type, received_at, act, actor, body, object)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)",
                        rows,
                    )
                    self._database.executemany(
                        # Of two accounts that were given one name at the same moment, the first has it.
                        "INSERT INTO account (source, name, connector, leaf) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        accounts,
                    )
                    self._move_cursor("audit", stop)
            if accounts:
                self._accounts = dict(self._database.execute("SELECT source, name FROM account").fetchall())
            at = self.position("audit")
        return at - first

    def _records(self, first: int, stop: int, sealed: int) -> None:
        projected = self._prepare(first, stop, sealed)
        stop = first + len(projected)
        rows = self._rows(projected)
        destroyed = [item.ref for item in projected if item.type == "del" and item.ref is not None]
        if destroyed:
            # The leaf that says so is sealed: the keys go first; a stop from here on is made good by the next one to catch up.
            self._archive.keys.destroy("records", destroyed)
        opened = [(item.ref, item.source) for item in projected if item.type == "rec" and item.ref is not None]
        began = time.thread_time()
        with self._archive.disk.transaction(self._database, "catalog"):
            if self.position("records") != first:
                return  # a projector left over from a leader that was killed was here first: what it wrote stands
            self._write(rows)
            for leaf, source in opened:
                make_way(self._database, self._index, leaf, source)
            self._forget(destroyed, sealed)
            self._move_cursor("records", stop)
        self._remember(rows.conversations, forgotten=bool(destroyed or opened))
        if destroyed:
            self._finish_disposal()
        held = time.thread_time() - began
        wanted = int((stop - first) * LOCK_SECONDS / max(held, 0.001))
        self._batch = max(LEAST, min(MOST, (self._batch + wanted) // 2))

    def _remember(self, conversations: Iterable[int], *, forgotten: bool) -> None:
        """Keep in mind which conversations have their row, so that it is not written with every message."""
        if forgotten or len(self._conversations) > CONVERSATIONS:
            self._conversations.clear()
        self._conversations.update(conversations)

    def _forget(self, destroyed: Sequence[int], sealed: int) -> None:
        """Take out what was derived from destroyed records, and project anew what was kept as a divergence from them."""
        again = sorted({leaf for gone in destroyed for leaf in forget(self._database, self._index, gone)})
        for leaf in again:
            withdraw(self._database, self._index, leaf)
        if again:
            picked = self._archive.records.pick(again, sealed)
            self._write(self._rows([project(opened, self._names) for opened in picked]))

    def _finish_disposal(self) -> None:
        """Leave no copy in the index, in free pages, in the write-ahead logs."""
        if self._database.dialect == "postgres":
            for table in (
                "record",
                "record_key",
                "event_key",
                "media",
                "conversation",
                "event",
                "membership",
                "link",
                "blob",
            ):
                self._database.execute(f"VACUUM (FULL) {table}")
        self._index.forget()  # the last: until then the index says that there is something to finish
        if self._database.dialect == "sqlite":
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._archive.intake.forget()

    def _rows(self, batch: Sequence[Projected]) -> Rows:
        rows = Rows()
        news = News(self._database, self._names, batch)
        keys = [item.key for item in batch if item.key is not None]
        keyed = Numbers(self._database, "record_key", [number(key) for key in keys])
        own = [event.key for item in batch if item.key is None for event in item.events if event.key is not None]
        events_keyed = Numbers(self._database, "event_key", [number(key) for key in own])
        ids = Numbers(self._database, "event", [event.id for item in batch for event in item.events])
        for item in batch:
            events = news.of(item)
            # Other bytes (a last line that has got its line feed since) are kept, and say nothing new.
            status = item.status if events or not item.events else "duplicate"
            if item.key is not None:
                # Divergences stand behind their first, so that a re-import knows them too.
                rows.keys.append((keyed.free(number(item.key)), item.leaf))
            else:
                for ordinal, event in enumerate(item.events):
                    if event.key is not None and event.content is not None:
                        place = events_keyed.free(number(event.key))
                        rows.event_keys.append((place, item.leaf, ordinal, event.key, event.content))
            rows.records.append(
                (item.leaf, item.type, item.source, item.received_at, item.connector, item.version, item.part, item.import_id,
                 item.assurance, item.size, item.key, item.content, status, item.blob,
                 item.length)
            )  # fmt: skip
            if item.blob is not None:
                rows.blobs.append((number(bytes.fromhex(item.blob)), item.blob, item.leaf))
            if item.gap is not None:
                gap = item.gap
                rows.gaps.append(
                    (
                        item.leaf,
                        item.source,
                        gap.reason,
                        item.received_at,
                        gap.since,
                        gap.until,
                        encode_gap(gap).decode(),
                    )
                )
            for ordinal, event in events:
                self._event(rows, item, event, ordinal, ids)
        return rows

    def _event(self, rows: Rows, item: Projected, event: ProjectedEvent, ordinal: int, ids: Numbers) -> None:
        identifier, about = ids.free(event.id), event.document
        if event.conversation not in self._conversations:
            rows.conversations[event.conversation] = (event.conversation, item.source, about.conversation.native)
        rows.events.append((identifier, item.leaf, ordinal, event.kind, event.conversation, event.body))
        if event.target is not None:
            rows.links.append((identifier, event.target))
        if event.members is not None:
            whole, at, said = event.members
            rows.memberships.append((identifier, event.conversation, whole, at, item.leaf, ordinal, said))
        for place, key in event.media:
            rows.media.append((f"{identifier}-{place}", identifier, place, key, number(key)))
        account = self._accounts.get(item.source, item.source)
        rows.indexed.append(Row(msgspec.structs.replace(about, id=identifier, account=account), event.tokens))

    def _write(self, rows: Rows) -> None:
        many = self._database.executemany
        insert = self._database.insert
        insert("record", _RECORD, rows.records)
        insert("record_key", "id, leaf", sorted(rows.keys))
        insert("event_key", "id, leaf, ordinal, key, content", sorted(rows.event_keys))
        insert("media", "name, event, place, key, record_key", rows.media)
        insert("gap", "leaf, source, reason, found_at, since, until, body", rows.gaps)
        many(
            "INSERT INTO conversation (id, source, native) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            sorted(rows.conversations.values()),
        )
        insert("event", "id, leaf, ordinal, kind, conversation, body", sorted(rows.events))
        insert("link", "id, target", rows.links)
        insert("membership", "id, conversation, whole, at, leaf, ordinal, body", sorted(rows.memberships))
        self._index.write(rows.indexed)
        many("INSERT INTO blob (id, sha256, leaf) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", rows.blobs)

    def _move_cursor(self, log: str, position: int) -> None:
        self._database.execute(
            "INSERT INTO cursor (log, position) VALUES (?, ?) ON CONFLICT (log) DO UPDATE SET position = excluded.position",
            (log, position),
        )


def _plain(name: str | None) -> str | None:
    """What was acted upon, as both databases can hold it: PostgreSQL has no NUL."""
    return None if name is None else name.replace("\0", "\N{REPLACEMENT CHARACTER}")
