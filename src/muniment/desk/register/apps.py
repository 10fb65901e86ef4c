"""Django's handle on the register app."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """The register app."""

    name = "muniment.desk.register"
    label = "register"
