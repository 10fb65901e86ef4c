"""What every desk app shares in the desk's own database: the queue of audit entries that actions leave there, and the jobs."""

from django.db import models


class Outbox(models.Model):
    """A sealed audit entry, written in the transaction of the action that it tells of. The leader moves it into the log.

    The columns are those of an item in intake (capture/intake.py).
    """

    seq = models.BigAutoField(primary_key=True)
    log = models.CharField(max_length=20)
    id = models.CharField(max_length=36, unique=True)
    type = models.CharField(max_length=8)
    source = models.CharField(max_length=64)
    source_seq = models.BigIntegerField(null=True)
    received_at = models.BigIntegerField()
    ref = models.BigIntegerField(null=True)
    key_group = models.CharField(max_length=40)
    size = models.BigIntegerField()
    raw = models.BinaryField()
    wrapped = models.BinaryField()
    envelope = models.BinaryField()

    class Meta:
        db_table = "outbox"


class Job(models.Model):
    """Work that somebody asked for and that takes longer than a page may: what it is, how far it has come, how it ended.

    `params` and `result` hold ids and numbers, never content. `error` is a refusal as record/errors.py keeps it.
    """

    class State(models.TextChoices):
        """What became of a job; `ended` is one that was taken back before it began."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        ENDED = "ended"

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    task = models.UUIDField(null=True)
    """The row of the queue by which it reaches the worker; None once it is over."""
    user = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    unit = models.CharField(max_length=20, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["kind", "-id"], name="job_kind"),
            models.Index(fields=["state"], name="job_state"),
        )
