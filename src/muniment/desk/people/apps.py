"""Django's handle on the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "muniment.desk.people"
    label = "people"

    def ready(self) -> None:
        """Listen to what happens around signing in, and to changes of who may do what."""
        from muniment.desk.people import version
        from muniment.desk.people.signin import signals

        signals.connect()
        version.connect()
