"""Which database a model lies in: the catalog's derived tables in `catalog`, everything else in the desk's own, `default`."""

from typing import Any

from django.db.models import Model

CATALOG = "catalog"


class Router:
    """Django asks it for every query and every migration."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """The database of a model."""
        return CATALOG if model._meta.app_label == CATALOG else "default"  # noqa: SLF001  # Django's own name for it

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Whether an app's tables belong into a database."""
        return (app_label == CATALOG) == (db == CATALOG)
