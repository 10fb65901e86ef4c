"""Makes the desk's own tables, by Django's migrations: people, sign-ins, jobs, the outbox. They are not derived from the logs."""

import os

import django
from django.core.management import call_command
from django.db import DatabaseError, connections

from muniment.record.errors import StorageFailed
from muniment.vault.home import Home


def use(home: Home) -> None:
    """Let Django of this process speak to the databases of the archive at `home`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    for alias, path in (("default", home.path / "desk.sqlite3"), ("catalog", home.catalog)):
        connection = connections[alias]
        if connection.settings_dict["NAME"] != str(path):
            connection.close()
            connection.settings_dict["NAME"] = str(path)


def make_desk(home: Home) -> None:
    """Bring the desk's database of `home` to the newest migration, making it if it is not there; raises StorageFailed."""
    use(home)
    connection = connections["default"]
    try:
        call_command("migrate", database="default", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise StorageFailed(
            "cannot make the tables of {file}: {reason}; free or repair the disk, then try again",
            file="desk.sqlite3",
            reason=str(error),
        ) from error
    finally:
        connection.close()
    path = home.path / "desk.sqlite3"
    if path.exists():
        path.chmod(0o600)
