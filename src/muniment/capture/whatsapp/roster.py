"""Who came and went, in the notices that the app wrote: names as the phone shows them, which are all that an export has."""

from muniment.capture.memberships import change, op_of
from muniment.capture.named import cut_names
from muniment.capture.whatsapp.decode import handle
from muniment.record.event import Event
from muniment.record.membership import Membership, Op, people


def membership(event: Event) -> Membership | None:
    """The `actor` joined or left, or did it to the `subject`; a new administrator is no change of members."""
    op = op_of(event.extra.get("op"))
    if op is None:
        return None
    actor, subject = _handle(event.extra.get("actor")), event.extra.get("subject")
    if op in {Op.JOIN, Op.LEAVE}:
        return change(op, people((actor,)), None)
    return change(op, people(map(_handle, cut_names(subject or ""))), actor)


def _handle(name: str | None) -> str | None:
    return handle(name) if name else None
