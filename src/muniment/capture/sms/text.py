"""A text message to its event, and what the app may write beside messages one day."""

from muniment.capture.elements import Element
from muniment.capture.members import PARTIAL
from muniment.capture.sms.fields import Fields, conversation_of, extra_of, handle, tree
from muniment.record.event import Event, Kind

INBOUND, OUTBOUND = "inbound", "outbound"
"""Flags: the phone received it, or sent it. A backup does not say which number the phone has: that side is left open."""

BOXES = {"1": INBOUND, "2": OUTBOUND, "3": "draft", "4": "outbox", "5": "failed", "6": "queued"}
"""Android's message types, each with the flag that says it; all but the first were written on the phone."""


def read_sms(found: Element, key: str | None, lost: tuple[str, ...]) -> Event:
    """The event of an `sms` element."""
    fields = Fields(found)
    address, name = fields.address("address"), fields.contact()
    at, precision, written = fields.date(milliseconds=True)
    box = BOXES.get(fields.see("type"))
    subject, body = fields.take("subject"), fields.take("body")
    flags = flags_of(box, partial=at is None or not address or bool(found.children), lost=lost)
    if box is not None:
        fields.take("type")
    inbound = box == INBOUND
    return Event(
        kind=Kind.MESSAGE,
        conversation=conversation_of([address]),
        conversation_display=name,
        sender=handle(address) or None if inbound else None,
        sender_display=name if inbound else None,
        recipients=(handle(address),) if address and box is not None and not inbound else (),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text="\n".join(filter(None, (subject, body))),
        key=key,
        flags=flags,
        extra=extra_of(found, fields.left, lost, children=[tree(child) for child in found.children]),
    )


def read_other(found: Element, key: str | None, lost: tuple[str, ...]) -> Event:
    """The event of an element that is not known: what can be read of it."""
    fields = Fields(found)
    at, precision, written = fields.date(milliseconds=True)
    return Event(
        kind=Kind.SYSTEM,
        conversation=conversation_of([fields.see("address") or fields.see("number")]),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text=fields.take("body"),
        key=key,
        flags=(PARTIAL,),
        extra=extra_of(
            found, fields.left, lost, native_type=found.name, children=[tree(child) for child in found.children]
        ),
    )


def flags_of(box: str | None, *, partial: bool, lost: tuple[str, ...]) -> tuple[str, ...]:
    """What a reader must know: which way it went, that it did not go, that not all of it could be read."""
    said = () if box is None else (box,) if box in {INBOUND, OUTBOUND} else (OUTBOUND, box)
    return (*said, *((PARTIAL,) if partial or box is None else ()), *(("repaired",) if lost else ()))
