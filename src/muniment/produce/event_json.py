"""An event as JSON: one form for every command, page and production (docs/formats/commands-json.md, "Event").

The member order is fixed and every member is always there, so that equal events are equal bytes.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Assurance

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.date()
_DIGITS = {Precision.MICROSECOND: 6, Precision.MILLISECOND: 3}
_ID = re.compile(r"(0|[1-9]\d*)-(0|[1-9]\d*)", re.ASCII)


class _Attachment(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    size: int | None
    sha256: str | None
    status: AttachmentStatus
    content_type: str | None


class _Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The members in the order they are written."""

    id: str
    kind: Kind
    sent_at: str | None
    sent_at_precision: Precision
    sent_at_raw: str | None
    received_at: str
    source: str
    channel: str
    assurance: Assurance
    conversation: str
    conversation_display: str | None
    sender: str | None
    sender_display: str | None
    recipients: tuple[str, ...]
    text: str
    attachments: tuple[_Attachment, ...]
    key: str | None
    target: str | None
    flags: tuple[str, ...]
    extra: dict[str, Any]
    record: int


_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(_Event).decode


def event_json(decoded: DecodedEvent) -> bytes:
    """The event as one JSON object without white space or line feed; the members of `extra` are sorted."""
    event = decoded.event
    return _encode(
        _Event(
            id=decoded.id,
            kind=event.kind,
            sent_at=None if event.sent_at is None else time_text(event.sent_at, event.sent_at_precision),
            sent_at_precision=event.sent_at_precision,
            sent_at_raw=event.sent_at_raw,
            received_at=time_text(decoded.received_at, Precision.MICROSECOND),
            source=decoded.source,
            channel=decoded.channel,
            assurance=decoded.assurance,
            conversation=event.conversation,
            conversation_display=event.conversation_display,
            sender=event.sender,
            sender_display=event.sender_display,
            recipients=event.recipients,
            text=event.text,
            attachments=tuple(
                _Attachment(
                    name=item.name,
                    size=item.size,
                    sha256=item.sha256,
                    status=item.status,
                    content_type=item.content_type,
                )
                for item in event.attachments
            ),
            key=event.key,
            target=event.target,
            flags=event.flags,
            extra=event.extra,
            record=decoded.record,
        )
    )


def read_event_json(line: bytes) -> DecodedEvent:
    """Undo `event_json`; raises Refused where the line is not of that form."""
    try:
        wire = _decode(line)
        place = _ID.fullmatch(wire.id)
        if place is None or int(place[1]) != wire.record:
            raise ValueError
        sent_at = None if wire.sent_at is None else read_time(wire.sent_at)
        received_at = read_time(wire.received_at)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Refused(
            "expected an event as JSON, got a line of another form; see docs/formats/commands-json.md"
        ) from None
    return DecodedEvent(
        id=wire.id,
        record=wire.record,
        ordinal=int(place[2]),
        source=wire.source,
        channel=wire.channel,
        received_at=received_at,
        assurance=wire.assurance,
        event=Event(
            kind=wire.kind,
            conversation=wire.conversation,
            conversation_display=wire.conversation_display,
            sender=wire.sender,
            sender_display=wire.sender_display,
            recipients=wire.recipients,
            sent_at=sent_at,
            sent_at_precision=wire.sent_at_precision,
            sent_at_raw=wire.sent_at_raw,
            text=wire.text,
            attachments=tuple(
                Attachment(
                    name=item.name,
                    status=item.status,
                    size=item.size,
                    sha256=item.sha256,
                    content_type=item.content_type,
                )
                for item in wire.attachments
            ),
            key=wire.key,
            target=wire.target,
            flags=wire.flags,
            extra=wire.extra,
        ),
    )


def time_text(at: int, precision: Precision = Precision.SECOND) -> str:
    """RFC 3339 UTC with `Z`, of as many digits as the precision has, or all six where the moment has more.

    `at` is microseconds since the epoch within the years 1 to 9999; raises Refused.
    """
    day, rest = divmod(at, 86_400_000_000)
    seconds, micro = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    try:
        whole = f"{_date(day)}T{hour:02d}:{minute:02d}:{second:02d}"
    except OverflowError:
        raise Refused("expected a time in the years 1 to 9999, got {at} microseconds from 1970", at=at) from None
    digits = _DIGITS.get(precision, 0)
    fraction = f"{micro:06d}"
    if fraction[digits:].strip("0"):
        digits = 6
    return f"{whole}.{fraction[:digits]}Z" if digits else f"{whole}Z"


@lru_cache(maxsize=4096)
def _date(day: int) -> str:
    """The date of the day that many days after 1970-01-01; raises OverflowError."""
    return (_FIRST_DAY + timedelta(days=day)).isoformat()


def read_time(text: str) -> int:
    """Undo `time_text`, in microseconds since the epoch; raises ValueError."""
    if not text.endswith("Z") or text[10:11] != "T":
        raise ValueError(text)
    since = datetime.fromisoformat(text) - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
