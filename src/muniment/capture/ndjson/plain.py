"""The commonest line read in one go: known text members only, no name twice. Anything else is left to the full reader.

The two must agree on every line that this one takes; a test holds them side by side.
"""

import msgspec

from muniment.capture.times import read_instant
from muniment.record.event import Event, Kind


class _Plain(msgspec.Struct, frozen=True, gc=False):
    id: str
    conversation: str
    sender: str
    sent_at: str
    text: str | None = None
    sender_display: str | None = None
    conversation_display: str | None = None


_decode = msgspec.json.Decoder(_Plain).decode


def read_plain(raw: bytes, zone: str | None) -> Event | None:
    """The event of a plain line, None for any line that asks for more care. Raises LineRejected for its time."""
    try:
        line = _decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    sent_at, text = line.sent_at, line.text
    sender_display, conversation_display = line.sender_display, line.conversation_display
    known = 4 + (text is not None) + (sender_display is not None) + (conversation_display is not None)
    # Every member shows `":` once unless white space stands before its colon, and text may add more of them but never
    # take one away: so an equal count proves that no name is unknown and none came twice.
    names = raw.count(b'":')
    if names != known or not (line.id and line.conversation and line.sender):
        return None
    # No escapes, and all other colons accounted for by values: then none stands behind white space. Else look for one.
    within = sent_at.count(":") + (text.count(":") if text else 0)
    if (raw.count(b":") != names + within or b"\\" in raw) and spaced_colon(raw):
        return None
    at, precision, flags = read_instant(sent_at, zone)
    return Event(
        kind=Kind.MESSAGE,
        conversation=line.conversation,
        conversation_display=conversation_display,
        sender=line.sender,
        sender_display=sender_display,
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=sent_at,
        text=text or "",
        key=line.id,
        flags=flags,
    )


def spaced_colon(raw: bytes) -> bool:
    """Whether a colon with white space before it stands anywhere in a line."""
    return b" :" in raw or (b"\t" in raw and b"\t:" in raw) or (b"\r" in raw and b"\r:" in raw)
