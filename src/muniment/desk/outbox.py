"""Leaves the audit entry of an action in the action's own transaction: either both happened or neither.

The leader moves it from there into the log (capture/outbox.py).
"""

from django.db import transaction

from muniment.capture.audit import Entry, encode_entry
from muniment.capture.leader import SYSTEM
from muniment.desk.desk import Desk
from muniment.desk.models import Outbox
from muniment.record.leaf import LeafType


def enter(desk: Desk, entry: Entry, *, type: LeafType = "act") -> str:
    """Enter what an action did; must be called within its transaction. Returns the id of the leaf that it becomes."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an action enters what it did within its own transaction")
    item = desk.archive.sealer.seal(encode_entry(desk.marked(entry)), log="audit", type=type, source=SYSTEM)
    Outbox.objects.create(
        log=item.log,
        id=item.id,
        type=item.type,
        source=item.source,
        source_seq=item.source_seq,
        received_at=item.received_at,
        ref=item.ref,
        key_group=item.key_group,
        size=item.size,
        raw=item.raw,
        wrapped=item.wrapped,
        envelope=item.envelope,
    )
    return item.id
