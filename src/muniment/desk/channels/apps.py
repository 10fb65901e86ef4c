"""Django's handle on the channels app."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The channels app."""

    name = "muniment.desk.channels"
    label = "channels"
