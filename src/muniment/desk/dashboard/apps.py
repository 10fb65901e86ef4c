"""Django's handle on the dashboard app."""

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """The dashboard app."""

    name = "muniment.desk.dashboard"
    label = "dashboard"
