"""What a `membership` event says, where its source writes it in the plain form: `op` and `members` in `extra`.

A connector whose events say it otherwise offers `membership`, which reads its own. Both are pure, and neither changes the event:
what was decoded yesterday, and what stands in bundles, stays what it is.
"""

from collections.abc import Callable
from typing import Any

from muniment.capture.exact import text_of
from muniment.record.codec import SAFE_INTEGER
from muniment.record.event import Event
from muniment.record.membership import CAME, WENT, Member, Membership, Op, people

Reader = Callable[[Event], Membership | None]
"""Reads a `membership` event; None for one that neither says who came or went nor who was there (an invitation, a new administrator)."""

PARTIAL = "partial"


def plain(event: Event) -> Membership | None:
    """`op` (join, add, leave, remove or snapshot) with `members`, a list of objects with `id`, `name` and `joined_at`.

    Without `members`, whoever joined or left is the sender. A snapshot that is not flagged `partial` names everybody.
    """
    op = op_of(event.extra.get("op"))
    if op is None:
        return None
    listed = event.extra.get("members")
    found = tuple(filter(None, map(_member, listed))) if isinstance(listed, list) else ()
    if not found and op in {Op.JOIN, Op.LEAVE}:
        found = people((event.sender,))
    if op is Op.SNAPSHOT:
        whole = PARTIAL not in event.flags and isinstance(listed, list) and len(found) == len(listed)
        return Membership(op=op, members=found, whole=whole)
    return change(op, found, event.sender)


def change(op: Op, members: tuple[Member, ...], by: str | None) -> Membership | None:
    """A change of members; who did it is named where it was not they themselves. None where it names nobody."""
    if not members:
        return None
    themselves = by is None or all(member.id == by for member in members)
    if themselves and op is Op.REMOVE and by is not None:
        op = Op.LEAVE
    return Membership(op=op, members=members, by=None if themselves else by)


def op_of(value: Any) -> Op | None:
    """The operation of this name."""
    try:
        return Op(value)
    except ValueError:
        return None


def by_sender(event: Event, op: Any) -> Membership | None:
    """Whoever sent the event joined or left."""
    found = op_of(op)
    return None if found not in CAME | WENT or event.sender is None else change(
        found, (Member(event.sender, event.sender_display),), None
    )  # fmt: skip


def _member(value: Any) -> Member | None:
    if not isinstance(value, dict):
        return None
    native, name, joined_at = text_of(value.get("id")), value.get("name"), value.get("joined_at")
    name = name if isinstance(name, str) and name else None
    if not native and name is None:
        return None
    dated = type(joined_at) is int and abs(joined_at) <= SAFE_INTEGER
    return Member(native or None, name, joined_at if dated else None)
