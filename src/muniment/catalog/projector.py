"""The projector: reads the logs from its cursor, and writes what they say into the catalog.

Everything that takes time (opening envelopes, decoding, cutting into tokens) happens before the write lock is taken; the
rows, the index and the cursor then change in one transaction, so that a crash repeats a batch and never half of it.
"""

import sqlite3
import time
from collections.abc import Sequence

import msgspec

from muniment.capture.archive import Archive
from muniment.capture.audit import decode_entry
from muniment.catalog.documents import document
from muniment.catalog.forget import forget, withdraw
from muniment.catalog.project import LINKS, Projected, diverged, event_id, number, project
from muniment.record.clock import from_rfc3339
from muniment.record.errors import Damaged
from muniment.record.event import Event, Kind
from muniment.search.document import Document, prepare
from muniment.search.sqlite import Index
from muniment.vault.pseudonym import Pseudonyms

LOCK_SECONDS = 0.03
"""How long the write lock is held at a time, roughly: batches shrink and grow towards it."""
LEAST, MOST = 64, 2048

encode_event = msgspec.json.Encoder().encode

_KEYED = "SELECT record_key.id, record.key, record.leaf, record.content, record.import_id FROM record_key JOIN record ON record.leaf = record_key.leaf"


class Rows:
    """The rows of one batch, ready to be written."""

    def __init__(self) -> None:
        self.records: list[tuple[object, ...]] = []
        self.keys: list[tuple[int, int]] = []
        self.conversations: dict[int, tuple[int, str, str]] = {}
        self.events: list[tuple[int, int, int, str, int, str]] = []
        self.links: list[tuple[int, int]] = []
        self.blobs: list[tuple[int, str, int]] = []


class Numbers:
    """Hands out numbers of a table that are free: the one wanted, or the next; one query serves a batch."""

    def __init__(self, database: sqlite3.Connection, table: str, wanted: Sequence[int]) -> None:
        self._database, self._table = database, table
        self._taken: set[int] = set()
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            self._taken.update(
                row[0]
                for row in database.execute(f"SELECT id FROM {table} WHERE id IN ({','.join('?' * len(some))})", some)
            )

    def free(self, wanted: int) -> int:
        """`wanted`, or the first number behind it that is free; it is taken from now on."""
        found = wanted
        while found in self._taken or (
            found != wanted and self._database.execute(f"SELECT 1 FROM {self._table} WHERE id = ?", (found,)).fetchone()
        ):
            found += 1
        self._taken.add(found)
        return found


class Projector:
    """Projects one archive into one catalog. There is one at a time: the leader's, or its child's.

    A second one may be left over for a moment from a leader that was killed; the cursor, read again within each
    transaction, keeps the two apart.
    """

    def __init__(self, archive: Archive, database: sqlite3.Connection) -> None:
        self._archive, self._database = archive, database
        self._names = Pseudonyms(archive.kek)
        self._index = Index(database)
        self._batch = 256
        self._accounts: dict[str, str] = dict(database.execute("SELECT source, name FROM account"))

    def position(self, log: str) -> int:
        """Leaves of `log` that the catalog holds."""
        row = self._database.execute("SELECT position FROM cursor WHERE log = ?", (log,)).fetchone()
        return 0 if row is None else int(row[0])

    def catch_up(self) -> int:
        """Project everything that is sealed; returns how many leaves it were. The audit log first: it names the accounts."""
        done = self._catch_up_audit()
        sealed = self._archive.records.log.checkpoint().size
        at = self.position("records")
        while at < sealed:
            stop = min(sealed, at + self._batch)
            self._records(at, stop, sealed)
            done += stop - at
            at = self.position("records")
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
                rows.append(
                    (opened.index, opened.leaf.t, from_rfc3339(opened.leaf.rx), entry.act, entry.actor, text.decode())
                )
                if opened.leaf.t == "cfg" and entry.act == "account.add":
                    accounts.append(
                        (entry.detail["source"], entry.detail["name"], entry.detail["connector"], opened.index)
                    )
            with self._archive.disk.transaction(self._database, "catalog"):
                if self.position("audit") == at:
                    self._database.executemany(
                        "INSERT INTO audit_entry (leaf, type, received_at, act, actor, body) VALUES (?, ?, ?, ?, ?, ?)",
                        rows,
                    )
                    self._database.executemany(
                        "INSERT INTO account (source, name, connector, leaf) VALUES (?, ?, ?, ?)", accounts
                    )
                    self._move_cursor("audit", stop)
            self._accounts.update({source: name for source, name, _, _ in accounts})
            at = self.position("audit")
        return at - first

    def _records(self, first: int, stop: int, sealed: int) -> None:
        projected = [project(opened, self._names) for opened in self._archive.records.opened(first, stop, sealed)]
        rows, documents = self._rows(projected)
        prepared = prepare(documents)
        began = time.monotonic()
        destroyed = [
            item.opened.leaf.ref
            for item in projected
            if item.opened.leaf.t == "del" and item.opened.leaf.ref is not None
        ]
        with self._archive.disk.transaction(self._database, "catalog"):
            if self.position("records") != first:
                return  # a projector left over from a leader that was killed was here first: what it wrote stands
            self._write(rows)
            self._index.write(prepared)
            again = sorted(
                {leaf for destroyed_leaf in destroyed for leaf in forget(self._database, self._index, destroyed_leaf)}
            )
            for leaf in again:
                withdraw(self._database, self._index, leaf)
            if again:
                opened = self._archive.records.pick(again, sealed)
                more, more_documents = self._rows([project(item, self._names) for item in opened])
                self._write(more)
                self._index.write(prepare(more_documents))
            self._move_cursor("records", stop)
        if destroyed:
            self._finish_disposal(destroyed)
        held = time.monotonic() - began
        wanted = int((stop - first) * LOCK_SECONDS / max(held, 0.001))
        self._batch = max(LEAST, min(MOST, (self._batch + wanted) // 2))

    def _finish_disposal(self, leaves: Sequence[int]) -> None:
        """Leave no copy: the keys go (a crash may have come before that), then the index, the free pages, the write-ahead logs."""
        self._archive.keys.destroy("records", leaves)
        self._index.forget()
        for database in (self._database, self._archive.intake.database):
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _rows(self, batch: Sequence[Projected]) -> tuple[Rows, list[Document]]:
        rows = Rows()
        documents: list[Document] = []
        keys = [item.key for item in batch if item.key is not None]
        first_of = {key: leaf for key, (leaf, _, _) in find_keys(self._database, keys).items()}
        keyed = Numbers(self._database, "record_key", [number(key) for key in keys])
        ids = Numbers(
            self._database,
            "event",
            [
                event_id(event, item.opened.index, ordinal)
                for item in batch
                for ordinal, event in enumerate(item.events)
            ],
        )
        fresh: dict[int, Sequence[Event]] = {}
        for item in batch:
            opened, header, key = item.opened, item.header, item.key
            leaf, index = opened.leaf, opened.index
            original = None
            if key is not None:
                original = first_of.get(key)
                first_of.setdefault(key, index)
                # Divergences stand behind their first, so that a re-import knows them too.
                rows.keys.append((keyed.free(number(key)), index))
            # Other bytes that say the same (a last line that has got its line feed since) are kept, and say nothing new.
            same = original is not None and bool(item.events) and self._says_the_same(fresh, original, item.events)
            fresh[index] = item.events
            rows.records.append(
                (
                    index,
                    leaf.t,
                    leaf.src,
                    item.received_at,
                    *(
                        (header.by, header.v, header.part, header.imp, header.assurance.value)
                        if header
                        else (None,) * 5
                    ),
                    leaf.n,
                    key,
                    item.content,
                    "duplicate" if same else item.status,
                )
            )
            if item.blob is not None:
                rows.blobs.append((number(bytes.fromhex(item.blob)), item.blob, index))
            for ordinal, event in enumerate(() if same else item.events):
                kept = event if original is None or event.kind is Kind.SOURCE_DIVERGENCE else diverged(event, original)
                self._event(rows, documents, item, kept, ordinal, ids)
        return rows, documents

    def _says_the_same(self, fresh: dict[int, Sequence[Event]], original: int, events: Sequence[Event]) -> bool:
        if original in fresh:
            return list(fresh[original]) == list(events)
        rows = self._database.execute("SELECT body FROM event WHERE leaf = ? ORDER BY ordinal", (original,)).fetchall()
        return [body for (body,) in rows] == [encode_event(event).decode() for event in events]

    def _event(
        self, rows: Rows, documents: list[Document], item: Projected, event: Event, ordinal: int, ids: Numbers
    ) -> None:
        leaf = item.opened.leaf
        identifier = ids.free(event_id(event, item.opened.index, ordinal))
        conversation = number(self._names.key(leaf.src, "conversation", event.conversation))
        rows.conversations.setdefault(conversation, (conversation, leaf.src, event.conversation))
        rows.events.append(
            (identifier, item.opened.index, ordinal, event.kind.value, conversation, encode_event(event).decode())
        )
        if event.target is not None and event.kind in LINKS:
            rows.links.append((identifier, number(self._names.key(leaf.src, "message", event.target))))
        connector = item.header.by if item.header else ""
        documents.append(document(identifier, event, self._accounts.get(leaf.src, leaf.src), connector))

    def _write(self, rows: Rows) -> None:
        many = self._database.executemany
        many(
            "INSERT INTO record (leaf, type, source, received_at, connector, version, part, import_id, assurance, size, key, content, status)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows.records,
        )
        many("INSERT INTO record_key (id, leaf) VALUES (?, ?)", sorted(rows.keys))
        many(
            "INSERT INTO conversation (id, source, native) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            sorted(rows.conversations.values()),
        )
        many(
            "INSERT INTO event (id, leaf, ordinal, kind, conversation, body) VALUES (?, ?, ?, ?, ?, ?)",
            sorted(rows.events),
        )
        many("INSERT INTO link (id, target) VALUES (?, ?)", rows.links)
        many("INSERT INTO blob (id, sha256, leaf) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", rows.blobs)

    def _move_cursor(self, log: str, position: int) -> None:
        self._database.execute(
            "INSERT INTO cursor (log, position) VALUES (?, ?) ON CONFLICT (log) DO UPDATE SET position = excluded.position",
            (log, position),
        )


def find_keys(database: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, tuple[int, bytes, str | None]]:
    """For each key digest that a record bears: the first such leaf, the digest of its content, and the import that brought it."""
    found: dict[bytes, tuple[int, bytes, str | None]] = {}
    for start in range(0, len(keys), 500):
        wanted = {number(key): key for key in keys[start : start + 500]}
        for place, key, leaf, content, import_id in database.execute(
            f"{_KEYED} WHERE record_key.id IN ({','.join('?' * len(wanted))})", list(wanted)
        ):
            if key == wanted[place]:
                found[key] = (leaf, content, import_id)
            else:  # a collision of the first 63 bits: look behind the record that came first
                found.update({wanted[place]: row for row in _chain(database, wanted[place])[:1]})
    return found


def find_variant(database: sqlite3.Connection, key: bytes, content: bytes) -> tuple[int, bytes, str | None] | None:
    """The record that bears this key digest and has this content digest, first of its key or not."""
    return next((row for row in _chain(database, key) if row[1] == content), None)


def _chain(database: sqlite3.Connection, key: bytes) -> list[tuple[int, bytes, str | None]]:
    """All records of a key, oldest first: they lie at its number and at the numbers behind it, up to the first free one."""
    found, place = [], number(key)
    while row := database.execute(f"{_KEYED} WHERE record_key.id = ?", (place,)).fetchone():
        if row[1] == key:
            found.append((row[2], row[3], row[4]))
        place += 1
    return sorted(found)
