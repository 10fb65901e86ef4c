"""What the channels app keeps of its own: connected accounts, with what the firm entered for them."""

from django.db import models

from muniment.desk.people.models import Person


class Connection(models.Model):
    """An account that is connected to its platform. How it is heard stands in intake (capture/feeds/ledger.py)."""

    source = models.CharField(max_length=64, primary_key=True)
    connector = models.CharField(max_length=40)
    hook = models.CharField(max_length=32, unique=True)
    """Stands in the address that the platform calls. It is no secret: what authenticates a delivery is in `sealed`."""
    settings = models.JSONField(default=dict)
    sealed = models.BinaryField()
    """The settings that are secrets, sealed under the key-encryption key (vault/sealedtext.py)."""
    on = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="connections")
    """Who answers for it when it falls silent."""
    quiet_minutes = models.IntegerField(default=30)
    """How long nothing may come, in the hours in which the account is usually heard, before home turns red."""
    from_hour = models.IntegerField(default=9)
    until_hour = models.IntegerField(default=18)
    """Hours of the firm's day in which it is usually heard; equal hours are all of them."""
    weekdays = models.BooleanField(default=True)
    """It is usually heard from Monday to Friday alone."""
    made_at = models.DateTimeField(auto_now_add=True)
    on_since = models.DateTimeField(null=True)
    proven_at = models.DateTimeField(null=True)
    """When a test message last came back."""

    class Meta:
        indexes = (models.Index(fields=["on"], name="connection_on"),)


class Explained(models.Model):
    """What somebody said last about a gap; what was said before stands in the audit log. The gap's leaf stays as it was sealed."""

    leaf = models.BigIntegerField(primary_key=True)
    source = models.CharField(max_length=64)
    found_at = models.BigIntegerField()
    """When the gap was sealed (µs UTC), as its row in the catalog has it."""
    outcome = models.CharField(max_length=12)
    reason = models.TextField()
    actor = models.CharField(max_length=200)
    at = models.BigIntegerField()
    """When it was said (µs UTC)."""

    class Meta:
        indexes = (models.Index(fields=["source", "found_at"], name="explained_source"),)


class Watched(models.Model):
    """How far the worker has looked for what is missing: one row for each thing it looks for."""

    name = models.CharField(max_length=100, primary_key=True)
    position = models.BigIntegerField()
