"""A picture or group message to its event: parts with text, parts with bytes in base64, and who it went to."""

import binascii
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from muniment.capture.elements import Element
from muniment.capture.sms.fields import NULL, Fields, conversation_of, extra_of, handle, tree
from muniment.capture.sms.text import BOXES, INBOUND, flags_of
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind

_FROM, _TO, _CC, _BCC = "137", "151", "130", "129"
_OWN = "insert-address-token"
"""What Android writes in place of the phone's own number."""
_SMIL = "application/smil"
_UTF_8 = "106"
_KEPT = 4096
"""Characters of a part's data that `extra` keeps where they are no base64; the record has them all."""


class _Piece(NamedTuple):
    """A part: what of it is text, what is an attachment, and what is left."""

    text: str
    attachment: Attachment | None
    content: bytes | None
    left: dict[str, Any]


def read_mms(found: Element, key: str | None, lost: tuple[str, ...]) -> Event:
    """The event of an `mms` element."""
    fields = Fields(found)
    address, name = fields.address("address"), fields.contact()
    at, precision, written = fields.date(milliseconds=False)
    box = BOXES.get(fields.see("msg_box"))
    if box is not None:
        fields.take("msg_box")
    inbound = box == INBOUND
    people = address.split("~")
    roles = [
        (one.attributes.get("type", ""), one.attributes.get("address", "")) for one in _within(found, "addrs", "addr")
    ]
    sender = next((who for role, who in roles if role == _FROM and who not in {_OWN, NULL, ""}), "")
    if not sender and inbound and len(people) == 1:
        sender = address
    to = [who for role, who in roles if role in {_TO, _CC, _BCC} and who not in {_OWN, NULL, ""}]
    if not to and box is not None and not inbound:
        to = [one for one in people if one]
    pieces = [_piece(part, number) for number, part in enumerate(_within(found, "parts", "part"))]
    broken = any(piece.attachment is not None and "data" in piece.left for piece in pieces)
    others = [child for child in found.children if child.name not in {"parts", "addrs"}]
    others += [one for child in found.children if child.name == "parts" for one in child.children if one.name != "part"]
    others += [one for child in found.children if child.name == "addrs" for one in child.children if one.name != "addr"]
    subject = _subject(fields)
    return Event(
        kind=Kind.MESSAGE,
        conversation=conversation_of(people),
        conversation_display=name,
        sender=handle(sender) or None,
        sender_display=name if inbound and len(people) == 1 and handle(sender) == handle(address) else None,
        recipients=tuple(dict.fromkeys(map(handle, to))),
        sent_at=at,
        sent_at_precision=precision,
        sent_at_raw=written,
        text="\n".join(filter(None, (subject, *(piece.text for piece in pieces)))),
        attachments=tuple(piece.attachment for piece in pieces if piece.attachment is not None),
        key=key,
        flags=flags_of(box, partial=at is None or broken or bool(others), lost=lost),
        extra=extra_of(
            found,
            fields.left,
            lost,
            parts=[piece.left for piece in pieces] if any(piece.left for piece in pieces) else None,
            addrs=[
                {name: value for name, value in one.attributes.items() if value != NULL}
                for one in _within(found, "addrs", "addr")
            ],
            children=[tree(child) for child in others],
        ),
    )


def attachment_bytes(found: Element, place: int) -> bytes | None:
    """The bytes of attachment number `place`; None without."""
    pieces = (_piece(part, number) for number, part in enumerate(_within(found, "parts", "part")))
    contents = [piece.content for piece in pieces if piece.attachment is not None]
    return contents[place] if 0 <= place < len(contents) else None


def _within(found: Element, outer: str, inner: str) -> Iterator[Element]:
    for child in found.children:
        if child.name == outer:
            yield from (one for one in child.children if one.name == inner)


def _piece(part: Element, number: int) -> _Piece:
    left: dict[str, Any] = {name: value for name, value in part.attributes.items() if value != NULL}
    if part.children or part.text.strip():
        left["$content"] = tree(part)
    kind = left.get("ct", "")
    if kind == _SMIL:
        return _Piece("", None, None, left)  # how the parts are laid out
    data = left.pop("data", None)
    if data is None and kind.startswith("text/plain"):
        return _Piece(left.pop("text", ""), None, None, left)
    names = (left.get(field, "") for field in ("fn", "name", "cl", "cid"))
    name = next((name.strip("<>") for name in names if name.strip("<>")), f"part-{number}")
    left.pop("ct", None)
    content = left["text"].encode("utf-8", "surrogatepass") if data is None and "text" in left else None
    if data is not None:
        content = _base64(data)
        if content is None:
            left["data"] = data[:_KEPT]
    text = left.pop("text", "") if kind.startswith("text/") else ""
    return _Piece(text, _attachment(name, kind or None, content), content, left)


def _attachment(name: str, kind: str | None, content: bytes | None) -> Attachment:
    if content is None:
        return Attachment(name=name, status=AttachmentStatus.MISSING, content_type=kind)
    digest = sha256(content).hexdigest()
    return Attachment(name=name, status=AttachmentStatus.STORED, size=len(content), sha256=digest, content_type=kind)


def _base64(text: str) -> bytes | None:
    """Base64 in lines or in one; None for what is none."""
    try:
        return binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        return None


def _subject(fields: Fields) -> str:
    """The subject. Android keeps its UTF-8 as if it were Latin-1; what reads as UTF-8 is that, and the written form stays too."""
    written = fields.see("sub")
    if written and not written.isascii() and fields.see("sub_cs") == _UTF_8:
        try:
            return written.encode("latin-1").decode("utf-8")
        except UnicodeError:
            pass
    return fields.take("sub")
