"""One message of an export, read again from its bytes and its meta: pure, the same in every rebuild."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from muniment.capture.connector import Undecodable
from muniment.capture.whatsapp.body import LRM, read_body
from muniment.capture.whatsapp.clock import calendar_day, instant, read_date, read_time
from muniment.capture.whatsapp.grammar import author_name, cut_author, cut_header
from muniment.capture.whatsapp.locales import clean
from muniment.capture.whatsapp.system import classify
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

_PHONE = frozenset("+0123456789 -()")


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of one message part; none for attachments and spans. Raises Undecodable for bytes rejected at the import."""
    meta = header.meta
    if header.part != "message":
        if "rejected" in meta:
            raise Undecodable(meta["rejected"])
        return ()
    try:
        text = raw.decode(meta.get("enc", "utf-8"))
        head = cut_header(text, meta["fmt"])
        if head is None:
            raise Undecodable("the header is not of the export's format")
        day, time = _day(head.date, meta["order"]), read_time(head.time)
        if day is None or time is None or time.seconds is None:
            raise Undecodable("the date or time is none")
        at, problem = instant(meta["tz"], day, time.seconds, meta.get("fold", 0))
        line = _Line(
            header.key,
            meta["conversation"],
            at,
            Precision.SECOND if time.precise else Precision.MINUTE,
            text[: head.end].strip("[] -–—\u200e\u200f\u202a\u202b\u202c\ufeff").rstrip(":"),
            ()
            if problem is None and "flags" not in meta
            else (*meta.get("flags", ()), *((problem,) if problem else ())),
        )
    except (KeyError, UnicodeDecodeError) as error:
        raise Undecodable(str(error)) from None
    author, rest = cut_author(text[head.end :])
    body = rest.rstrip("\r\n")
    if author is None or body.startswith(LRM):
        event = _notice(author, body, line)
        if event is not None:
            return (event,)
    return (_message(str(author), body, line, meta),)


class _Line(NamedTuple):
    """What every event of a line has in common."""

    key: str | None
    conversation: str
    sent_at: int
    precision: Precision
    written: str
    flags: tuple[str, ...]


@lru_cache(maxsize=1 << 14)
def _day(text: str, order: str) -> int | None:
    read = read_date(text)
    return None if read is None else calendar_day(read, order)


def _notice(author: str | None, body: str, line: _Line) -> Event | None:
    """The event of a line that the app wrote; None where somebody said something the app is not known to say."""
    notice = classify(body)
    if notice is None and author is not None:
        return None
    kind, flags, extra = Kind.SYSTEM, line.flags, {}
    if notice is not None:
        kind = notice.kind
        extra = {name: value for name, value in zip(("op", "actor", "subject"), notice[1:], strict=True) if value}
        if author is None and ": " in body.partition("\n")[0]:
            flags = (*flags, "ambiguous_author")
    if author is not None:
        extra["written_as"] = author_name(author)
    # Of all notices only a call has somebody who did it in the line's own place for a sender.
    caller = author if kind is Kind.CALL else None
    return Event(
        kind=kind,
        conversation=line.conversation,
        conversation_display=line.conversation,
        sender=handle(caller) if caller else None,
        sender_display=author_name(caller) if caller else None,
        sent_at=line.sent_at,
        sent_at_precision=line.precision,
        sent_at_raw=line.written,
        text=clean(body).strip(),
        key=line.key,
        flags=flags,
        extra=extra,
    )


def _message(author: str, body: str, line: _Line, meta: dict[str, Any]) -> Event:
    """The event of what somebody said or sent."""
    read = read_body(body)
    attachments: tuple[Attachment, ...] = ()
    flags = line.flags
    if read.named:
        files = meta.get("files") or {}
        attachments = tuple(_attachment(name, files.get(name) or {}) for name in read.named)
    elif read.omitted:
        attachments = tuple(Attachment(name=name, status=AttachmentStatus.OMITTED) for name in read.omitted)
    if read.deleted:
        flags = (*flags, "deleted")
    if read.edited:
        flags = (*flags, "edited")
    return Event(
        kind=Kind.MESSAGE,
        conversation=line.conversation,
        conversation_display=line.conversation,
        sender=handle(author),
        sender_display=author_name(author),
        sent_at=line.sent_at,
        sent_at_precision=line.precision,
        sent_at_raw=line.written,
        text=read.text,
        attachments=attachments,
        key=line.key,
        flags=flags,
        extra={"placeholder": read.placeholder} if read.placeholder else {},
    )


def _attachment(name: str, file: dict[str, Any]) -> Attachment:
    if "sha256" not in file:
        return Attachment(name=name, status=AttachmentStatus.MISSING)
    return Attachment(
        name=name,
        status=AttachmentStatus.STORED,
        size=file["size"],
        sha256=file["sha256"],
        content_type=file.get("type"),
    )


@lru_cache(maxsize=4096)
def handle(author: str) -> str:
    """Who a name is within the chat: a telephone number without its spaces, else the name as written."""
    name = author_name(author)
    if name.startswith("+") and set(name) <= _PHONE:
        return "+" + "".join(c for c in name if c.isdigit())
    return name
