"""Who joined and left, in the notices of a channel."""

from muniment.capture.exact import text_of
from muniment.capture.memberships import change, op_of
from muniment.record.event import Event
from muniment.record.membership import Member, Membership, Op, people


def membership(event: Event) -> Membership | None:
    """Whoever joined wrote the notice, and `inviter` brought them in; a bot is named in `bot_id`."""
    op = op_of(event.extra.get("op"))
    if op is Op.JOIN:
        inviter = text_of(event.extra.get("inviter"))
        members = (Member(event.sender, event.sender_display),) if event.sender else ()
        return change(Op.JOIN if inviter is None else Op.ADD, members, inviter)
    if op in {Op.ADD, Op.REMOVE}:
        return change(op, people((text_of(event.extra.get("bot_id")),)), event.sender)
    if op is Op.LEAVE and event.sender:
        return change(op, (Member(event.sender, event.sender_display),), None)
    return None
