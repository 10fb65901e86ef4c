"""One NDJSON file for one platform account, with the attachment files that its lines name."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from muniment.cli.demo import attachments
from muniment.cli.demo.model import Conversation, Message, stream

_PREFIXES = {"wecom": "wc", "desk": "dc", "line": "cl"}
_EXTRAS: Mapping[str, dict[str, Any]] = {
    "wecom": {"msgtype": "text"},
    "desk": {"desk": "HK-1"},
    "line": {"channel": "sms", "direction": "business"},
}


def write(
    folder: Path,
    name: str,
    style: str,
    seed: int,
    chats: Mapping[str, Conversation],
    messages: Sequence[Message],
    *,
    break_line: bool = False,
) -> Path:
    """Write `messages` (in order of time) as `folder/name`; `break_line` leaves half a line in the middle.

    Edits and recalls are lines of their own, at the time they happened. The half line is what a platform leaves that
    stopped while writing and then wrote the line again, so no message is lost with it.
    """
    files = folder / f"{Path(name).stem}-files"
    ids = {message.number: f"{_PREFIXES[style]}-{place:06d}" for place, message in enumerate(messages, start=1)}
    rows: list[tuple[datetime, int, dict[str, Any]]] = []
    for place, message in enumerate(messages):
        rows.append((message.at, place, _line(message, ids, chats, style, files, seed)))
        rows += _afterwards(message, ids[message.number], place, chats)
    rows.sort(key=lambda row: row[:2])
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")) for _, _, row in rows]
    if break_line:
        middle = len(lines) // 2
        lines.insert(middle, lines[middle][: len(lines[middle]) // 2])
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode())
    return path


def _frame(message: Message, chats: Mapping[str, Conversation], at: datetime) -> dict[str, Any]:
    chat = chats[message.conversation]
    return {
        "conversation": chat.key,
        "conversation_display": chat.title,
        "sender": message.sender.id,
        "sender_display": message.sender.name,
        "sent_at": at.isoformat(timespec="seconds"),
    }


def _line(
    message: Message, ids: Mapping[int, str], chats: Mapping[str, Conversation], style: str, files: Path, seed: int
) -> dict[str, Any]:
    frame = _frame(message, chats, message.at)
    others = [who.id for who in chats[message.conversation].members if who.id != message.sender.id]
    line = {"id": ids[message.number], **frame, "recipients": others, "text": message.first_wording or message.text}
    if message.answers is not None and message.answers in ids:
        line["reply_to"] = ids[message.answers]
    if message.attachment:
        line["attachments"] = [_attachment(message, ids[message.number], style, files, seed)]
    return line | _EXTRAS[style]


def _attachment(message: Message, key: str, style: str, files: Path, seed: int) -> dict[str, str]:
    """A picture or voice note travels inside the line on WeCom; everything else lies beside the file."""
    kind = message.attachment or ""
    content = attachments.make(kind, message.text, stream(seed, "attachment", key))
    name = f"{key}.{'ogg' if kind == 'opus' else kind}"
    if style == "wecom" and kind != "pdf":
        return {"name": name, "base64": b64encode(content).decode(), "content_type": attachments.CONTENT_TYPES[kind]}
    files.mkdir(parents=True, exist_ok=True)
    (files / name).write_bytes(content)
    return {"name": name, "path": f"{files.name}/{name}", "content_type": attachments.CONTENT_TYPES[kind]}


def _afterwards(
    message: Message, key: str, place: int, chats: Mapping[str, Conversation]
) -> list[tuple[datetime, int, dict[str, Any]]]:
    rows = []
    if message.first_wording is not None:
        at = message.at + timedelta(seconds=21)
        rows.append((at, place, {"id": f"{key}e", **_frame(message, chats, at), "text": message.text, "edits": key}))
    if message.recalled_at is not None:
        frame = _frame(message, chats, message.recalled_at)
        rows.append((message.recalled_at, place, {"id": f"{key}r", **frame, "recalls": key}))
    return rows
