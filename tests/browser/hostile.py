"""An archive of hostile texts: each is a message, a sender, a conversation, an attachment's name and another field in it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from muniment.capture.audit import Entry
from muniment.capture.connector import ImportOptions
from muniment.desk.archive import actions
from muniment.desk.desk import Desk
from tests.browser.payloads import CANARY, TRAP, Payload, payloads

FIRST = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
A_TALK = 25
"""Messages in one conversation."""
HARMLESS = "A message of no malice"
MEDIA = (
    ("image/svg+xml", f"<svg xmlns='http://www.w3.org/2000/svg' onload='window.{CANARY}=1'><script>window.{CANARY}=1</script></svg>"),
    ("text/html", f"<script>window.{CANARY}=1</script><img src={TRAP}media onerror='window.{CANARY}=1'>"),
    ("image/png", f"<html><script>window.{CANARY}=1</script>"),
    ("application/xhtml+xml", f"<html xmlns='http://www.w3.org/1999/xhtml'><script>window.{CANARY}=1</script></html>"),
    ("text/xml", f"<?xml-stylesheet href='{TRAP}media'?><x/>"),
    ("application/pdf", "%PDF-1.4 no such thing"),
    ("text/css", f"*{{background:url({TRAP}media)}}"),
    ("text/javascript", f"window.{CANARY}=1"),
)  # fmt: skip


def line(payload: Payload, talk: str) -> bytes:
    """One message that holds a payload in every member; half a pair is written as the platforms do, `\\ud800`."""
    name = payload.name
    content_type, body = MEDIA[payload.number % len(MEDIA)]
    fields: dict[str, Any] = {
        "id": f"{name} {payload.number}",
        "conversation": talk,
        "conversation_display": name,
        "sender": name,
        "sender_display": name,
        "recipients": [name],
        "sent_at": (FIRST + timedelta(minutes=payload.number)).isoformat(),
        "text": payload.text,
        name: {name: [name]},
        "attachments": [
            {"name": name, "content_type": content_type, "base64": b64encode(body.encode()).decode()}
            if payload.number % 4 == 0
            else {"name": name, "content_type": name}
        ],
    }
    return json.dumps(fields, ensure_ascii=not payload.whole or payload.number % 2 == 0).encode() + b"\n"


def lines() -> Iterator[bytes]:
    """All messages, `A_TALK` to a conversation whose own id is hostile; the last is a harmless one."""
    talk = ""
    number = 0
    for payload in payloads():
        number = payload.number
        if number % A_TALK == 0 and payload.whole:
            talk = payload.name
        yield line(payload, talk)
    yield line(Payload(number + 1, "harmless", HARMLESS), "harmless")


def fill(desk: Desk, folder: Path) -> None:
    """Import them, from files and under accounts whose names are hostile, too; enter hostile questions in the audit log."""
    file = folder / '<img src="x" onerror="alert(1)">\u202egpj.ndjson'
    file.write_bytes(b"".join(lines()))
    sheet = actions.bring_in(desk, file, "ndjson", f"<script>window.{CANARY}=0</script>", ImportOptions())
    assert sheet.balanced
    every = list(payloads())
    names = [
        payload
        for payload in every
        if payload.kind == "file name" and payload.whole and 0 < len(payload.name.encode()) < 240
    ]
    for payload in names[::12]:
        if not set("/\0") & set(payload.name) and payload.name not in {".", ".."}:
            small = folder / payload.name
            small.write_bytes(
                line(Payload(payload.number, "", payload.text), "files").replace(b'"id": "', b'"id": "f ')
            )
            actions.bring_in(desk, small, "ndjson", "=cmd|' /C calc'!A0", ImportOptions())
    for payload in every:
        if payload.whole:
            desk.audit(Entry(act="search", actor=desk.actor, query=payload.name, counts={"shown": 1}))
    actions.settle(desk)
