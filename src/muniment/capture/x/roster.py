"""Who came and went in a conversation of direct messages."""

from typing import Any

from muniment.capture.exact import text_of
from muniment.capture.memberships import change, op_of
from muniment.record.event import Event
from muniment.record.membership import Membership, Op, people


def membership(event: Event) -> Membership | None:
    """`userIds` came or went. Where the archive's own account was brought in, those who were there then are listed."""
    op = op_of(event.extra.get("op"))
    if op is Op.JOIN:
        found = _ids(event.extra.get("participantsSnapshot"))
        # Whether the list holds the newcomer too, X does not say: it shows who was there, not who was not.
        return Membership(op=Op.SNAPSHOT, members=people(found)) if found else None
    return None if op is None else change(op, people(_ids(event.extra.get("userIds"))), event.sender)


def _ids(value: Any) -> list[str | None]:
    return [text_of(one) for one in value] if isinstance(value, list) else []
