"""Django's handle on the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "muniment.desk.people"
    label = "people"

    def ready(self) -> None:
        """Listen to what happens around signing in."""
        from muniment.desk.people.signin.signals import connect

        connect()
