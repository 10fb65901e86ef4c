"""Lines that a program of the firm's pushes, and the request that carries them."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

PATH = "/api/v1/capture"


def line(number: int, text: str = "你好, hello", **more: Any) -> bytes:
    said = {
        "id": f"p{number}",
        "conversation": "c",
        "sender": "amy",
        "sent_at": "2026-11-20T09:00:00+08:00",
        "text": text,
    }
    return json.dumps({**said, **more}, ensure_ascii=False).encode() + b"\n"


def push(browser: "Client", body: bytes, key: str | None) -> Any:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return browser.post(PATH, data=body, content_type="application/x-ndjson", headers=headers)
