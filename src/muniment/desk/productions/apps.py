"""Django's handle on the productions app."""

from django.apps import AppConfig


class ProductionsConfig(AppConfig):
    """The productions app."""

    name = "muniment.desk.productions"
    label = "productions"
