"""Chooses the index that a database can have: nowhere else is it asked which of the two it is."""

from muniment.search import sqlite
from muniment.search.index import Index
from muniment.vault.database import Database


def open_index(database: Database) -> Index:
    """The index in `database`; the connection is the caller's, and so are its transactions."""
    if database.dialect == "sqlite":
        return sqlite.Index(database)
    from muniment.search import postgres

    return postgres.Index(database)
