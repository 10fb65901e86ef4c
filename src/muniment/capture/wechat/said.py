"""What callbacks and pulled items have in common: the event made of what was taken, and its flags."""

from typing import Any

from muniment.capture.epoch import from_seconds
from muniment.capture.item import Item, beside
from muniment.record.event import Attachment, Event, Kind

PARTIAL = "partial"
"""Flag: not everything was understood; `extra` has it as it came."""


def event(
    kind: Kind,
    item: Item,
    native: str,
    *,
    conversation: str = "",
    room: str | None = None,
    sender: str | None = None,
    recipients: tuple[str, ...] = (),
    stamp: str | None = None,
    text: str = "",
    files: tuple[Attachment, ...] = (),
    key: str | None = None,
    target: str | None = None,
    flags: tuple[str, ...] = (),
    found: dict[str, Any] | None = None,
) -> Event:
    """The event of an item; `stamp` is its time as written, in seconds. What is left of the item goes to `extra`."""
    return Event(
        kind=kind,
        conversation=conversation,
        conversation_display=room,
        sender=sender,
        recipients=recipients,
        sent_at=from_seconds(stamp),
        sent_at_raw=stamp,
        text=text,
        attachments=files,
        key=key,
        target=target,
        flags=tuple(dict.fromkeys(flags)),
        extra=beside(item.left, {"native_type": native, **(found or {})}),
    )
