"""One row of an export, read again from its bytes and its meta: pure, the same in every rebuild."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.line.rows import Row, instant, read_row
from muniment.capture.line.words import CALL, NOTICES, OMITTED
from muniment.capture.members import PARTIAL
from muniment.record.event import Attachment, AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Header

_BRACKETS = re.compile(r"\[(?P<what>[^\[\]\n]{1,40})\](?:\s?(?P<name>[^\n]{1,255}))?")
_FILES = frozenset(("file", "ファイル", "檔案", "文件", "ไฟล์", "파일"))
_KINDS = {
    "join": Kind.MEMBERSHIP,
    "leave": Kind.MEMBERSHIP,
    "add": Kind.MEMBERSHIP,
    "remove": Kind.MEMBERSHIP,
    "unsent": Kind.RECALL,
    "update": Kind.CONVERSATION_UPDATE,
}


def decode(header: Header, raw: bytes) -> Sequence[Event]:
    """The event of one row; none for spans. Raises Undecodable."""
    if header.part != "message":
        return ()
    meta = header.meta
    try:
        text = raw.decode().replace("\r\n", "\n").rstrip("\n")
        day, zone, conversation = date.fromisoformat(meta["day"]), str(meta["tz"]), str(meta["conversation"])
    except (KeyError, TypeError, ValueError):
        raise Undecodable("expected UTF-8 text and a part's own meta, got something else") from None
    row = read_row(text) or read_row(text, tabs=False)
    if row is None:
        raise Undecodable("expected a row that begins with a time, got another")
    at, problem = instant(zone, day, row.minutes)
    flags = (*meta.get("flags", ()), *((problem,) if problem else ()), *(() if row.split else (PARTIAL,)))
    kind, words, attachments, extra = _said(row) if row.sender else _noticed(row)
    sender = row.sender or extra.get("actor")
    return (
        Event(
            kind=kind,
            conversation=conversation,
            conversation_display=conversation,
            sender=sender,
            sender_display=sender,
            sent_at=at,
            sent_at_precision=Precision.MINUTE,
            sent_at_raw=f"{meta['day']} {row.written}",
            text=words,
            attachments=attachments,
            key=header.key,
            flags=flags,
            extra=extra,
        ),
    )


Said = tuple[Kind, str, tuple[Attachment, ...], dict[str, Any]]


def _said(row: Row) -> Said:
    """What somebody wrote or sent."""
    text = row.text
    if "\n" in text and text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = text[1:-1].replace('""', '"')
    if text.startswith(CALL):
        return Kind.CALL, text, (), {}
    found = _BRACKETS.fullmatch(text)
    if found is None or found["what"].casefold() not in OMITTED:
        return Kind.MESSAGE, text, (), {}
    named = found["name"] if found["what"].casefold() in _FILES else None
    if found["name"] and not named:
        return Kind.MESSAGE, text, (), {}
    attachment = Attachment(name=named or found["what"], status=AttachmentStatus.OMITTED)
    return Kind.MESSAGE, "", (attachment,), {"placeholder": text}


def _noticed(row: Row) -> Said:
    """What LINE itself says, or what nobody can tell from it."""
    if not row.split:
        return Kind.MESSAGE, row.text, (), {"columns": "name and words are not parted"}
    text = row.text
    for pattern, op in NOTICES:
        if found := pattern.fullmatch(text):
            people = {name: value.strip() for name, value in found.groupdict().items() if value and value.strip()}
            return _KINDS[op], text, (), {"op": op, **people}
    return (Kind.CALL if text.startswith(CALL) else Kind.SYSTEM), text, (), {}
