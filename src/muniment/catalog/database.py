"""Opens the catalog. SQLite by default; what is said to it stays within what PostgreSQL says too, but for the index."""

import sqlite3
from pathlib import Path

from muniment.record.errors import MunimentError, NotFound
from muniment.vault.sqlite import check_version, connect

VERSION = 3
"""Migrations that this build knows; a catalog with more was made by a newer one."""
CACHE_MIB = 192
CHECKPOINT_PAGES = 8192
"""Pages (of 4 KiB) in the write-ahead log before it is written back: a page that changes often is written once."""


def open_catalog(path: Path) -> sqlite3.Connection:
    """The catalog at `path`; raises NotFound when it is not there, Refused when a newer Muniment made it."""
    if not path.exists():
        raise NotFound("the catalog {file} is not there; make it again with `muniment rebuild`", file=path.name)
    catalog = connect(path, secure_delete=True, cache_mib=CACHE_MIB)
    try:
        check_version(catalog, VERSION, path.name)
    except MunimentError:
        catalog.close()
        raise
    # What power loss takes from the end of the write-ahead log it takes together with the cursor (docs/adr/0004).
    catalog.execute("PRAGMA synchronous=NORMAL")
    catalog.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    return catalog
