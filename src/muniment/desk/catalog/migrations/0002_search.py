"""The search index's own tables: shards are opened as documents of new years come."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from muniment.search import sqlite
from muniment.search.index import Index


def create(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables that are there from the start."""
    editor.connection.ensure_connection()
    raw = editor.connection.connection
    _index(raw, postgres=editor.connection.vendor == "postgresql").create()


def _index(raw: Any, *, postgres: bool) -> Index:
    if not postgres:
        return sqlite.Index(raw)
    from muniment.search.postgres import Index as Tsvector
    from muniment.vault.postgres import adopt

    return Tsvector(adopt(raw))


class Migration(migrations.Migration):
    """After the tables of the catalog."""

    dependencies = (("catalog", "0001_tables"),)
    operations = (migrations.RunPython(create, migrations.RunPython.noop),)
