"""What every desk app shares in the desk's own database: the queue of audit entries that actions leave there."""

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
