"""Files that messages speak of by a media id, and until when the platform gives them out."""

from collections.abc import Iterator
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.epoch import from_seconds
from muniment.capture.exact import read_json, text_of
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.item import Item
from muniment.capture.wechat.tree import NotXml, read_xml
from muniment.record.clock import SECOND
from muniment.record.event import Attachment, AttachmentStatus

KEPT = 3 * 86_400 * SECOND
"""How long the platform gives out what a message named: three days."""
NAMES = ("MediaId", "MediaId16K", "ThumbMediaId", "media_id", "thumb_media_id")
"""Members that hold a media id."""

_ENDING = {"image": "jpg", "voice": "amr", "video": "mp4", "shortvideo": "mp4"}


def read_plain(raw: bytes) -> tuple[dict[str, Any], bool]:
    """The members of a callback or of a pulled item, XML or JSON, and whether that is all it holds. Raises Undecodable."""
    if raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}:
        value, whole = read_json(raw)
        if type(value) is not dict:
            raise Undecodable("expected a JSON object")
        return value, whole
    try:
        name, members = read_xml(raw)
    except NotXml as problem:
        raise Undecodable(str(problem)) from None
    return (members, True) if name == "xml" else ({**members, "@root": name}, True)


def take_files(body: Item, kind: str) -> tuple[Attachment, ...]:
    """The attachments of a body, out of which the media ids are taken."""
    files = []
    for name in NAMES:
        media = body.ident(name)
        if media is not None:
            files.append(Attachment(name=_named(media, name, kind, body), status=AttachmentStatus.MISSING, media=media))
    return tuple(files)


def _named(media: str, member: str, kind: str, body: Item) -> str:
    thumb = member.lower().startswith("thumb")
    ending = "jpg" if thumb else _ENDING.get(kind, "")
    if kind == "voice" and not thumb:
        told = body.see("Format")
        ending = told.lower() if type(told) is str and told.isascii() and told.isalnum() and len(told) < 8 else ending
    return f"{media}.{ending}" if ending else media


def due(raw: bytes) -> list[MediaDue]:
    """The files that a message names, each once, wherever in it."""
    try:
        members, _ = read_plain(raw)
    except Undecodable:
        return []
    kind = text_of(members.get("MsgType")) or text_of(members.get("msgtype")) or ""
    sent_at = from_seconds(text_of(members.get("CreateTime")) or text_of(members.get("send_time")))
    until = None if sent_at is None else sent_at + KEPT
    found: dict[str, MediaDue] = {}
    for body in _objects(members):
        for file in take_files(Item(body), kind):
            if file.media is not None:
                found.setdefault(file.media, MediaDue(media=file.media, name=file.name, until=until))
    return list(found.values())


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if type(value) is dict:
        yield value
    if type(value) in {dict, list}:
        for inner in value.values() if type(value) is dict else value:
            yield from _objects(inner)
