"""Django's handle on the catalog's tables."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """The catalog's tables."""

    name = "muniment.desk.catalog"
    label = "catalog"
