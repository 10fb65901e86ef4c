"""What the imports app keeps of its own: files that wait to be brought in, handles of nobody, how much each account brought.

The last is derived from the catalog, and counted anew when that was made anew or the firm's zone changed (tally.py).
"""

from django.db import models


class Upload(models.Model):
    """A file that somebody handed over in a browser and that is not yet brought in; its bytes lie in the spool's `uploads`.

    The row goes when the file does. What was brought in is named by its manifest, which can be disposed of.
    """

    id = models.CharField(max_length=32, primary_key=True)
    user = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    job = models.BigIntegerField(null=True, db_index=True)
    """The job that brings it in, or tried to."""
    connector = models.CharField(max_length=40, blank=True)
    account = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=60, blank=True)
    date_order = models.CharField(max_length=3, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)


class Disregarded(models.Model):
    """A handle of which somebody said that it is nobody's whom the firm knows: it is not asked about again."""

    channel = models.CharField(max_length=40)
    native = models.CharField(max_length=500)
    actor = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["channel", "native"], name="disregarded_handle"),)


class HandIn(models.Model):
    """A form that was handed in, by its token: handing the same form in again changes nothing. What it said is a record."""

    token = models.CharField(max_length=32, primary_key=True)
    user = models.BigIntegerField()
    source = models.CharField(max_length=64)
    item = models.CharField(max_length=36)
    """The id of the leaf that it becomes."""
    made_at = models.DateTimeField(auto_now_add=True)


class HandInAccount(models.Model):
    """The account that holds what a person hands in; there is one for each who ever did."""

    person = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=64, unique=True)


class Day(models.Model):
    """How many events an account has that were sent on a day of the firm's zone."""

    source = models.CharField(max_length=64)
    day = models.DateField()
    events = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["source", "day"], name="day_of_source"),)
        indexes = (models.Index(fields=["day"], name="day_day"),)


class Heard(models.Model):
    """What an account brought in all, and what is usual for it (imports/usual.py)."""

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
