"""Makes the catalog's tables in a file, by Django's migrations: for a new archive, a rebuild, and the check beside the live one."""

import os
from pathlib import Path

import django
from django.core.management import call_command
from django.db import DatabaseError, connections

from muniment.catalog.database import VERSION
from muniment.record.errors import StorageFailed
from muniment.vault.sqlite import APPLICATION_ID


def make_catalog(path: Path) -> None:
    """Bring the catalog file at `path` to the newest migration, making it if it is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    connection = connections["catalog"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        call_command("migrate", database="catalog", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            # When the tables were made is not derived from the logs: two builds of one archive must be equal.
            cursor.execute("UPDATE django_migrations SET applied = '1970-01-01 00:00:00'")
            # So that a build that knows fewer migrations refuses the catalog (catalog/database.py).
            cursor.execute(f"PRAGMA user_version = {VERSION}")
            cursor.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    except DatabaseError as error:
        raise StorageFailed(
            "cannot make the tables of {file}: {reason}; free or repair the disk, then try again",
            file=path.name,
            reason=str(error),
        ) from error
    finally:
        connection.close()
    path.chmod(0o600)
