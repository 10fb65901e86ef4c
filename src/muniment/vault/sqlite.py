"""How Muniment opens its SQLite files: write-ahead log, full synchronisation, transactions written out by hand."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from muniment.record.errors import Damaged, Refused, StorageFailed

APPLICATION_ID = 0x4D554E49  # "MUNI", so that `file` and we recognise our own databases
BUSY_MILLISECONDS = 10_000
SOONEST, LATEST = 0.0003, 0.004
"""Seconds between two tries to begin a write while another process is at it: at first, and after some."""

_turns: dict[str, threading.Lock] = {}
"""For each file that this process writes: whose turn it is among its threads."""


class SqliteDatabase(sqlite3.Connection):
    """See `database.Database`: the connection itself, and the few words that it lacks."""

    dialect: Final[Literal["sqlite", "postgres"]] = "sqlite"
    turn: "threading.Lock | None" = None
    """What the threads of this process that write the same file take before they begin, one after the other."""
    _writing = False

    def insert(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        places = ", ".join("?" * (columns.count(",") + 1))
        self.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)

    def remove(self, table: str, column: str, values: Iterable[Any]) -> None:
        self.executemany(f"DELETE FROM {table} WHERE {column} = ?", ((value,) for value in values))

    def stream(self, sql: str) -> Iterator[Any]:
        return iter(self.execute(sql))

    def tables(self) -> list[str]:
        return [name for (name,) in self.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]

    def begin(self) -> None:
        # SQLite's own wait sleeps longer at each try, 50 ms after the sixth, and whoever comes just then goes first: a
        # delivery that met others would wait fifty times as long as any takes. So threads of one process queue up, which
        # wakes the next at once; of another process's write we ask again ourselves, soon, and for as long as SQLite would have.
        (patience,) = self.execute("PRAGMA busy_timeout").fetchone()
        end, pause = time.monotonic() + patience / 1000, SOONEST
        if self.turn is not None and not self.in_transaction:
            self._writing = self.turn.acquire(timeout=patience / 1000)
        self.execute("PRAGMA busy_timeout=0")
        try:
            while True:
                try:
                    self.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                        raise
                time.sleep(pause)
                pause = min(2 * pause, LATEST)
        except BaseException:
            if not self.in_transaction:
                self._next()
            raise
        finally:
            self.execute(f"PRAGMA busy_timeout={patience}")

    def begin_reading(self) -> None:
        self.execute("BEGIN")

    def commit(self) -> None:
        super().commit()
        self._next()

    def rollback(self) -> None:
        super().rollback()
        self._next()

    def close(self) -> None:
        super().close()  # which rolls back
        self._next()

    def _next(self) -> None:
        """Let the next thread write, if it was ours to write."""
        if self._writing and self.turn is not None:
            self._writing = False
            self.turn.release()

    def try_lock(self, name: str) -> bool:
        return True

    def unlock(self, name: str) -> None:
        """There is nothing to let go of."""


def memory() -> SqliteDatabase:
    """An empty database in memory."""
    return sqlite3.connect(":memory:", isolation_level=None, factory=SqliteDatabase)


def connect(
    path: Path, *, readonly: bool = False, create: bool = True, secure_delete: bool = False, cache_mib: int = 16
) -> SqliteDatabase:
    """Open an existing or new database in autocommit mode (transactions are explicit); raises Refused or StorageFailed."""
    if (readonly or not create) and not path.exists():
        raise Refused("the database {file} is not there; expected an archive made by `muniment init`", file=path.name)
    try:
        uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc' if create else 'rw'}"
        database = sqlite3.connect(
            uri,
            uri=True,
            isolation_level=None,
            timeout=BUSY_MILLISECONDS / 1000,
            check_same_thread=False,
            factory=SqliteDatabase,
        )
        if readonly:
            database = _settled(database, path)
        else:
            database.turn = _turns.setdefault(os.path.realpath(path), threading.Lock())
        database.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        database.execute(f"PRAGMA cache_size={-cache_mib * 1024}")
        if not readonly:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("PRAGMA synchronous=FULL")
            database.execute(f"PRAGMA secure_delete={'ON' if secure_delete else 'OFF'}")
        path.chmod(0o600) if not readonly else None
    except (sqlite3.OperationalError, OSError) as error:
        raise StorageFailed(
            "cannot open {file}: {reason}; check that the disk is writable and not full",
            file=path.name,
            reason=str(error),
        ) from error
    except sqlite3.DatabaseError as error:
        raise Damaged(
            "{file} is not a database of this archive: {reason}", file=path.name, reason=str(error)
        ) from error
    return database


def _settled(database: SqliteDatabase, path: Path) -> SqliteDatabase:
    """`database`, opened for reading; on a disk that is read-only SQLite must be told that nobody else can write either."""
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        database.close()
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, factory=SqliteDatabase)
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return database


def migrate(database: sqlite3.Connection, steps: Sequence[str], name: str) -> None:
    """Bring a database to the newest of the numbered `steps`; each step and its number are one transaction."""
    version, application = check_version(database, len(steps), name)
    if version == len(steps) and application:
        return
    try:
        for number, step in enumerate(steps[version:], start=version + 1):
            mark = f"PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={number};"
            database.executescript(f"BEGIN IMMEDIATE;\n{step}\n;{mark}\nCOMMIT;")
    except sqlite3.OperationalError as error:
        raise StorageFailed(
            "cannot make the tables of {file}: {reason}; free or repair the disk, then try again",
            file=name,
            reason=str(error),
        ) from error


def check_version(database: sqlite3.Connection, newest: int, name: str) -> tuple[int, bool]:
    """The database's version and whether it bears our mark; raises Refused when it is newer than this build knows."""
    try:
        version = int(database.execute("PRAGMA user_version").fetchone()[0])
        application = int(database.execute("PRAGMA application_id").fetchone()[0])
    except sqlite3.DatabaseError as error:
        raise Damaged("{file} cannot be read: {reason}", file=name, reason=str(error)) from error
    if version > newest:
        raise Refused(
            "{file} is at version {version}, this build knows up to {newest}; install the newer Muniment that wrote it",
            file=name,
            version=version,
            newest=newest,
        )
    return version, application == APPLICATION_ID
