"""Django's handle on what all desk apps share."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """The desk itself: the outbox, template tags, jobs."""

    name = "muniment.desk"
    label = "desk"
