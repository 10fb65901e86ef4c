"""Makes the catalog's tables in a file, by Django's migrations: for a new archive, a rebuild, and the check beside the live one."""

import os
from pathlib import Path

import django
from django.core.management import call_command
from django.db import connections


def make_catalog(path: Path) -> None:
    """Bring the catalog file at `path` to the newest migration, making it if it is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    connection = connections["default"]
    connection.close()
    connection.settings_dict["NAME"] = str(path)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
    path.chmod(0o600)
