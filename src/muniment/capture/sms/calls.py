"""A row of the call list to its event: the app backs calls up beside messages."""

from muniment.capture.elements import Element
from muniment.capture.members import PARTIAL
from muniment.capture.sms.fields import WITHHELD, Fields, conversation_of, extra_of, handle, tree
from muniment.capture.sms.text import INBOUND, OUTBOUND
from muniment.record.event import Event, Kind

_TYPES = {
    "1": (INBOUND,),
    "2": (OUTBOUND,),
    "3": (INBOUND, "missed"),
    "4": (INBOUND, "voicemail"),
    "5": (INBOUND, "rejected"),
    "6": (INBOUND, "blocked"),
}


def read_call(found: Element, key: str | None, lost: tuple[str, ...]) -> Event:
    """The event of a `call` element; its `duration`, in seconds, stays in `extra`."""
    fields = Fields(found)
    number, name = fields.address("number"), fields.contact()
    at, precision, written = fields.date(milliseconds=True)
    flags = _TYPES.get(fields.see("type"), ())
    if flags:
        fields.take("type")
    inbound = INBOUND in flags
    partial = at is None or not flags or bool(found.children)
    return Event(
        kind=Kind.CALL,
        conversation=conversation_of([number]),
        conversation_display=name,
        sender=handle(number) or None if inbound and number not in WITHHELD else None,
        sender_display=name if inbound else None,
        recipients=(handle(number),) if number and flags and not inbound else (),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        key=key,
        flags=(*flags, *((PARTIAL,) if partial else ()), *(("repaired",) if lost else ())),
        extra=extra_of(found, fields.left, lost, children=[tree(child) for child in found.children]),
    )
