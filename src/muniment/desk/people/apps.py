"""Django's handle on the people app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The people app."""

    name = "muniment.desk.people"
    label = "people"
