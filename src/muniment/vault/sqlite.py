"""How Muniment opens its SQLite files: write-ahead log, full synchronisation, transactions written out by hand."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from muniment.record.errors import Damaged, Refused, StorageFailed

APPLICATION_ID = 0x4D554E49  # "MUNI", so that `file` and we recognise our own databases
BUSY_MILLISECONDS = 10_000


def connect(
    path: Path, *, readonly: bool = False, secure_delete: bool = False, cache_mib: int = 16
) -> sqlite3.Connection:
    """Open an existing or new database in autocommit mode (transactions are explicit); raises Refused or StorageFailed."""
    if readonly and not path.exists():
        raise Refused("the database {file} is not there; expected an archive made by `muniment init`", file=path.name)
    try:
        uri = f"{path.absolute().as_uri()}?mode={'ro' if readonly else 'rwc'}"
        database = sqlite3.connect(
            uri, uri=True, isolation_level=None, timeout=BUSY_MILLISECONDS / 1000, check_same_thread=False
        )
        if readonly:
            database = _settled(database, path)
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


def _settled(database: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """`database`, opened for reading; on a disk that is read-only SQLite must be told that nobody else can write either."""
    try:
        database.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        log = path.with_name(path.name + "-wal")
        if log.exists() and log.stat().st_size:
            raise
        database.close()
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        database = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
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
