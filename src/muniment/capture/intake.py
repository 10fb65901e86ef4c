"""Intake: the durable row that is the acknowledgement. What is committed here is never lost; what is not was never accepted.

An item enters sealed: envelope, wrapped key, MAC and hash are made before the row is written, so that nothing lies here in
plaintext and a retry after a crash writes identical bytes. The sequencer takes rows in order of arrival and deletes them
when the log's checkpoint covers them.

Trust: whoever can change this database can drop what is not yet sealed; once sealed, only the log counts.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.record.clock import SECOND, Clock, month, now, uuid7
from muniment.record.leaf import LeafType
from muniment.vault.database import Dialect, connect, migrate
from muniment.vault.durable import Disk
from muniment.vault.envelope import NONCE_BYTES, mac, seal, subkeys
from muniment.vault.keytable import KeyTable, wrap_key
from muniment.vault.location import Location, Schema

_SQLITE = (
    """
    CREATE TABLE item (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, log TEXT NOT NULL, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL,
        source TEXT NOT NULL, source_seq INTEGER, received_at INTEGER NOT NULL, ref INTEGER, key_group TEXT NOT NULL,
        size INTEGER NOT NULL, raw BLOB NOT NULL, wrapped BLOB NOT NULL, envelope BLOB NOT NULL
    ) STRICT;
    CREATE TABLE source_state (log TEXT NOT NULL, source TEXT NOT NULL, next INTEGER NOT NULL, last BLOB, PRIMARY KEY (log, source)) STRICT, WITHOUT ROWID;
    CREATE TABLE log_state (log TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE lease (id INTEGER PRIMARY KEY CHECK (id = 1), holder TEXT NOT NULL, since INTEGER NOT NULL) STRICT;
    CREATE TABLE import_run (
        id TEXT PRIMARY KEY, account TEXT NOT NULL, connector TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL,
        size INTEGER NOT NULL, options TEXT NOT NULL, spool TEXT NOT NULL, started_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,  # noqa: E501 - the text of a table is part of what verify compares, and is never changed
    """
    CREATE TABLE feed (
        source TEXT PRIMARY KEY, cursor TEXT, contacted_at INTEGER, received_at INTEGER, failed_at INTEGER, failure TEXT,
        failures INTEGER NOT NULL, refused_at INTEGER, refused INTEGER NOT NULL, rung_at INTEGER, bell BLOB
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE media (
        source TEXT NOT NULL, id BLOB NOT NULL, sealed BLOB NOT NULL, wanted_at INTEGER NOT NULL, until INTEGER, next_at INTEGER,
        tries INTEGER NOT NULL, state TEXT NOT NULL, code TEXT, progress BLOB, PRIMARY KEY (source, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX media_next ON media (next_at) WHERE state = 'waiting';
    CREATE TABLE canary (
        source TEXT NOT NULL, token TEXT NOT NULL, sent_at INTEGER NOT NULL, seen_at INTEGER, PRIMARY KEY (source, token)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE open_gap (
        source TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, name)
    ) STRICT, WITHOUT ROWID;
    """,
    "CREATE INDEX media_state ON media (state, source, wanted_at);",
    """
    CREATE TABLE send (
        id TEXT PRIMARY KEY, source TEXT NOT NULL, connector TEXT NOT NULL, sealed BLOB NOT NULL, began_at INTEGER NOT NULL, until INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX send_until ON send (until);
    CREATE TABLE told (
        source TEXT NOT NULL, id BLOB NOT NULL, content BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (source, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX told_at ON told (at);
    """,
    """
    ALTER TABLE feed ADD COLUMN delivered_at INTEGER;
    ALTER TABLE feed ADD COLUMN bell_since INTEGER;
    ALTER TABLE feed ADD COLUMN behind_at INTEGER;
    ALTER TABLE feed ADD COLUMN behind_since INTEGER;
    ALTER TABLE feed ADD COLUMN sealed_at INTEGER;
    ALTER TABLE media ADD COLUMN spent INTEGER NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE mark (
        source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE question (
        source TEXT NOT NULL, id BLOB NOT NULL, kind TEXT NOT NULL, sealed BLOB NOT NULL, next_at INTEGER NOT NULL,
        asked_at INTEGER, kept_at INTEGER, digest BLOB, code TEXT, PRIMARY KEY (source, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX question_next ON question (source, kind, next_at);
    """,
    """
    CREATE TABLE accepted (
        source TEXT NOT NULL, at INTEGER NOT NULL, records INTEGER NOT NULL, refused INTEGER NOT NULL, PRIMARY KEY (source, at)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE counting (id INTEGER PRIMARY KEY CHECK (id = 1), leaf INTEGER NOT NULL) STRICT;
    INSERT INTO counting (id, leaf) SELECT 1, coalesce((SELECT size FROM log_state WHERE log = 'records'), 0)
        + (SELECT count(*) FROM item WHERE log = 'records');
    """,
)
_POSTGRES = (
    """
    CREATE TABLE item (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, log text NOT NULL, id text NOT NULL UNIQUE, type text NOT NULL,
        source text NOT NULL, source_seq bigint, received_at bigint NOT NULL, ref bigint, key_group text NOT NULL,
        size bigint NOT NULL, raw bytea NOT NULL, wrapped bytea NOT NULL, envelope bytea NOT NULL
    );
    CREATE TABLE source_state (log text NOT NULL, source text NOT NULL, next bigint NOT NULL, last bytea, PRIMARY KEY (log, source));
    CREATE TABLE log_state (log text PRIMARY KEY, size bigint NOT NULL, root bytea NOT NULL);
    CREATE TABLE lease (id bigint PRIMARY KEY CHECK (id = 1), holder text NOT NULL, since bigint NOT NULL);
    CREATE TABLE import_run (
        id text PRIMARY KEY, account text NOT NULL, connector text NOT NULL, name text NOT NULL, sha256 text NOT NULL,
        size bigint NOT NULL, options text NOT NULL, spool text NOT NULL, started_at bigint NOT NULL
    );
    """,
    """
    CREATE TABLE feed (
        source text PRIMARY KEY, cursor text, contacted_at bigint, received_at bigint, failed_at bigint, failure text,
        failures bigint NOT NULL, refused_at bigint, refused bigint NOT NULL, rung_at bigint, bell bytea
    );
    CREATE TABLE media (
        source text NOT NULL, id bytea NOT NULL, sealed bytea NOT NULL, wanted_at bigint NOT NULL, until bigint, next_at bigint,
        tries bigint NOT NULL, state text NOT NULL, code text, progress bytea, PRIMARY KEY (source, id)
    );
    CREATE INDEX media_next ON media (next_at) WHERE state = 'waiting';
    CREATE TABLE canary (
        source text NOT NULL, token text NOT NULL, sent_at bigint NOT NULL, seen_at bigint, PRIMARY KEY (source, token)
    );
    CREATE TABLE open_gap (source text NOT NULL, name text NOT NULL, at bigint NOT NULL, PRIMARY KEY (source, name));
    """,
    "CREATE INDEX media_state ON media (state, source, wanted_at);",
    """
    CREATE TABLE send (
        id text PRIMARY KEY, source text NOT NULL, connector text NOT NULL, sealed bytea NOT NULL, began_at bigint NOT NULL, until bigint NOT NULL
    );
    CREATE INDEX send_until ON send (until);
    CREATE TABLE told (
        source text NOT NULL, id bytea NOT NULL, content bytea NOT NULL, at bigint NOT NULL, PRIMARY KEY (source, id)
    );
    CREATE INDEX told_at ON told (at);
    """,
    """
    ALTER TABLE feed ADD COLUMN delivered_at bigint;
    ALTER TABLE feed ADD COLUMN bell_since bigint;
    ALTER TABLE feed ADD COLUMN behind_at bigint;
    ALTER TABLE feed ADD COLUMN behind_since bigint;
    ALTER TABLE feed ADD COLUMN sealed_at bigint;
    ALTER TABLE media ADD COLUMN spent bigint NOT NULL DEFAULT 0;
    """,
    """
    CREATE TABLE mark (source text NOT NULL, name text NOT NULL, value text NOT NULL, PRIMARY KEY (source, name));
    CREATE TABLE question (
        source text NOT NULL, id bytea NOT NULL, kind text NOT NULL, sealed bytea NOT NULL, next_at bigint NOT NULL,
        asked_at bigint, kept_at bigint, digest bytea, code text, PRIMARY KEY (source, id)
    );
    CREATE INDEX question_next ON question (source, kind, next_at);
    """,
    """
    CREATE TABLE accepted (
        source text NOT NULL, at bigint NOT NULL, records bigint NOT NULL, refused bigint NOT NULL, PRIMARY KEY (source, at)
    );
    CREATE TABLE counting (id bigint PRIMARY KEY CHECK (id = 1), leaf bigint NOT NULL);
    INSERT INTO counting (id, leaf) SELECT 1, coalesce((SELECT size FROM log_state WHERE log = 'records'), 0)
        + (SELECT count(*) FROM item WHERE log = 'records');
    """,
)
STEPS: dict[Dialect, Sequence[str]] = {"sqlite": _SQLITE, "postgres": _POSTGRES}
QUARTER = 900 * SECOND
"""By which what was acknowledged is counted (µs): every time zone begins its days on a quarter of an hour."""
COLUMNS = "log, id, type, source, source_seq, received_at, ref, key_group, size, raw, wrapped, envelope"
"""The columns of a waiting item, in intake as in the desk's outbox; before them stands `seq`, the order of arrival."""
SHARD = 0
"""Key groups are the month of receipt and a shard; one shard until a firm needs several writers."""


class Sealed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One item ready for the log: everything a leaf says of it, its wrapped key and its envelope. Times in µs UTC."""

    log: str
    id: str
    type: LeafType
    source: str
    received_at: int
    key_group: str
    size: int
    raw: bytes
    wrapped: bytes
    envelope: bytes
    envelope_sha256: str
    source_seq: int | None = None
    ref: int | None = None


def to_row(item: Sealed) -> tuple[Any, ...]:
    """An item as a row of COLUMNS."""
    return (
        item.log,
        item.id,
        item.type,
        item.source,
        item.source_seq,
        item.received_at,
        item.ref,
        item.key_group,
        item.size,
        item.raw,
        item.wrapped,
        item.envelope,
    )


def from_row(row: Sequence[Any]) -> Sealed:
    """The item that a row of COLUMNS holds."""
    return Sealed(
        log=row[0],
        id=row[1],
        type=row[2],
        source=row[3],
        source_seq=row[4],
        received_at=row[5],
        ref=row[6],
        key_group=row[7],
        size=row[8],
        raw=row[9],
        wrapped=row[10],
        envelope=row[11],
        envelope_sha256=hashlib.sha256(row[11]).hexdigest(),
    )


class Sealer:
    """Seals payloads: a fresh key for each, the envelope, and the key wrapped by the key group of the month of receipt."""

    def __init__(self, keys: KeyTable, clock: Clock = now) -> None:
        self._keys = keys
        self._clock = clock
        self._month: tuple[int, str, bytes] = (-1, "", b"")

    def seal(
        self,
        payload: bytes,
        *,
        log: str,
        type: LeafType,
        source: str,
        source_seq: int | None = None,
        ref: int | None = None,
        received_at: int | None = None,
    ) -> Sealed:
        """Seal one payload, received now unless `received_at` says when."""
        at = self._clock() if received_at is None else received_at
        group, group_key = self._group(at)
        chance = os.urandom(32 + NONCE_BYTES + 10)
        key, nonce = chance[:32], chance[32 : 32 + NONCE_BYTES]
        identifier = uuid7(at, chance[32 + NONCE_BYTES :])
        encryption_key, mac_key = subkeys(key)
        envelope = seal(payload, encryption_key, nonce, identifier, source)
        return Sealed(
            log=log,
            id=identifier,
            type=type,
            source=source,
            received_at=at,
            key_group=group,
            size=len(payload),
            raw=mac(mac_key, payload),
            wrapped=wrap_key(group_key, key),
            envelope=envelope,
            envelope_sha256=hashlib.sha256(envelope).hexdigest(),
            source_seq=source_seq,
            ref=ref,
        )

    def _group(self, at: int) -> tuple[str, bytes]:
        hour = at // 3_600_000_000
        if self._month[0] != hour:
            name = f"{month(at)}.{SHARD}"
            self._month = (hour, name, self._keys.ensure_group(name)[1])
        return self._month[1], self._month[2]


class Intake:
    """The intake database of one archive. Any process may accept; only the leader takes."""

    def __init__(self, location: Location, disk: Disk, *, new: bool = False) -> None:
        self._disk = disk
        create = new or not isinstance(location, Schema)
        self.database = connect(location, create=create, secure_delete=True)  # a settled row held a wrapped key
        try:
            migrate(self.database, STEPS, location)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.database.close()

    def accept(self, items: Sequence[Sealed]) -> None:
        """Make the items durable: when this returns they are acknowledged."""
        with self._disk.transaction(self.database, "intake"):
            self.database.insert("item", COLUMNS, [to_row(item) for item in items])

    def take(self, items: Sequence[Sealed]) -> None:
        """Acknowledge what a live source brought, within a transaction that the caller has begun, and count the records in it.

        The count stands beside the items and is never touched again: what is lost later is missed by it.
        """
        self.database.insert("item", COLUMNS, [to_row(item) for item in items])
        counts = Counter((item.source, item.received_at // QUARTER) for item in items if item.type == "rec")
        for (source, at), number in counts.items():
            self.count(source, at, records=number)

    def count(self, source: str, at: int, *, records: int = 0, refused: int = 0) -> None:
        """Add to what is counted of a source for a quarter of an hour, within a transaction that the caller has begun."""
        self.database.execute(
            "INSERT INTO accepted (source, at, records, refused) VALUES (?, ?, ?, ?) ON CONFLICT (source, at)"
            " DO UPDATE SET records = accepted.records + excluded.records, refused = accepted.refused + excluded.refused",
            (source, at, records, refused),
        )

    def waiting(self, log: str, limit: int) -> list[Sealed]:
        """The oldest items that are not yet in `log`, in order of arrival."""
        rows = self.database.execute(
            f"SELECT {COLUMNS} FROM item WHERE log = ? ORDER BY seq LIMIT ?",
            (log, limit),
        )
        return [from_row(row) for row in rows]

    def backlog(self, log: str | None = None) -> tuple[int, int | None]:
        """How many items wait here (for one log), and when the oldest was received (µs UTC). `Archive.backlog` counts both queues."""
        where, values = ("", ()) if log is None else (" WHERE log = ?", (log,))
        count, oldest = self.database.execute(f"SELECT count(*), min(received_at) FROM item{where}", values).fetchone()
        return int(count), oldest

    def log_state(self, log: str) -> tuple[int, bytes] | None:
        """The size and root up to which the log has settled here; None for a new archive."""
        row = self.database.execute("SELECT size, root FROM log_state WHERE log = ?", (log,)).fetchone()
        return None if row is None else (int(row[0]), row[1])

    def source_states(self, log: str) -> dict[str, tuple[int, bytes | None]]:
        """For each source its next dense number and the hash of its last leaf."""
        rows = self.database.execute("SELECT source, next, last FROM source_state WHERE log = ?", (log,))
        return {source: (following, last) for source, following, last in rows}

    def settle(
        self, log: str, size: int, root: bytes, ids: Sequence[str], states: dict[str, tuple[int, bytes | None]]
    ) -> None:
        """The log's checkpoint covers these ids: drop their rows and remember where each source stands, in one transaction."""
        with self._disk.transaction(self.database, "intake"):
            self.database.remove("item", "id", ids)
            self.database.executemany(
                "INSERT INTO source_state (log, source, next, last) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (log, source) DO UPDATE SET next = excluded.next, last = excluded.last",
                [(log, source, following, last) for source, (following, last) in states.items()],
            )
            self.database.execute(
                "INSERT INTO log_state (log, size, root) VALUES (?, ?, ?) ON CONFLICT (log) DO UPDATE SET size = excluded.size, root = excluded.root",
                (log, size, root),
            )

    def lead(self, holder: str, since: int) -> None:
        """Say who holds the lock of the logs, since when (µs UTC), for the error that a second leader gets."""
        with self._disk.transaction(self.database, "intake"):
            self.database.execute(
                "INSERT INTO lease (id, holder, since) VALUES (1, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, since = excluded.since",
                (holder, since),
            )

    def forget(self) -> None:
        """Leave no copy of deleted rows in the database's files: they held wrapped keys, and what was being sent."""
        if self.database.dialect == "postgres":
            self.database.execute("VACUUM (FULL) item, send")
        else:
            self.database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def imports(self) -> list[tuple[str, str, int]]:
        """The id, name and beginning (µs UTC) of each import that is not finished, oldest first."""
        return self.database.execute("SELECT id, name, started_at FROM import_run ORDER BY started_at, id").fetchall()

    def imports_of(self, sha256: str, account: str, connector: str) -> list[tuple[str, str]]:
        """The ids and options of the unfinished imports of a file into an account."""
        return self.database.execute(
            "SELECT id, options FROM import_run WHERE sha256 = ? AND account = ? AND connector = ?",
            (sha256, account, connector),
        ).fetchall()

    def begin_import(self, row: Sequence[str | int], instead_of: Sequence[str] = ()) -> None:
        """Keep what an import needs to go on after an interruption: the columns of `import_run`, in their order.

        The imports `instead_of` which this one is begun are forgotten in the same step.
        """
        with self._disk.transaction(self.database, "intake"):
            self.database.remove("import_run", "id", instead_of)
            self.database.execute(
                "INSERT INTO import_run (id, account, connector, name, sha256, size, options, spool, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )

    def end_import(self, identifier: str) -> None:
        """Forget an import that is sealed."""
        with self._disk.transaction(self.database, "intake"):
            self.database.execute("DELETE FROM import_run WHERE id = ?", (identifier,))
