"""One message of an export, read again from its bytes and its meta: pure, the same in every rebuild."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.whatsapp.body import LRM, read_body
from muniment.capture.whatsapp.clock import calendar_day, instant
from muniment.capture.whatsapp.grammar import author_name, cut_author, cut_header, read_head
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
        if head is None or (read := read_head(head)) is None:
            raise Undecodable("the header is not of the export's format")
        day, time = calendar_day(read[0], meta["order"]), read[1]
        if day is None or time.seconds is None:
            raise Undecodable("the date or time is none")
        sent_at, problem = instant(meta["tz"], day, time.seconds, meta.get("fold", 0))
    except (KeyError, UnicodeDecodeError) as error:
        raise Undecodable(str(error)) from None
    written = text[: head.end].strip("[]\u200e\u200f\u202a\u202b\u202c\ufeff -–—")
    author, rest = cut_author(text[head.end :])
    flags = meta.get("flags", ())
    common: dict[str, Any] = {
        "conversation": meta["conversation"],
        "conversation_display": meta.get("title"),
        "sent_at": sent_at,
        "sent_at_precision": Precision.SECOND if time.precise else Precision.MINUTE,
        "sent_at_raw": written,
        "key": header.key,
    }
    if problem is not None:
        flags = (*flags, problem)
    body = rest.rstrip("\r\n")
    if author is None or body.startswith(LRM):
        event = _notice(author, body, common, tuple(flags))
        if event is not None:
            return (event,)
    return (_message(str(author), body, common, tuple(flags), meta.get("files", {})),)


def _notice(author: str | None, body: str, common: dict[str, Any], flags: tuple[str, ...]) -> Event | None:
    """The event of a line that the app wrote; None where somebody said something the app is not known to say."""
    notice = classify(body)
    if notice is None:
        if author is not None:
            return None
        return Event(kind=Kind.SYSTEM, text=clean(body).strip(), flags=flags, **common)
    if author is None and ": " in body.partition("\n")[0]:
        flags = (*flags, "ambiguous_author")
    extra = {
        name: value
        for name, value in (("op", notice.op), ("actor", notice.actor), ("subject", notice.subject))
        if value
    }
    if author is not None:
        extra["written_as"] = author_name(author)
    caller = author if notice.kind is Kind.CALL else None
    return Event(
        kind=notice.kind,
        sender=_handle(caller) if caller else None,
        sender_display=author_name(caller) if caller else None,
        text=clean(body).strip(),
        flags=flags,
        extra=extra,
        **common,
    )


def _message(author: str, body: str, common: dict[str, Any], flags: tuple[str, ...], files: dict[str, Any]) -> Event:
    """The event of what somebody said or sent."""
    read = read_body(body)
    attachments: tuple[Attachment, ...] = ()
    if read.named:
        attachments = tuple(_attachment(name, files.get(name) or {}) for name in read.named)
    elif read.omitted:
        attachments = tuple(Attachment(name=name, status=AttachmentStatus.OMITTED) for name in read.omitted)
    if read.deleted:
        flags = (*flags, "deleted")
    if read.edited:
        flags = (*flags, "edited")
    return Event(
        kind=Kind.MESSAGE,
        sender=_handle(author),
        sender_display=author_name(author),
        text=read.text,
        attachments=attachments,
        flags=flags,
        extra={"placeholder": read.placeholder} if read.placeholder else {},
        **common,
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
def _handle(author: str) -> str:
    """Who a name is within the chat: a telephone number without its spaces, else the name as written."""
    name = author_name(author)
    if name.startswith("+") and set(name) <= _PHONE:
        return "+" + "".join(c for c in name if c.isdigit())
    return name
