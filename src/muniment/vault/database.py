"""One way to speak to both databases: SQL with `?` for values, transactions written out by hand, autocommit otherwise.

On SQLite a Database is the connection itself, so that nothing stands between the projector and it; on PostgreSQL it is
an adapter (postgres.py), which is loaded only when DATABASE_URL asks for it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from muniment.record.errors import Refused, StorageFailed
from muniment.vault import sqlite
from muniment.vault.location import Location, Schema, Server

if TYPE_CHECKING:
    from types import ModuleType

Dialect = Literal["sqlite", "postgres"]


class Rows(Protocol):
    """What a statement answered."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int = ..., /) -> list[Any]: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One connection to one database of an archive. Values are int, float, str, bytes or None."""

    @property
    def dialect(self) -> Dialect: ...
    @property
    def in_transaction(self) -> bool: ...
    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement; `?` stands for a value."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run one statement for each row of values."""
        ...

    def insert(self, table: str, columns: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows to a table in the fastest way there is; `columns` are their names, separated by commas."""
        ...

    def remove(self, table: str, column: str, values: Iterable[Any]) -> None:
        """Delete the rows whose `column` is one of `values`."""
        ...

    def stream(self, sql: str) -> Iterator[Any]:
        """The rows of a query that may have very many, never all in memory at once."""
        ...

    def tables(self) -> list[str]:
        """The names of all tables, in order."""
        ...

    def begin(self) -> None:
        """Begin a transaction that writes."""
        ...

    def begin_reading(self) -> None:
        """Begin a transaction that reads everything as it stood at one moment."""
        ...

    def commit(self) -> None:
        """End it; all of it is kept."""
        ...

    def rollback(self) -> None:
        """End it; nothing of it is kept."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...

    def try_lock(self, name: str) -> bool:
        """Take a lock that lasts as long as this connection; False when another has it. Files need none: they have their own."""
        ...

    def unlock(self, name: str) -> None:
        """Let go of such a lock."""
        ...


class ServerFailed(StorageFailed):
    """What a PostgreSQL server answered instead of a result; no value of the statement is in its text."""

    conflict: bool = False
    """A constraint was violated."""
    busy: bool = False
    """Another process held a lock for too long."""
    lost: bool = False
    """The connection is gone; whether a commit under way was kept is not known."""


ERRORS: Final = (sqlite3.Error, ServerFailed)
"""What either database raises."""


def is_conflict(error: BaseException) -> bool:
    """Whether a constraint was violated."""
    return isinstance(error, sqlite3.IntegrityError) or (isinstance(error, ServerFailed) and error.conflict)


def is_busy(error: BaseException) -> bool:
    """Whether another process held the database for too long."""
    if isinstance(error, ServerFailed):
        return error.busy
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def connect(
    location: Location,
    *,
    readonly: bool = False,
    create: bool = True,
    secure_delete: bool = False,
    cache_mib: int = 16,
    patient: bool = False,
    one_writer: bool = False,
) -> Database:
    """Open a database in autocommit mode (transactions are explicit); raises Refused, StorageFailed or Damaged.

    `secure_delete` and `cache_mib` are SQLite's. `patient` lets commits of PostgreSQL return before they are on the disk:
    for what can be made again; `one_writer` lets its transactions come one after another, as SQLite's do.
    Without `create` a database that is not there is refused, as it is for reading.
    """
    if isinstance(location, Path):
        return sqlite.connect(
            location, readonly=readonly, create=create, secure_delete=secure_delete, cache_mib=cache_mib
        )
    return _postgres().connect(  # type: ignore[no-any-return]
        location, readonly=readonly, create=create, patient=patient, one_writer=one_writer
    )


def migrate(database: Database, steps: dict[Dialect, Sequence[str]], location: Location) -> None:
    """Bring a database to the newest of the numbered steps of its dialect; each step and its number are one transaction."""
    numbered = steps[database.dialect]
    if isinstance(location, Schema):
        _postgres().migrate(database, numbered, location)
    else:
        sqlite.migrate(database, numbered, location.name)  # type: ignore[arg-type]  # of a file it is SQLite's


def check_version(database: Database, newest: int, location: Location) -> None:
    """Raise Refused when the database is newer than this build knows, or another archive's."""
    if isinstance(location, Schema):
        _postgres().check_version(database, newest, location)
    else:
        sqlite.check_version(database, newest, location.name)  # type: ignore[arg-type]


def exists(location: Location) -> bool:
    """Whether there is such a database, whatever is in it; raises StorageFailed when the server does not answer."""
    return location.exists() if isinstance(location, Path) else bool(_postgres().exists(location))


def drop(location: Location) -> None:
    """Remove a database that can be made again, with what belongs to it."""
    if isinstance(location, Schema):
        _postgres().drop(location)
        return
    for ending in ("", "-wal", "-shm"):
        location.with_name(location.name + ending).unlink(missing_ok=True)


def remove_archive(server: Server, origin: str, lock: str) -> None:
    """Remove what an archive called `origin`, whose folders are gone, has left in a PostgreSQL database.

    Nothing is removed of a database that holds another archive. Raises Busy while another process holds `lock`.
    """
    _postgres().remove_archive(server, origin, lock)


def beside(location: Location, ending: str) -> Location:
    """A database next to this one, for what is being made: `catalog.sqlite3` and `rebuild` give `catalog.rebuild.sqlite3`."""
    if isinstance(location, Schema):
        return location.beside(ending)
    return location.with_name(f"{location.stem}.{ending}{location.suffix}")


def _postgres() -> "ModuleType":
    try:
        from muniment.vault import postgres
    except ImportError:
        raise Refused(
            "DATABASE_URL names a PostgreSQL database, but psycopg is not installed; install the extra {extra}",
            extra="muniment[postgres]",
        ) from None
    return postgres
