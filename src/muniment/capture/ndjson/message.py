"""The members of a line to one event; whatever has no place in it goes to `extra`, so that nothing is dropped."""

from collections.abc import Mapping, Sequence
from typing import Any

from muniment.capture.ndjson.attachments import read_attachments
from muniment.capture.ndjson.plain import read_plain
from muniment.capture.ndjson.strict import Number, keep_members, read_members, what
from muniment.capture.rejected import LineRejected
from muniment.capture.times import read_instant
from muniment.record.event import Attachment, Event, Kind

REPLY = "reply"
"""Flag: the message answers its target."""

Files = Mapping[str, Sequence[Any]]
"""Path as the line gives it → SHA-256 (lower-case hex) and size of the file that came along."""

_MISSING = object()
_NONE: dict[str, Any] = {}


def read_line(raw: bytes, zone: str | None, files: Files | None) -> Event:
    """The event that a line tells of. Raises LineRejected.

    `zone` is the operator's word for times without an offset, `files` what is known of attachments by path.
    """
    return read_plain(raw, zone) or read_event(read_members(raw), zone, files)


def read_event(members: dict[str, Any], zone: str | None, files: Files | None) -> Event:
    """`read_line` for a line already taken apart; empties `members`."""
    pop = members.pop
    key = pop("id", _MISSING)
    if type(key) is not str or not key:
        key = _identifier("id", key)
    conversation = pop("conversation", _MISSING)
    if type(conversation) is not str or not conversation:
        raise _wrong("conversation", "text", conversation)
    sender = pop("sender", _MISSING)
    if type(sender) is not str or not sender:
        raise _wrong("sender", "text", sender)
    sent_at_raw = pop("sent_at", _MISSING)
    if type(sent_at_raw) is not str:
        raise _wrong("sent_at", "a time as RFC 3339 text", sent_at_raw)
    sent_at, precision, flags = read_instant(sent_at_raw, zone)
    text = pop("text", None)
    if text is not None and type(text) is not str:
        raise _wrong("text", "text", text)
    conversation_display = pop("conversation_display", None)
    if conversation_display is not None and type(conversation_display) is not str:
        raise _wrong("conversation_display", "text", conversation_display)
    sender_display = pop("sender_display", None)
    if sender_display is not None and type(sender_display) is not str:
        raise _wrong("sender_display", "text", sender_display)
    recipients = pop("recipients", None)
    kind, target = Kind.MESSAGE, None
    edits, recalls, reply_to = pop("edits", None), pop("recalls", None), pop("reply_to", None)
    if edits is not None or recalls is not None or reply_to is not None:
        kind, target, left = _relation(edits, recalls, reply_to)
        if left is not None:
            members["reply_to"] = left
        elif kind is Kind.MESSAGE:
            flags = (*flags, REPLY)
    attachments: tuple[Attachment, ...] = ()
    given = pop("attachments", None)
    extra = keep_members(members) if members else _NONE
    if given is not None:
        attachments, left_over, more_flags = read_attachments(given, files)
        flags += more_flags
        if left_over:
            extra = {**extra, "attachments": left_over}
    return Event(
        kind=kind,
        conversation=conversation,
        conversation_display=conversation_display,
        sender=sender,
        sender_display=sender_display,
        recipients=_recipients(recipients) if recipients else _no_recipients(recipients),
        sent_at=sent_at,
        sent_at_precision=precision,
        sent_at_raw=sent_at_raw,
        text=text or "",
        attachments=attachments,
        key=key,
        target=target,
        flags=flags,
        extra=extra,
    )


def _relation(edits: Any, recalls: Any, reply_to: Any) -> tuple[Kind, str, str | None]:
    """What the event does to which other, and the answered message where an edit or recall also names one."""
    if edits is not None and recalls is not None:
        raise LineRejected("expected edits or recalls, got both")
    answered = None if reply_to is None else _identifier("reply_to", reply_to)
    if edits is not None:
        return Kind.EDIT, _identifier("edits", edits), answered
    if recalls is not None:
        return Kind.RECALL, _identifier("recalls", recalls), answered
    assert answered is not None
    return Kind.MESSAGE, answered, None


def _identifier(name: str, value: Any) -> str:
    """An id as text: text as it is, an integer by its digits."""
    if type(value) is str and value:
        return value
    if type(value) is int:
        return str(value)
    if isinstance(value, Number) and value.text.lstrip("-").isdigit():
        return value.text
    raise _wrong(name, "text or an integer", value)


def _recipients(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise _wrong("recipients", "a list of texts", value)
    for item in value:
        if type(item) is not str or not item:
            raise LineRejected(f"expected recipients as a list of non-empty texts, got {what(item)} in it")
    return tuple(value)


def _no_recipients(value: Any) -> tuple[str, ...]:
    if value is None or value == []:
        return ()
    raise _wrong("recipients", "a list of texts", value)


def _wrong(name: str, expected: str, value: Any) -> LineRejected:
    if value is _MISSING:
        return LineRejected(f"expected {name} ({expected}), got none")
    if value == "":
        return LineRejected(f"expected {name} as non-empty {expected}, got empty text")
    return LineRejected(f"expected {name} as {expected}, got {what(value)}")
