"""Makes the catalog again from nothing but the logs, and says by one hash whether two catalogs hold the same.

The hash is SHA-256 over every row of the derived tables, ordered by key, in a text form. The search tables are left
aside: FTS5 merges its segments when it likes; the whole-archive check compares what they hold term by term.
"""

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.catalog.database import open_catalog
from muniment.catalog.prepare import Elsewhere, Prepare
from muniment.catalog.projector import Projector
from muniment.record.errors import Damaged

TABLES = {
    "account": "source",
    "record": "leaf",
    "record_key": "id",
    "conversation": "id",
    "event": "id",
    "link": "id",
    "blob": "id",
    "audit_entry": "leaf",
    "cursor": "log",
}
"""The derived tables and the key by which each is ordered."""

WORTH_A_PROCESS = 20_000
"""Records from which on a rebuild reads in one process and writes in another."""


def replace_catalog(archive: Archive, make: Callable[[Path], None]) -> str:
    """Build a fresh catalog with `make` and the projector, put it in the place of the old one; returns its logical hash."""
    fresh = archive.home.catalog.with_name("catalog.rebuild.sqlite3")
    if archive.records.log.checkpoint().size < WORTH_A_PROCESS:
        digest = build(archive, fresh, make)
    else:
        with Elsewhere(archive.home.path, archive.home.keys) as prepare:
            digest = build(archive, fresh, make, prepare)
    for leftover in (archive.home.catalog.with_name(archive.home.catalog.name + ending) for ending in ("-wal", "-shm")):
        archive.disk.remove(leftover)
    archive.disk.move(fresh, archive.home.catalog)
    archive.disk.sync_folders([archive.home.path])
    return digest


def build(archive: Archive, path: Path, make: Callable[[Path], None], prepare: Prepare | None = None) -> str:
    """Project the whole archive into a new catalog file; returns its logical hash. `prepare` may work in another process."""
    remove(path)
    make(path)
    catalog = open_catalog(path)
    Projector(archive, catalog, prepare).catch_up()
    digest = logical_hash(catalog)
    catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    catalog.close()
    return digest


def remove(path: Path) -> None:
    """Remove a catalog file with what SQLite keeps beside it."""
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def logical_hash(catalog: sqlite3.Connection) -> str:
    """Hex SHA-256 over the derived tables; raises Damaged when one cannot be read."""
    digest = hashlib.sha256()
    try:
        for table, key in TABLES.items():
            digest.update(f"[{table}]\n".encode())
            for row in catalog.execute(f"SELECT * FROM {table} ORDER BY {key}"):
                digest.update(repr(row).encode("utf-8", "surrogatepass") + b"\n")
    except sqlite3.DatabaseError as error:
        raise Damaged("the catalog cannot be read: {reason}; run `muniment rebuild`", reason=str(error)) from error
    return digest.hexdigest()
