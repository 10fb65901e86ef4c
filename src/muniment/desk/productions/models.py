"""What the productions app keeps of its own: what was asked for, what was made, and who took it."""

from django.db import models


class Production(models.Model):
    """A bundle that somebody asked for. The audit log says the same of it; this row says where the file is, and what checking it found.

    Its file is `<id>.zip` in the archive's folder `productions`, until it is removed; the row stays.
    """

    user = models.BigIntegerField(null=True, db_index=True)
    actor = models.CharField(max_length=200)
    query = models.TextField()
    zone = models.CharField(max_length=60)
    reason = models.TextField()
    since = models.JSONField(default=list)
    """Seals that the receiver holds: the bundle proves that the archive extends them."""
    language = models.CharField(max_length=10)
    scope = models.CharField(max_length=64, blank=True)
    """SHA-256 of the scope in which it was asked for; empty for everybody's messages."""
    job = models.BigIntegerField(null=True)
    records = models.BigIntegerField(null=True)
    withheld = models.BigIntegerField(null=True)
    events = models.BigIntegerField(null=True)
    attachments = models.BigIntegerField(null=True)
    size = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the file."""
    manifest_sha256 = models.CharField(max_length=64, blank=True)
    seal = models.TextField(blank=True)
    report = models.JSONField(null=True)
    """What the one-file verifier said of it, with the archive's own keys (proof/verifier.py, `Report.as_json`)."""
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=200, blank=True)


class Download(models.Model):
    """Somebody took a bundle."""

    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="downloads")
    actor = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
