"""Makes the catalog's tables, by Django's migrations: for a new archive, a rebuild, and the check beside the live one."""

import os
from pathlib import Path

import django
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import load_backend

from muniment.catalog.database import VERSION
from muniment.desk.router import CATALOG
from muniment.record.errors import StorageFailed
from muniment.vault.location import Location, Schema, django_settings
from muniment.vault.sqlite import APPLICATION_ID


def make_catalog(location: Location) -> None:
    """Bring the catalog at `location` to the newest migration, making it if it is not there; raises StorageFailed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    try:
        usual = connections[CATALOG]
        # Migrations look their connection up by name; this thread's alone is put in its place.
        connection = connections[CATALOG] = _connection(location, usual)
        try:
            _migrate(connection, location)
        finally:
            connection.close()
            connections[CATALOG] = usual
    except DatabaseError as error:
        # A server's sentence may hold its address and what was written: of it, only the kind of error is said.
        raise StorageFailed(
            "cannot make the tables of {file}: {reason}; free or repair the disk, then try again",
            file=location.name,
            reason=type(error).__name__ if isinstance(location, Schema) else str(error),
        ) from error
    if isinstance(location, Path):
        location.chmod(0o600)


def _connection(location: Location, usual: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """A connection of Django's to the database there."""
    settings = {**usual.settings_dict, "HOST": "", "PORT": "", "USER": "", "PASSWORD": "", **django_settings(location)}
    wrapper: BaseDatabaseWrapper = load_backend(settings["ENGINE"]).DatabaseWrapper(settings, CATALOG)
    return wrapper


def _migrate(connection: BaseDatabaseWrapper, location: Location) -> None:
    with connection.cursor() as cursor:
        if isinstance(location, Schema):
            cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {location.name}")
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes(CATALOG))
        # When the tables were made is not derived from the logs: two builds of one archive must be equal.
        cursor.execute("UPDATE django_migrations SET applied = '1970-01-01 00:00:00'")
        # So that a build that knows fewer migrations refuses the catalog (catalog/database.py).
        if isinstance(location, Schema):
            cursor.execute(f"COMMENT ON SCHEMA {location.name} IS 'muniment {VERSION} {location.origin}'")
        else:
            cursor.execute(f"PRAGMA user_version = {VERSION}")
            cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
