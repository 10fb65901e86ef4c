"""What the archive app keeps of its own, in the desk's database: searches that somebody wants to run again."""

from django.db import models


class SavedSearch(models.Model):
    """A query that its owner keeps: as it was written, and as it was parsed, relative dates resolved that day."""

    user = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=100)
    query = models.TextField()
    stored = models.BinaryField()
    """The parsed query as search/ast.py writes it."""
    zone = models.CharField(max_length=60)
    position = models.BigIntegerField()
    """Leaves of the records log when it was saved."""
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "name"], name="saved_search_name"),)


class Reading(models.Model):
    """What a reader found in one file, whoever sent it how often: its type, how far reading went, how long a voice lasts.

    The text is not here: it is made anew for whoever opens it. `key` is a keyed digest of the file's SHA-256, so that a copy
    of this table tells nobody without the keys whether a certain file is in the archive.
    """

    key = models.CharField(max_length=32, primary_key=True)
    leaf = models.BigIntegerField(db_index=True)
    """The record that holds the bytes: the row goes with it."""
    named = models.BigIntegerField(null=True)
    """The record of the message that the file was found by, with `ordinal` and `place`; null where it was found by itself."""
    ordinal = models.IntegerField(default=0)
    place = models.IntegerField(default=0)
    reader = models.CharField(max_length=20, default="")
    """The version of the readers that read it; empty while it waits."""
    status = models.CharField(max_length=20, default="")
    """As media/reading.py says; `unopened` where the bytes themselves could not be had."""
    type = models.CharField(max_length=200, default="")
    agrees = models.BooleanField(null=True)
    playable = models.BooleanField(default=False)
    duration = models.BigIntegerField(null=True)
    """Milliseconds."""
    notes = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["reader", "leaf"], name="reading_waits"),)


class Listed(models.Model):
    """How far the records were looked through for files to read: one row."""

    leaf = models.BigIntegerField(default=0)
