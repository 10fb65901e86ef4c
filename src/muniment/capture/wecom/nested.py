"""Messages that hold messages: a forwarded conversation (`chatrecord`) and words with pictures (`mixed`).

Each item's content is JSON within a JSON text, which may hold items again; forwarded items have times in seconds.
"""

from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.wecom.bodies import TYPES, Body, File, Said, Type, everything
from muniment.capture.wecom.plain import in_words, read_object, text_of
from muniment.capture.wecom.times import written

LEVELS = 8
"""How many forwarded conversations within each other are taken apart; deeper ones are shown as they were written."""

_PREFIX = "chatrecord"


def read_body(msgtype: str, body: Body) -> Said:
    """What a body of this type says; a type nobody knows says everything in it and is partial."""
    return _read(msgtype, body, LEVELS)


def type_of(msgtype: str) -> Type | None:
    """What is known of a message type."""
    if msgtype in {"chatrecord", "mixed"}:
        return Type(msgtype, lambda body: _read(msgtype, body, LEVELS))
    return TYPES.get(msgtype)


def _read(msgtype: str, body: Body, levels: int) -> Said:
    if msgtype in {"chatrecord", "mixed"}:
        return _items(body, levels - 1)
    known = TYPES.get(msgtype)
    if known is None:
        return Said(text=in_words(body), partial=True)
    return known.read(body)


def _items(body: Body, levels: int) -> Said:
    """The items one below the other, under the title, each with its time before it."""
    items = body.get("item")
    if not isinstance(items, list):
        return Said(text=everything(body).text, partial=True)
    lines, partial = [text_of(body.get("title"))], False
    files: list[File] = []
    for item in items:
        said, when, who = _item(item, levels)
        words = said.text or "\n".join(file.attachment.name for file in said.files)
        head = " ".join(filter(None, (when, who)))
        lines.append(f"{head}  {words}" if head else words)
        files += said.files
        partial = partial or said.partial
    return Said(text="\n".join(filter(None, (line.strip("\n") for line in lines))), files=tuple(files), partial=partial)


def _item(item: Any, levels: int) -> tuple[Said, str, str]:
    if not isinstance(item, dict):
        return Said(text=in_words(item), partial=True), "", ""
    when = written(item.get("msgtime"))
    who = next((said for name in ("sender", "from", "name") if (said := text_of(item.get(name)))), "")
    content: Any = item.get("content")
    if isinstance(content, str):
        if levels <= 0:
            return Said(text=content, partial=True), when, who
        try:
            content, _ = read_object(content.encode())
        except Undecodable:
            return Said(text=str(content), partial=True), when, who
    if not isinstance(content, dict):
        return Said(text=in_words(item), partial=True), when, who
    return _read(_kind(text_of(item.get("type"))), content, levels), when, who


def _kind(written_as: str) -> str:
    """`ChatRecordImage` and `image` are the same type."""
    low = written_as.lower()
    return low.removeprefix(_PREFIX) if low != _PREFIX else low
