"""Opens the catalog, a file or a schema. What is said to it stays within what both databases understand, but for the index."""

from pathlib import Path

from muniment.record.errors import MunimentError, NotFound, Refused
from muniment.vault.database import Database, check_version, connect, exists
from muniment.vault.durable import Disk
from muniment.vault.location import Location, Schema

VERSION = 7
"""Migrations that this build knows; a catalog with more was made by a newer one."""
CACHE_MIB = 192
"""What the process that writes it keeps of it in memory, for each connection."""
READING_MIB = 16
"""What a thread that answers readers keeps of it; the operating system's cache of the file is behind that."""
CHECKPOINT_PAGES = 8192
"""Pages (of 4 KiB) in the write-ahead log before it is written back: a page that changes often is written once."""


def open_catalog(location: Location, *, cache_mib: int = CACHE_MIB) -> Database:
    """The catalog that lies there; raises NotFound when it is not there, Refused when a newer Muniment made it.

    `cache_mib` is the memory for what was read of a file; the default is for whoever writes it.
    """
    if not exists(location):
        raise NotFound("the catalog {file} is not there; make it again with `muniment rebuild`", file=location.name)
    # What power loss takes from the end of the write-ahead log it takes together with the cursor (docs/adr/0004): hence
    # `patient`, and synchronous=NORMAL.
    catalog = connect(location, create=False, secure_delete=True, cache_mib=cache_mib, patient=True, one_writer=True)
    try:
        check_version(catalog, VERSION, location)
    except MunimentError:
        catalog.close()
        raise
    if isinstance(location, Path):
        catalog.execute("PRAGMA synchronous=NORMAL")
        catalog.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    return catalog


def check_current(catalog: Database) -> None:
    """Raise Refused for tables of an older build: they can be read, but what this build writes does not fit into them."""
    (version,) = catalog.execute("SELECT count(*) FROM django_migrations WHERE app = 'catalog'").fetchone()
    if version < VERSION:
        raise Refused(
            "the catalog was made by an older Muniment (version {version}, this build has {known});"
            " make it anew with `muniment rebuild`, then try again",
            version=version,
            known=VERSION,
        )


def put_in_place(disk: Disk, fresh: Location, location: Location) -> None:
    """Let the catalog `fresh` take the place of the one at `location`, whole and durably; raises StorageFailed."""
    if isinstance(location, Schema):
        assert isinstance(fresh, Schema)
        from muniment.vault import postgres

        database = connect(fresh, create=False)
        assert isinstance(database, postgres.PostgresDatabase)
        try:
            with disk.transaction(database, "catalog"):
                postgres.put_in_place(database, fresh, location)
        finally:
            database.close()
        return
    assert isinstance(fresh, Path) and isinstance(location, Path)
    for leftover in (location.with_name(location.name + ending) for ending in ("-wal", "-shm")):
        disk.remove(leftover)
    disk.move(fresh, location)
    disk.sync_folders([location.parent])
