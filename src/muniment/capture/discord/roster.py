"""Who came and went: mentioned in the notice of whoever put them in or out, or the notice's own author."""

from muniment.capture.exact import text_of
from muniment.capture.members import inner, objects
from muniment.capture.memberships import by_sender, change, op_of
from muniment.capture.snapshots import STATE
from muniment.record.event import Event
from muniment.record.membership import Member, Membership, Op


def membership(event: Event) -> Membership | None:
    """Those who were put in or out are the `mentions`; whoever joins a server writes the notice."""
    op = op_of(event.extra.get("op"))
    if op is None:
        return None
    if op in {Op.JOIN, Op.LEAVE}:
        return by_sender(event, op)
    found = []
    for each in objects(inner(event.extra, STATE).get("mentions")):
        native = text_of(each.get("id"))
        shown = next(
            (name for name in (each.get("nickname"), each.get("name")) if isinstance(name, str) and name), None
        )
        if native or shown:
            found.append(Member(native or None, shown))
    return change(op, tuple(found), event.sender)
