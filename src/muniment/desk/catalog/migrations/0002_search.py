"""The search index's own tables: shards are opened as documents of new years come."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from muniment.search.sqlite import Index


def create(_: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables that are there from the start."""
    editor.connection.ensure_connection()
    Index(editor.connection.connection).create()


class Migration(migrations.Migration):
    """After the tables of the catalog."""

    dependencies = (("catalog", "0001_tables"),)
    operations = (migrations.RunPython(create, migrations.RunPython.noop),)
