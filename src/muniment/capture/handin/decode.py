"""One handed-in form to its event. Pure: the same bytes give the same event."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from muniment.capture.connector import Undecodable
from muniment.record.clock import SECOND
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

FLAG = "handed_in"


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of a form; nothing for its files. Raises Undecodable."""
    if header.part != "message":
        return ()
    try:
        said = json.loads(raw)
        if said["v"] != 1:
            raise Undecodable("a form of a newer version")
        sent_at, precision = _sent(said["sent_at"], said["zone"])
        people = sorted({said["sender"], *said["recipients"]})
        conversation = f"{said['channel']}: {', '.join(people)}"
        return (
            Event(
                kind=Kind.MESSAGE,
                conversation=conversation,
                conversation_display=conversation,
                sender=said["sender"],
                sender_display=said["sender"],
                recipients=tuple(said["recipients"]),
                sent_at=sent_at,
                sent_at_precision=precision,
                sent_at_raw=f"{said['sent_at']} {said['zone']}",
                text=said["text"],
                attachments=tuple(
                    Attachment(
                        name=file["name"],
                        status=AttachmentStatus.STORED,
                        size=file["size"],
                        sha256=file["sha256"],
                        content_type=file["content_type"] or None,
                    )
                    for file in said["files"]
                ),
                key=said["token"],
                flags=(FLAG,),
                extra={
                    "channel": said["channel"],
                    "why": said["why"],
                    "handed_in_by": said["by"],
                    "handed_in_by_name": said["by_name"],
                },
            ),
        )
    except (KeyError, TypeError, ValueError, OSError) as problem:
        raise Undecodable(type(problem).__name__) from None


def _sent(text: str, zone: str) -> tuple[int, Precision]:
    """The instant in µs UTC, and how exactly it was told: a day is its first moment."""
    if "T" in text:
        local, precision = datetime.fromisoformat(text), Precision.MINUTE
    else:
        local, precision = datetime.combine(date.fromisoformat(text), time()), Precision.DAY
    return int(local.replace(tzinfo=ZoneInfo(zone)).timestamp()) * SECOND, precision
