"""Who and where: ids as the platform forms them, keys within a corporation, the conversation that a message belongs to."""

import re
from collections.abc import Sequence
from typing import Any

from muniment.capture.wecom.plain import text_of

_EXTERNAL = re.compile(r"w[mo][\w-]{18,}", re.ASCII)
_BOT = re.compile(r"wb[\w-]{18,}", re.ASCII)
EXTERNAL_SUFFIX = "_external"
"""Ends the id of a message that somebody outside the corporation wrote or read."""
STREAM_SUFFIX = "_updown_stream"
"""Ends the id of a message between corporations of one supply chain."""


def is_external(handle: str) -> bool:
    """Whether an id is that of somebody outside: `wm…` or `wo…`, as long as the platform makes them.

    A short `wm…` is a colleague's own user id (`wmchan`).
    """
    return _EXTERNAL.fullmatch(handle) is not None


def is_bot(handle: str) -> bool:
    """Whether an id is that of a robot: `wb…`."""
    return _BOT.fullmatch(handle) is not None


def key_of(corpid: str, msgid: str) -> str:
    """The key of a message: its id within its corporation."""
    return f"{corpid}/{msgid}" if corpid else msgid


def conversation_of(roomid: str, sender: str, recipients: Sequence[str]) -> str:
    """The group's id; for one to one the two ids in order, joined by `|`, which no id contains.

    Recordings and broadcasts have no group either: then everybody's ids, each once, in order.
    """
    if roomid:
        return roomid
    return "|".join(sorted({sender, *recipients} - {""}))


def direction_of(msgid: str, sender: str, recipients: Sequence[str]) -> str:
    """`inbound` from outside, `outbound` to somebody outside, `internal`, or `unknown` where no sender is named."""
    if not sender:
        return "unknown"
    if is_external(sender):
        return "inbound"
    if msgid.endswith((EXTERNAL_SUFFIX, STREAM_SUFFIX)) or any(map(is_external, recipients)):
        return "outbound"
    return "internal"


def handles_of(value: Any) -> tuple[str, ...] | None:
    """The ids in a list, integers by their digits; None where it is no list of ids."""
    if not isinstance(value, list):
        return None
    found = tuple(map(text_of, value))
    return found if all(found) else None
