"""Django's handle on the archive app."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """The archive app."""

    name = "muniment.desk.archive"
    label = "archive"
