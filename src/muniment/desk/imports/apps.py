"""Django's handle on the imports app."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The imports app."""

    name = "muniment.desk.imports"
    label = "imports"
