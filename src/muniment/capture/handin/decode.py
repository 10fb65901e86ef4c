"""One handed-in form to its event. Pure: the same bytes give the same event."""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from muniment.capture.connector import Undecodable
from muniment.record.clock import SECOND
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

FLAG = "handed_in"


class _File(msgspec.Struct, frozen=True):
    name: str
    size: int
    sha256: str
    content_type: str


class _Said(msgspec.Struct, frozen=True):
    """A form of version 1, as `encode_form` writes it."""

    v: int
    token: str
    by: str
    by_name: str
    channel: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: str
    zone: str
    text: str
    why: str
    files: tuple[_File, ...]


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of a form; nothing for its files. Raises Undecodable."""
    if header.part != "message":
        return ()
    try:
        said = msgspec.json.decode(raw, type=_Said)
        sent_at, precision = _sent(said.sent_at, said.zone)
    except (KeyError, ValueError, OSError, OverflowError) as problem:
        raise Undecodable(type(problem).__name__) from None
    if said.v != 1:
        raise Undecodable("a form of a newer version")
    conversation = f"{said.channel}: {', '.join(sorted({said.sender, *said.recipients}))}"
    return (
        Event(
            kind=Kind.MESSAGE,
            conversation=conversation,
            conversation_display=conversation,
            sender=said.sender,
            sender_display=said.sender,
            recipients=said.recipients,
            sent_at=sent_at,
            sent_at_precision=precision,
            sent_at_raw=f"{said.sent_at} {said.zone}",
            text=said.text,
            attachments=tuple(
                Attachment(
                    name=file.name,
                    status=AttachmentStatus.STORED,
                    size=file.size,
                    sha256=file.sha256,
                    content_type=file.content_type or None,
                )
                for file in said.files
            ),
            key=said.token,
            flags=(FLAG,),
            extra={
                "channel": said.channel,
                "why": said.why,
                "handed_in_by": said.by,
                "handed_in_by_name": said.by_name,
            },
        ),
    )


def _sent(text: str, zone: str) -> tuple[int, Precision]:
    """The instant in µs UTC, and how exactly it was told: a day is its first moment."""
    if "T" in text:
        local, precision = datetime.fromisoformat(text), Precision.MINUTE
    else:
        local, precision = datetime.combine(date.fromisoformat(text), time()), Precision.DAY
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND, precision
