"""What the dashboard keeps: how much each account brought on each day, counted once a record and never by looking at all.

Derived from the catalog, and counted anew when that was made anew or the firm's zone changed.
"""

from django.db import models


class Day(models.Model):
    """How many events an account has that were sent on a day of the firm's zone."""

    source = models.CharField(max_length=64)
    day = models.DateField()
    events = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "day"], name="day_of_source"),)
        indexes = (models.Index(fields=["day"], name="day_day"),)


class Heard(models.Model):
    """What an account brought in all, and what is usual for it (dashboard/usual.py)."""

    source = models.CharField(max_length=64, primary_key=True)
    records = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)
    received_at = models.BigIntegerField(null=True)
    """When its newest record was received (µs UTC)."""
    sent_at = models.BigIntegerField(null=True)
    """When its newest dated event was sent (µs UTC)."""
    daily = models.BooleanField(default=False)
    usual = models.IntegerField(default=0)
    """Events on a day with any: the median of the last four weeks that it was heard in."""
    longest = models.IntegerField(default=0)
    """Days without any between two with some: the most in the last three months that it was heard in."""


class Counted(models.Model):
    """How far the counting has come: one row."""

    leaf = models.BigIntegerField()
    zone = models.CharField(max_length=60)
    build = models.CharField(max_length=64)
    """Which making of the catalog was counted."""
