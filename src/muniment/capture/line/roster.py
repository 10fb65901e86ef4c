"""Who came and went, in what LINE says between the messages: names, which are all that an export has."""

from muniment.capture.memberships import change, op_of
from muniment.capture.named import cut_names
from muniment.record.event import Event
from muniment.record.membership import Membership, Op, people


def membership(event: Event) -> Membership | None:
    """The `actor` came or went, or did it to the `subject`."""
    op = op_of(event.extra.get("op"))
    actor, subject = event.extra.get("actor"), event.extra.get("subject")
    if op is None:
        return None
    if op in {Op.JOIN, Op.LEAVE}:
        return change(op, people((actor,)), None)
    return change(op, people(cut_names(subject or "")), actor)
