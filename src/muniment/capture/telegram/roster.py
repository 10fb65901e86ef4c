"""Who came and went, in the notices of a chat. Members who were put in or out are named and have no id."""

from muniment.capture.memberships import change, op_of
from muniment.record.event import Event
from muniment.record.membership import Member, Membership, Op

_CREATE = "create"
_APP = "joined_telegram"
"""Somebody began to use Telegram: no group is joined."""


def membership(event: Event) -> Membership | None:
    """The actor joined or left; others stand in `members` by the names they are shown by."""
    said = event.extra.get("op")
    if event.extra.get("action") == _APP:
        return None
    listed = event.extra.get("members")
    named = (
        tuple(Member(None, name) for name in listed if isinstance(name, str) and name)
        if isinstance(listed, list)
        else ()
    )
    actor = (Member(event.sender, event.sender_display),) if event.sender else ()
    if said == _CREATE:
        return change(Op.ADD, (*actor, *named), event.sender)
    op = op_of(said)
    if op is None:
        return None
    if op is Op.JOIN:
        return change(op, actor, None)
    if op is Op.LEAVE:
        # Under their name they may have been put in: what is said of it holds for both.
        return change(op, (*actor, *named), None)
    return change(op, named, event.sender)
