"""What the firm decided about its channels, people and devices. Each state has a first and a last day; nothing is deleted.

Who entered a row, and when, stands in it and in the audit log; the day from which it is so is the firm's own statement.
"""

from django.db import models
from django.db.models import F, Q

from muniment.desk.people.models import Dated, Person
from muniment.desk.register.words import ITEMS, KINDS, STATUSES


class Entered(Dated):
    """A state that somebody entered."""

    actor = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Channel(models.Model):
    """A way to write to people, as the firm calls it. Its accounts are those of its connectors."""

    name = models.CharField(max_length=100, unique=True)
    connectors = models.JSONField(default=list)
    """Names of connectors; each belongs to one channel at most."""


class Standing(Entered):
    """Whether the firm approves of a channel, for a time, and who said so in writing."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="standings")
    status = models.CharField(max_length=12, choices=STATUSES)
    conditions = models.TextField(blank=True)
    approved_by = models.CharField(max_length=200)
    approved_on = models.DateField()
    reference = models.CharField(max_length=200, blank=True)


class Assessment(Entered):
    """What the firm found out about a channel before it let people use it."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="assessments")
    features = models.TextField()
    deletion = models.TextField()
    encryption = models.TextField()
    outage = models.TextField()
    assessed_by = models.CharField(max_length=200)
    assessed_on = models.DateField()
    review_by = models.DateField()


class Registration(Entered):
    """Somebody may use a channel, from a day until before another."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="registrations")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="registrations")
    approved_by = models.CharField(max_length=200)
    approved_on = models.DateField()
    reference = models.CharField(max_length=200)
    """The firm's reference, or the number of a licence."""


class Device(Entered):
    """A phone, a SIM card or a computer of the firm, until it leaves the register."""

    label = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    native = models.CharField(max_length=100, blank=True)
    """Telephone or serial number."""
    system = models.CharField(max_length=100, blank=True)
    managed = models.BooleanField(default=False)
    """Whether the firm's device management holds it."""
    seen_on = models.DateField(null=True)


class Custody(Entered):
    """Who has a device, which account is on it and where it is kept, for a time: issued on the first day, returned on the last."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="custodies")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="devices")
    source = models.CharField(max_length=64, blank=True, db_index=True)
    location = models.CharField(max_length=200, blank=True)


class Posture(Entered):
    """Something that must be so on an account or a device, and how often that is to be shown."""

    item = models.CharField(max_length=20, choices=ITEMS)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, null=True, related_name="postures")
    source = models.CharField(max_length=64, blank=True)
    days = models.IntegerField()
    """Days for which evidence is good."""

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=(Q(device=None) & ~Q(source="")) | (Q(device__isnull=False) & Q(source="")),
                name="posture_one_thing",
            ),
        )


class Evidence(models.Model):
    """That something was looked at: what was seen, when, and until when that is good."""

    posture = models.ForeignKey(Posture, on_delete=models.PROTECT, related_name="evidence")
    met = models.BooleanField()
    text = models.TextField()
    on = models.DateField()
    due = models.DateField()
    actor = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(due__gte=F("on")), name="evidence_due_later"),)
        indexes = (models.Index(fields=["posture", "-on"], name="evidence_newest"),)
