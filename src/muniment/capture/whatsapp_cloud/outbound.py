"""What the firm sends through the API: it is not echoed, so it is recorded where it passes.

A record is one exchange: what was asked of the API and what it answered, both byte for byte, without the token. It is recorded
once: when the answer is here, or is given up. Whoever stands in the path (relay.py) keeps the request durably until then. The message's
key is the id that the API returned, by which receipts and replies find it; a message without an answer may have been sent.
"""

import base64
import re
from collections.abc import Sequence
from typing import Any

import msgspec

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json, text_of
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.item import Item, beside, words_in
from muniment.capture.whatsapp_cloud.bodies import Said
from muniment.capture.whatsapp_cloud.files import name_for
from muniment.capture.whatsapp_cloud.frame import OUTBOUND, PARTIAL, Account
from muniment.capture.whatsapp_cloud.templates import words_of_interactive, words_of_template
from muniment.record.codec import canonical
from muniment.record.errors import Refused
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision

FORM = "whatsapp_cloud.send"
UPLOAD_KEPT = 30 * 86_400 * 1_000_000
"""How long Meta keeps what was uploaded, in µs."""
UNANSWERED = "unanswered"
"""Flag: no answer is recorded; the message may have been sent, or not."""
SAME_ID = "same_id"
"""Flag: another exchange was told under this one's id before."""

_PATH = re.compile(r"/(?:v\d+\.\d+/)?(?P<number>[\w.-]+)/(?P<call>messages|marketing_messages)", re.ASCII)
_MEDIA = ("image", "video", "audio", "document", "sticker")


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the API: its path without query, both bodies, the answer's HTTP status, and when (µs UTC) it was begun.

    `id` is the recorder's own for this call. `number` is the firm's number as shown, where the recorder knows it; `fault` the
    kind of fault by which no answer came.
    """

    id: str
    path: str
    request: bytes
    began_at: int
    status: int | None = None
    response: bytes | None = None
    number: str | None = None
    fault: str | None = None


def encode_exchange(exchange: Exchange) -> bytes:
    """Canonical JSON; bodies as text where they are UTF-8, in base64 where they are not. Raises Refused for a path with a query."""
    if "?" in exchange.path or "#" in exchange.path:
        raise Refused("expected a path without a query, which may hold a token; leave it out")
    members: dict[str, Any] = {
        "form": FORM,
        "v": 1,
        "id": exchange.id,
        "path": exchange.path,
        "began_at": exchange.began_at,
        "request": _written(exchange.request),
    }
    if exchange.response is not None:
        members["response"] = _written(exchange.response)
    if exchange.status is not None:
        members["status"] = exchange.status
    if exchange.number is not None:
        members["number"] = exchange.number
    if exchange.fault is not None:
        members["fault"] = exchange.fault
    return canonical(members)


def decode_exchange(raw: bytes) -> Exchange:
    """Undo `encode_exchange`. Raises Undecodable."""
    members = read_json(raw).value
    try:
        if members["form"] != FORM or members["v"] != 1:
            raise Undecodable("expected an exchange of version 1")
        return msgspec.convert(
            {
                **{name: members[name] for name in ("id", "path", "began_at")},
                **{name: members[name] for name in ("status", "number", "fault") if name in members},
                **{name: _read(members[name]) for name in ("request", "response") if name in members},
            },
            Exchange,
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise Undecodable(f"expected an exchange: {type(problem).__name__}") from None


def captured(exchange: Exchange) -> Captured:
    """The record to be."""
    return Captured(raw=encode_exchange(exchange), meta={"form": "send"})


def number_of(path: str) -> str | None:
    """The phone number id in the path of a send; None for another path."""
    match = _PATH.fullmatch(path)
    return None if match is None else match["number"]


def decode_send(raw: bytes, *, differs: bool = False) -> Sequence[Event]:
    """The one event of an exchange: a message, a receipt that the firm gave, or a message that the API refused.

    With `differs` another exchange came before under the same id: it stands beside that one, as a divergence.
    """
    exchange = decode_exchange(raw)
    (event,) = _read_send(exchange)
    if differs:
        extra = {**event.extra, "kind": event.kind}
        event = msgspec.structs.replace(event, kind=Kind.SOURCE_DIVERGENCE, flags=(*event.flags, SAME_ID), extra=extra)
    return (event,)


def _read_send(exchange: Exchange) -> Sequence[Event]:
    match = _PATH.fullmatch(exchange.path)
    account = Account(number_id=None if match is None else match["number"], number=exchange.number)
    asked, asked_whole = _object(exchange.request)
    answered, answered_whole = _object(exchange.response)
    request, response = Item(asked), Item(answered)
    if match is None or not asked:
        return (_other(exchange, account, request, response),)
    request.constant("messaging_product", "whatsapp")
    response.constant("messaging_product", "whatsapp")
    sent = exchange.status is not None and 200 <= exchange.status < 300
    wamid = _returned(response) if sent else None
    to = request.ident("to") or request.ident("recipient")
    group = request.see("recipient_type") == "group"
    said = _said(request)
    kind, flags = said.kind, [*said.flags]
    if exchange.status is None:
        flags.append(UNANSWERED)
    elif not sent and 400 <= exchange.status < 500:
        kind = Kind.DELIVERY_FAILURE
    elif not sent:
        flags.append(UNANSWERED)
    nameless = sent and wamid is None and said.kind is not Kind.RECEIPT
    if said.partial or nameless or not (asked_whole and answered_whole) or to is None:
        flags.append(PARTIAL)
    context = request.inner("context")
    replied = context.ident("message_id") if said.kind is Kind.MESSAGE else None
    request.put("context", context)
    target = said.target or replied
    found = {
        **said.found,
        "native_type": f"whatsapp_cloud:send/{said.native}",
        "account": account.extra(),
        "direction": OUTBOUND,
        "exchange": _told(exchange, response),
    }
    return (
        Event(
            kind=kind,
            conversation=to or "",
            sender=account.number or account.number_id,
            recipients=() if group or to is None else (to,),
            sent_at=exchange.began_at,
            sent_at_precision=Precision.MICROSECOND,
            text=said.text,
            attachments=said.files,
            key=account.key(wamid) if wamid is not None else account.key("send", exchange.id, str(exchange.status)),
            target=None if target is None else account.key(target),
            flags=tuple(dict.fromkeys([*flags, *(["reply"] if replied else [])])),
            extra=beside(request.left, found),
        ),
    )


def due_of_send(raw: bytes) -> list[MediaDue]:
    """The uploaded files that a sent message names: they can be fetched as those that came in."""
    try:
        events = decode_send(raw)
    except Undecodable:
        return []
    return [
        MediaDue(
            media=file.media,
            name=file.name,
            content_type=file.content_type,
            until=None if event.sent_at is None else event.sent_at + UPLOAD_KEPT,
        )
        for event in events
        for file in event.attachments
        if file.media is not None
    ]


def _said(request: Item) -> Said:
    """What a request says, by its type; without one it is text, as the API holds."""
    if request.see("status") == "read" and request.see("message_id") is not None:
        request.constant("status", "read")
        return Said(
            "read", kind=Kind.RECEIPT, target=request.ident("message_id"), found={"receipt": {"status": "read"}}
        )
    name = request.words("type") or "text"
    body = request.inner(name)
    said = Said(name)
    if name == "text":
        said.text = body.words("body")
    elif name in _MEDIA:
        said.text, media = body.words("caption"), body.ident("id")
        if media is not None:
            file = body.words("filename") or name_for(media, None)
            said.files = (Attachment(name=file, status=AttachmentStatus.MISSING, media=media),)
    elif name == "reaction":
        said.text, said.target, said.kind = body.words("emoji"), body.ident("message_id"), Kind.REACTION
        said.found = {"reaction": {"op": "add" if said.text else "remove"}}
    elif name == "template":
        said.text = words_of_template(body.left)
    elif name == "interactive":
        said.text = words_of_interactive(body.left)
    elif name in {"location", "contacts"}:
        said.text = words_in(body.left) or words_in(request.see(name))
    else:
        said.text, said.partial = words_in(body.left), True
    request.put(name, body)
    return said


def _returned(response: Item) -> str | None:
    """The id that the API gave the message, taken; the rest of the answer stays."""
    messages = response.items("messages")
    first = Item(messages[0]) if messages else Item({})
    wamid = first.ident("id")
    response.back("messages", [entry for entry in (first.left, *messages[1:]) if entry])
    return wamid


def _other(exchange: Exchange, account: Account, request: Item, response: Item) -> Event:
    """An exchange that is no message that we can read."""
    found = {
        "native_type": "whatsapp_cloud:send/unknown",
        "account": account.extra(),
        "direction": OUTBOUND,
        "exchange": _told(exchange, response),
    }
    return Event(
        kind=Kind.SYSTEM,
        conversation="",
        sender=account.number or account.number_id,
        sent_at=exchange.began_at,
        sent_at_precision=Precision.MICROSECOND,
        text=words_in(request.left) or exchange.request.decode("utf-8", "replace")[:65536],
        key=account.key("send", exchange.id, str(exchange.status)),
        flags=(PARTIAL,),
        extra=beside(request.left, found),
    )


def _told(exchange: Exchange, response: Item) -> dict[str, Any]:
    """What `extra` says of the call itself."""
    said = {"id": exchange.id, "path": exchange.path, "status": exchange.status, "answer": response.left}
    return said if exchange.fault is None else {**said, "fault": exchange.fault}


def _object(body: bytes | None) -> tuple[dict[str, Any], bool]:
    """A body's members, and whether that is all it holds."""
    if not body:
        return {}, True
    try:
        value, whole = read_json(body)
    except Undecodable:
        return {"text": body.decode("utf-8", "replace")}, False
    return (value, whole) if type(value) is dict else ({"value": value}, False)


def _written(body: bytes) -> Any:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}


def _read(written: Any) -> bytes:
    if type(written) is str:
        return written.encode()
    return base64.b64decode(text_of(written["base64"]) or "", validate=True)
