"""Django's handle on the audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit app."""

    name = "muniment.desk.audit"
    label = "audit"
