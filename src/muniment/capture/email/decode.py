"""One message to its event: headers to people with their roles, parts to words and attachments. Pure, and never raising."""

import re
from collections.abc import Sequence
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32
from hashlib import sha256
from typing import Any

from muniment.capture.email.body import Body, read_body
from muniment.capture.email.headers import (
    Address,
    addresses,
    all_raw,
    date,
    decoded,
    headers_of,
    ids,
    raw_header,
    shown,
)
from muniment.capture.members import PARTIAL
from muniment.record.event import Event, Kind, Precision
from muniment.record.record import Header

MBOX, PLAIN = "mbox", "plain"
"""Name in a part's `meta`, and its value where the mbox quotes no lines: the message has a `From ` line before it."""

FROM_LINE = re.compile(rb"From [^\r\n]*(?:\r?\n|\r|\Z)")
MOST_PARTS = 300
"""Parts beyond which only the headers of a message are read: the rest stays text, and attachments within it are not given out."""

_PART = re.compile(rb"content-type[ \t]*:[ \t]*(?:\r?\n[ \t]+)?(?:multipart|message)/", re.IGNORECASE)
_ANSWER = re.compile(
    r"^(?:\s*(?:re|fw|fwd|aw|wg|sv|tr|rv|antw|回复|回覆|答复|答覆|转发|轉寄|轉發|返信|転送|답장|전달)\s*[:：])+\s*",
    re.IGNORECASE,
)
_ROLES = ("to", "cc", "bcc", "apparently-to")
_KEPT = ("reply-to", "sender", "resent-from", "resent-to", "delivered-to", "return-path")
_UTC = "zone_assumed"
_RECEIVED = "time_from_received"
"""Flags: the date has no zone; there is no date, and the time is that of the first server that took the message."""


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of a message; none for spans."""
    if header.part != "message":
        return ()
    line, mail = split_from_line(raw)
    message, whole = parse(mail)
    unquote = line is not None and header.meta.get(MBOX) != PLAIN
    body = read_body(message, unquote=unquote)
    written = shown(raw_header(message, "date"))
    at, time_flags = _when(message, written)
    senders = addresses(raw_header(message, "from")) or addresses(raw_header(message, "sender"))
    sender = senders[0] if senders else None
    roles = {role: [one for text in all_raw(message, role) for one in addresses(text)] for role in (*_ROLES, *_KEPT)}
    recipients = [_handle(one) for role in _ROLES for one in roles[role]]
    own = ids(raw_header(message, "message-id"))
    answered = ids(raw_header(message, "in-reply-to"))
    thread = [*ids(raw_header(message, "references")), *answered, *own]
    subject = decoded(raw_header(message, "subject"))
    flags = (*time_flags, *body.flags, *(("reply",) if answered else ()))
    flags += (PARTIAL,) if not whole or sender is None or at is None else ()
    return (
        Event(
            kind=Kind.DELIVERY_FAILURE if body.failed else Kind.MESSAGE,
            conversation=thread[0] if thread else f"sha256:{sha256(raw).hexdigest()}",
            conversation_display=_ANSWER.sub("", subject).strip() or None,
            sender=_handle(sender) if sender else None,
            sender_display=sender.name if sender else None,
            recipients=tuple(dict.fromkeys(recipients)),
            sent_at=at,
            sent_at_precision=Precision.SECOND,
            sent_at_raw=written or None,
            text="\n\n".join(filter(None, (subject, body.text))),
            attachments=body.attachments,
            key=own[0] if own else header.key,
            target=answered[0] if answered else None,
            flags=flags,
            extra=_extra(message, roles, body, line),
        ),
    )


def attachment_bytes(raw: bytes, place: int) -> bytes | None:
    """The bytes of attachment number `place`; None without."""
    contents = read_body(parse(split_from_line(raw)[1])[0], unquote=False).contents
    return contents[place] if 0 <= place < len(contents) else None


def split_from_line(raw: bytes) -> tuple[bytes | None, bytes]:
    """The `From ` line of an mbox, if there is one, and the message."""
    found = FROM_LINE.match(raw)
    return (found[0], raw[found.end() :]) if found else (None, raw)


def parse(mail: bytes) -> tuple[Message, bool]:
    """The message, and whether its parts were read too."""
    many = sum(1 for _ in zip(_PART.finditer(mail), range(MOST_PARTS + 1), strict=False)) > MOST_PARTS
    if not many:
        try:
            return BytesParser(policy=compat32).parsebytes(mail), True
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            pass
    message = BytesHeaderParser(policy=compat32).parsebytes(mail)
    for name in ("content-type", "content-transfer-encoding", "content-disposition"):
        del message[name]
    return message, False


def _when(message: Message, written: str) -> tuple[int | None, tuple[str, ...]]:
    at, zoned = date(written)
    if at is not None:
        return at, () if zoned else (_UTC,)
    received = all_raw(message, "received")
    at, zoned = date(received[-1].rpartition(";")[2].strip()) if received else (None, False)
    return at, () if at is None else (_RECEIVED,) if zoned else (_RECEIVED, _UTC)


def _handle(one: Address) -> str:
    return one.address or one.name or ""


def _extra(message: Message, roles: dict[str, list[Address]], body: Body, line: bytes | None) -> dict[str, Any]:
    extra: dict[str, Any] = {"headers": [list(header) for header in headers_of(message)]}
    found = {role: [_handle(one) for one in people] for role, people in roles.items() if people}
    if found:
        extra["roles"] = found
    if body.nested:
        extra["nested"] = list(body.nested)
    if body.outside:
        extra["outside"] = list(body.outside)
    if body.defects:
        extra["defects"] = list(body.defects)
    if line is not None:
        extra["mbox_from"] = line.decode("utf-8", "replace").strip()
    return extra
