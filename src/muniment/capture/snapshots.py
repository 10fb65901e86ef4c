"""Exports that hold what a message is now: what was edited, recalled or answered with an emoji becomes events beside it.

Such a source no longer has the words that an edit replaced. So an edited message is two events: the message, its words
unknown, and the edit with those that stand now. Where the archive has the message from an earlier export, its words stay.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from muniment.capture.times import Instant
from muniment.record.event import Event, Kind, Precision

ORIGINAL_UNKNOWN = "original_unknown"
"""Flag: the message was changed before the source told of it; what it was at first is not known from this record."""

TIME_INFERRED = "time_inferred"
"""Flag: the source does not say when; the time is that of the message it is about, which is the earliest it can have been."""

STATE = "state"
"""Member of `extra`: what the source says around a message that changes while the message does not (counts, links that expire)."""


def edited(message: Event, when: Instant | None, written: str | None, by: str | None = None) -> tuple[Event, Event]:
    """The message as it must have been, its words unknown, and the edit that made it what it is."""
    at, precision, inferred = _when(message, when)
    original = msgspec.structs.replace(message, text="", flags=(*message.flags, "edited", ORIGINAL_UNKNOWN))
    edit = Event(
        kind=Kind.EDIT,
        conversation=message.conversation,
        conversation_display=message.conversation_display,
        sender=by or message.sender,
        sender_display=message.sender_display if by in (None, message.sender) else None,
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text=message.text,
        key=f"{message.key}/edit/{written or ''}",
        target=message.key,
        flags=inferred,
    )
    return original, edit


def recalled(message: Event, when: Instant | None, written: str | None, by: str | None = None) -> tuple[Event, Event]:
    """The message, of which the source may have no words any more, and its recall."""
    at, precision, inferred = _when(message, when)
    original = message
    if not message.text and not message.attachments:
        original = msgspec.structs.replace(message, flags=(*message.flags, "deleted", ORIGINAL_UNKNOWN))
    recall = Event(
        kind=Kind.RECALL,
        conversation=message.conversation,
        conversation_display=message.conversation_display,
        sender=by,
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        key=f"{message.key}/recall",
        target=message.key,
        flags=inferred,
    )
    return original, recall


def reaction(
    message: Event,
    name: str,
    who: str | None,
    *,
    count: int | None = None,
    display: str | None = None,
    when: Instant | None = None,
    written: str | None = None,
    state: Mapping[str, Any] | None = None,
) -> Event:
    """That somebody answered a message with an emoji, or one so named; with `count`, so many whom the source does not name."""
    at, precision, inferred = _when(message, when)
    return Event(
        kind=Kind.REACTION,
        conversation=message.conversation,
        conversation_display=message.conversation_display,
        sender=who,
        sender_display=display,
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text=name,
        key=f"{message.key}/reaction/{name}/{who or ''}{'' if count is None else f'#{count}'}",
        target=message.key,
        flags=inferred,
        extra={STATE: dict(state or {})},
    )


def unlike(one: Event, other: Event) -> bool:
    """Whether two tellings of one thing differ in more than what changes around it: its STATE and, beside that, names as shown."""
    return _told(one) != _told(other)


def _told(event: Event) -> Event:
    if STATE not in event.extra:
        return event
    extra = {name: value for name, value in event.extra.items() if name != STATE}
    return msgspec.structs.replace(event, conversation_display=None, sender_display=None, extra=extra)


def _when(message: Event, when: Instant | None) -> tuple[int | None, Precision, tuple[str, ...]]:
    if when is not None:
        return when
    return message.sent_at, message.sent_at_precision, (TIME_INFERRED,)
