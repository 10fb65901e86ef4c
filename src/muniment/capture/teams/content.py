"""What a Teams message shows beside its words: linked files, pictures in its HTML, cards, and the message it answers."""

import binascii
import hashlib
import re
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json, text_of
from muniment.capture.members import Members, inner, objects, read_members
from muniment.record.event import Attachment, AttachmentStatus

_PICTURE = re.compile(r"hostedContents/([A-Za-z0-9_=%\-]{1,2000})/\$value")
_CARD = "application/vnd.microsoft.card."
_CARD_WORDS = ("title", "subtitle", "text", "summary")
_REFERENCES = ("messageReference", "forwardedMessageReference")


def attachments_of(members: Members) -> tuple[Attachment, ...]:
    """Files that a message links to, then its hosted contents."""
    return tuple(attachment for attachment, _ in _contents(members))


def hosted(raw: bytes, place: int) -> bytes | None:
    """The bytes of attachment number `place` where the message holds them itself."""
    try:
        found = _contents(read_members(raw)[0])
    except Undecodable:
        return None
    return found[place][1] if 0 <= place < len(found) else None


def answered(members: Members) -> str | None:
    """The id of the message that this one quotes as its answer."""
    for each in objects(members.get("attachments")):
        if each.get("contentType") == "messageReference":
            content = _json(each.get("content"))
            return text_of(content.get("messageId")) or text_of(each.get("id"))
    return None


def card_words(members: Members) -> str:
    """The words of the cards of a message that has no others."""
    words: list[str] = []
    for each in objects(members.get("attachments")):
        kind = each.get("contentType")
        if isinstance(kind, str) and kind.startswith(_CARD):
            _collect(_json(each.get("content")), words)
    return "\n".join(words)


def _contents(members: Members) -> list[tuple[Attachment, bytes | None]]:
    found: list[tuple[Attachment, bytes | None]] = []
    for each in objects(members.get("attachments")):
        kind, name = each.get("contentType"), each.get("name")
        if isinstance(kind, str) and (kind.startswith(_CARD) or kind in _REFERENCES):
            continue
        shown = name if isinstance(name, str) and name else text_of(each.get("id")) or "file"
        found.append((Attachment(name=shown, status=AttachmentStatus.OMITTED), None))
    listed = objects(members.get("hostedContents"))
    found += [_hosted(each) for each in listed]
    html = inner(members, "body").get("content")
    known = {text_of(each.get("id")) for each in listed}
    named = dict.fromkeys(_PICTURE.findall(html)) if isinstance(html, str) else {}
    found += [
        (Attachment(name=name[:80], status=AttachmentStatus.OMITTED, content_type="image"), None)
        for name in named
        if name not in known
    ]
    return found


def _hosted(each: Members) -> tuple[Attachment, bytes | None]:
    kind, number = each.get("contentType"), text_of(each.get("id")) or "hosted content"
    content_type = kind if isinstance(kind, str) else None
    name = number[:80]
    given = each.get("contentBytes")
    try:
        content = binascii.a2b_base64(given, strict_mode=True) if isinstance(given, str) and given else None
    except (binascii.Error, ValueError):
        content = None
    if content is None:
        return Attachment(name=name, status=AttachmentStatus.OMITTED, content_type=content_type), None
    digest = hashlib.sha256(content).hexdigest()
    stored = AttachmentStatus.STORED
    return Attachment(name=name, status=stored, size=len(content), sha256=digest, content_type=content_type), content


def _json(text: Any) -> Members:
    """The object in a text that holds JSON; an empty one where it holds none."""
    if not isinstance(text, str):
        return {}
    try:
        value = read_json(text.encode("utf-8", "replace")).value
    except Undecodable:
        return {}
    return value if isinstance(value, dict) else {}


def _collect(value: Any, words: list[str]) -> None:
    if isinstance(value, dict):
        for name, item in value.items():
            if name in _CARD_WORDS and isinstance(item, str) and item:
                words.append(item)
            else:
                _collect(item, words)
    elif isinstance(value, list):
        for item in value:
            _collect(item, words)
