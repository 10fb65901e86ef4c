"""The firm's own gateway: it posts the lines of its desk chat, under the key of the source."""

import json
from datetime import datetime
from typing import Any

from muniment.cli.demo.cast import Person
from muniment.cli.demo.live.door import Door
from muniment.cli.demo.model import HONG_KONG


class Gateway:
    """Pushes lines into one account."""

    def __init__(self, door: Door, prefix: str) -> None:
        self._door, self._prefix, self._sent = door, prefix, 0

    def line(self, conversation: str, title: str, who: Person, text: str, **more: Any) -> bytes:
        """One message, sent a few seconds ago."""
        self._sent += 1
        at = datetime.fromtimestamp(self._door.now() - 5, HONG_KONG)
        said = {
            "id": f"{self._prefix}-{self._sent:04d}",
            "conversation": conversation,
            "conversation_display": title,
            "sender": who.id,
            "sender_display": who.name,
            "sent_at": at.isoformat(timespec="seconds"),
            "text": text,
            **more,
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def push(self, *lines: bytes) -> None:
        """Post them in one request, as a program would; lines that were no messages are kept, and said."""
        self._door.hand_in(b"".join(lines), {"authorization": f"Bearer {self._door.settings['key']}"})
