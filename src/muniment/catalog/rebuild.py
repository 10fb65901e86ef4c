"""Makes the catalog again from nothing but the logs, and says by one hash whether two catalogs hold the same.

The hash is SHA-256 over every row of the derived tables, ordered by key, in a text form. The search tables are left
aside: FTS5 merges its segments when it likes; the whole-archive check compares what they hold term by term.
"""

import hashlib
from collections.abc import Callable

from muniment.capture.archive import Archive
from muniment.catalog.database import open_catalog, put_in_place
from muniment.catalog.prepare import Elsewhere, Prepare
from muniment.catalog.projector import Progress, Projector
from muniment.record.errors import Damaged
from muniment.vault.database import ERRORS, Database, beside, drop
from muniment.vault.location import Location

TABLES = {
    "account": "source",
    "record": "leaf",
    "record_key": "id",
    "event_key": "id",
    "media": "name",
    "gap": "leaf",
    "conversation": "id",
    "event": "id",
    "membership": "id",
    "link": "id",
    "blob": "id",
    "audit_entry": "leaf",
    "cursor": "log",
}
"""The derived tables and the key by which each is ordered."""
_TEXT = {"source", "log", "name"}

WORTH_A_PROCESS = 20_000
"""Records from which on a rebuild reads in one process and writes in another."""


def replace_catalog(archive: Archive, make: Callable[[Location], None], progress: Progress | None = None) -> str:
    """Build a fresh catalog with `make` and the projector, put it in the place of the old one; returns its logical hash."""
    fresh = beside(archive.home.catalog, "rebuild")
    if archive.records.log.checkpoint().size < WORTH_A_PROCESS:
        digest = build(archive, fresh, make, progress=progress)
    else:
        with Elsewhere(archive.home.path, archive.home.keys) as prepare:
            digest = build(archive, fresh, make, prepare, progress)
    put_in_place(archive.disk, fresh, archive.home.catalog)
    return digest


def build(
    archive: Archive,
    location: Location,
    make: Callable[[Location], None],
    prepare: Prepare | None = None,
    progress: Progress | None = None,
) -> str:
    """Project the whole archive into a new catalog; returns its logical hash. `prepare` may work in another process."""
    drop(location)
    make(location)
    catalog = open_catalog(location)
    try:
        Projector(archive, catalog, prepare).catch_up(progress)
        digest = logical_hash(catalog)
        if catalog.dialect == "sqlite":
            catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        catalog.close()
    return digest


def logical_hash(catalog: Database) -> str:
    """Hex SHA-256 over the derived tables, the same on both databases; raises Damaged when one cannot be read."""
    digest = hashlib.sha256()
    by_bytes = ' COLLATE "C"' if catalog.dialect == "postgres" else ""
    try:
        for table, key in TABLES.items():
            digest.update(f"[{table}]\n".encode())
            order = key + by_bytes if key in _TEXT else key
            for row in catalog.stream(f"SELECT * FROM {table} ORDER BY {order}"):
                digest.update(repr(row).encode("utf-8", "surrogatepass") + b"\n")
    except ERRORS as error:
        raise Damaged("the catalog cannot be read: {reason}; run `muniment rebuild`", reason=str(error)) from error
    return digest.hexdigest()
