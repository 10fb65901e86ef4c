"""The key table: one wrapped key for each record, which is all that stands between the record and oblivion.

Destroying a row (the database overwrites deleted bytes) makes its envelope unreadable for ever; so the table's backups
rotate whole within 30 days. Key groups are the month of receipt and a shard, and carry no policy.
"""

import os
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from muniment.record.errors import Busy, Damaged, WrongKey
from muniment.vault.database import Database, Dialect, check_version, connect, migrate
from muniment.vault.durable import Disk
from muniment.vault.kek import KeyEncryptionKey
from muniment.vault.location import Location, Schema

_SQLITE = (
    """
    CREATE TABLE key_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kek TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE records_key (leaf INTEGER PRIMARY KEY, key_group INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE audit_key (leaf INTEGER PRIMARY KEY, key_group INTEGER NOT NULL, wrapped BLOB NOT NULL) STRICT;
    """,
)
_POSTGRES = (
    """
    CREATE TABLE key_group (
        id bigint PRIMARY KEY, name text NOT NULL UNIQUE, kek text NOT NULL, wrapped bytea NOT NULL
    );
    CREATE TABLE records_key (leaf bigint PRIMARY KEY, key_group bigint NOT NULL, wrapped bytea NOT NULL);
    CREATE TABLE audit_key (leaf bigint PRIMARY KEY, key_group bigint NOT NULL, wrapped bytea NOT NULL);
    """,
)
STEPS: dict[Dialect, Sequence[str]] = {"sqlite": _SQLITE, "postgres": _POSTGRES}
_TABLE = {"records": "records_key", "audit": "audit_key"}


class KeyTable:
    """The keys database of one archive. Wrapped keys go in and come out; record keys are never kept."""

    def __init__(
        self, location: Location, kek: KeyEncryptionKey, disk: Disk, *, readonly: bool = False, new: bool = False
    ) -> None:
        self._kek = kek
        self._disk = disk
        # Of a server that is not this archive's, no schema shall be made: only `init` makes them there.
        create = new or not isinstance(location, Schema)
        self._database = connect(location, readonly=readonly, create=create, secure_delete=True, cache_mib=32)
        try:
            if readonly:
                check_version(self._database, len(STEPS[self._database.dialect]), location)
            else:
                migrate(self._database, STEPS, location)
            self._check_kek()
        except BaseException:
            self.close()
            raise
        self._groups: dict[str, tuple[int, bytes]] = {}

    def _check_kek(self) -> None:
        """Seen now and not at the first record: by then the month may be new, and a group would be made under the wrong key."""
        keks = {row[0] for row in self._database.execute("SELECT DISTINCT kek FROM key_group")}
        if keks and self._kek.id not in keks:
            raise WrongKey(
                "the key-encryption key in MUNIMENT_KEYS is not the one that this archive's keys were sealed with;"
                " set MUNIMENT_KEYS to the folder that holds it"
            )

    @property
    def database(self) -> Database:
        """For the whole-archive check, which reads every row itself."""
        return self._database

    def close(self) -> None:
        self._database.close()

    def group(self, name: str) -> tuple[int, bytes]:
        """The number and key of a key group; raises WrongKey when it does not open, Damaged when it is not there."""
        found = self._groups.get(name)
        if found is None:
            row = self._database.execute("SELECT id, kek, wrapped FROM key_group WHERE name = ?", (name,)).fetchone()
            if row is None:
                raise Damaged(
                    "the key table has no key group {name}; restore the keys database from its backup", name=name
                )
            if row[1] != self._kek.id:
                raise WrongKey(
                    "key group {name} was sealed with another key-encryption key; set MUNIMENT_KEYS to the folder that holds it",
                    name=name,
                )
            found = self._groups[name] = (row[0], self._kek.unwrap(row[2]))
        return found

    def ensure_group(self, name: str) -> tuple[int, bytes]:
        """The key group `name`, made if this is the first record in it; several processes may ask at once."""
        while (
            name not in self._groups
            and self._database.execute("SELECT 1 FROM key_group WHERE name = ?", (name,)).fetchone() is None
        ):
            with self._disk.transaction(self._database, "keys"):
                # Numbers are dense; where two processes want the same one, the other has made its group, and we ask again.
                self._database.execute(
                    "INSERT INTO key_group (id, name, kek, wrapped) SELECT coalesce(max(id), 0) + 1, ?, ?, ? FROM key_group"
                    " WHERE true ON CONFLICT DO NOTHING",
                    (name, self._kek.id, self._kek.wrap(os.urandom(32))),
                )
        return self.group(name)

    def put(self, log: str, rows: Sequence[tuple[int, int, bytes]]) -> None:
        """Keep (leaf, group number, wrapped key) rows, durably. A row left by a crash before its leaf was written is replaced."""
        table, database = _TABLE[log], self._database
        with self._disk.transaction(database, "keys"):
            if database.dialect == "sqlite":
                database.executemany(
                    f"INSERT OR REPLACE INTO {table} (leaf, key_group, wrapped) VALUES (?, ?, ?)", rows
                )
            else:
                database.remove(table, "leaf", [row[0] for row in rows])
                database.insert(table, "leaf, key_group, wrapped", rows)

    def wrapped(self, log: str, first: int, last: int) -> dict[int, tuple[int, bytes]]:
        """The (group number, wrapped key) of the leaves from `first` to before `last`; destroyed ones are absent."""
        rows = self._database.execute(
            f"SELECT leaf, key_group, wrapped FROM {_TABLE[log]} WHERE leaf >= ? AND leaf < ?", (first, last)
        )
        return {leaf: (group, key) for leaf, group, key in rows}

    def unwrap(self, wrapped: bytes, group: str, number: int, leaf: int) -> bytes:
        """A record's key; raises WrongKey or Damaged when the row is not the one that was written for this leaf."""
        expected, group_key = self.group(group)
        if number != expected:
            raise Damaged(
                "the key of leaf {leaf} names key group {got}, its leaf says {group}",
                leaf=leaf,
                got=number,
                group=group,
            )
        return unwrap_key(group_key, wrapped, leaf)

    def destroy(self, log: str, leaves: Iterable[int]) -> None:
        """Destroy keys for ever: the rows are overwritten in the file, and the write-ahead log is emptied.

        On PostgreSQL the table is written anew without them; what its own log and its replicas keep is the operator's
        (docs/operations/postgres.md).
        """
        with self._disk.transaction(self._database, "keys"):
            self._database.remove(_TABLE[log], "leaf", leaves)
        if self._database.dialect == "postgres":
            self._database.execute(f"VACUUM (FULL) {_TABLE[log]}")
        elif self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise Busy(
                "the keys are deleted, but another process still reads the write-ahead log that holds them; end it, then try again"
            )

    def highest(self, log: str) -> int:
        """The highest leaf that has a key, -1 when none has: a log shorter than this was rolled back, or a crash cut it short."""
        return int(self._database.execute(f"SELECT coalesce(max(leaf), -1) FROM {_TABLE[log]}").fetchone()[0])


def wrap_key(group_key: bytes, key: bytes) -> bytes:
    """A record key wrapped by its group's key (AES-KW, RFC 3394); 40 bytes."""
    return aes_key_wrap(group_key, key)


def unwrap_key(group_key: bytes, wrapped: bytes, leaf: int) -> bytes:
    """Undo `wrap_key`; raises WrongKey."""
    try:
        return aes_key_unwrap(group_key, wrapped)
    except (InvalidUnwrap, ValueError):
        raise WrongKey(
            "the key of leaf {leaf} does not open with its key group; the key table is damaged or another archive's",
            leaf=leaf,
        ) from None
