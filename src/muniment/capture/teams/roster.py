"""Who came and went, in the notices of a chat or a channel."""

from muniment.capture.exact import text_of
from muniment.capture.members import inner, objects
from muniment.capture.memberships import change, op_of
from muniment.record.event import Event
from muniment.record.membership import Member, Membership


def membership(event: Event) -> Membership | None:
    """`eventDetail` lists the members; its initiator is the sender."""
    op = op_of(event.extra.get("op"))
    if op is None:
        return None
    found = []
    for each in objects(inner(event.extra, "eventDetail").get("members")):
        native, name = text_of(each.get("id")), each.get("displayName")
        shown = name if isinstance(name, str) and name else None
        if native or shown:
            found.append(Member(native or None, shown))
    return change(op, tuple(found), event.sender)
