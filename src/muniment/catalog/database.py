"""Opens the catalog. SQLite by default; what is said to it stays within what PostgreSQL says too, but for the index."""

import sqlite3
from pathlib import Path

from muniment.record.errors import NotFound
from muniment.vault.sqlite import connect

CACHE_MIB = 192


def open_catalog(path: Path) -> sqlite3.Connection:
    """The catalog at `path`; raises NotFound when it is not there, Refused when a newer Muniment made it."""
    if not path.exists():
        raise NotFound("the catalog {file} is not there; make it again with `muniment rebuild`", file=path.name)
    return connect(path, secure_delete=True, cache_mib=CACHE_MIB)
