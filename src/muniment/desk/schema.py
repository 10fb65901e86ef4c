"""Makes the desk's own tables, by Django's migrations: people, sign-ins, jobs, the outbox. They are not derived from the logs."""

import os
import pkgutil
import secrets
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connections

from muniment.record.errors import StorageFailed
from muniment.vault.home import Home
from muniment.vault.location import django_settings


def use(home: Home) -> None:
    """Let Django of this process speak to the databases of the archive at `home`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    for alias, location in (("default", home.desk), ("catalog", home.catalog)):
        wanted = django_settings(location)
        known = connections.settings[alias]
        if any(known[name] != value for name, value in wanted.items() if name != "OPTIONS"):
            connections[alias].close()
            del connections[alias]  # the next one is made by the settings, of whichever kind of database it then is
            known.update({"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", **wanted})


def make_desk(home: Home) -> None:
    """Bring the desk's database of `home` to the newest migration, making it if it is not there; raises StorageFailed.

    Its `desk.secret`, in the keys folder, signs cookies; whoever loses it only has to sign in again.
    """
    _make_secret(home)
    use(home)
    connection = connections["default"]
    try:
        if not _is_complete():
            from django.core.management import call_command  # with what it brings in, a tenth of a start

            call_command("migrate", database="default", verbosity=0, interactive=False)
            call_command("createcachetable", database="default", verbosity=0)
    except DatabaseError as error:
        raise StorageFailed(
            "cannot make the tables of {file}: {reason}; free or repair the disk, then try again",
            file=home.desk.name,
            # A server's sentence may hold its address and what was written: of it, only the kind of error is said.
            reason=str(error) if home.server is None else type(error).__name__,
        ) from error
    finally:
        connection.close()
    if isinstance(home.desk, Path):
        home.desk.chmod(0o600)


def _is_complete() -> bool:
    """Whether the desk's database says that every migration of this build was applied, and has the table made after them.

    It compares names: of the files here, of the rows there. Django's own look imports every migration there is.
    """
    connection = connections["default"]
    tables = set(connection.introspection.table_names())
    if not {"django_migrations", settings.CACHES["default"]["LOCATION"]} <= tables:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return all(
        (app.label, module.name) in applied
        for app in apps.get_app_configs()
        for module in pkgutil.iter_modules([str(Path(app.path, "migrations"))])
        if module.name[0] not in "_~"
    )


def _make_secret(home: Home) -> None:
    """Make the key that signs cookies where there is none yet; several processes may try at once, and one of them does."""
    path = home.keys / "desk.secret"
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    if path.exists():
        return
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # whole or not at all, and never over another's
        except FileExistsError:
            pass
        fresh.unlink()
    except OSError as error:
        raise StorageFailed(
            "cannot write {file} in the keys folder: {reason}; check its permissions, then try again",
            file=path.name,
            reason=error.strerror or type(error).__name__,
        ) from None
