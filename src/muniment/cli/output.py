"""What the commands print with: plain lines for people, JSON for programs, progress on a terminal, nothing that acts on it."""

import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any, TextIO

from muniment.record.clock import rfc3339
from muniment.record.decoded import DecodedEvent
from muniment.record.event import Precision

_SHOWN = {Precision.DAY: len("2026-11-21"), Precision.MINUTE: len("2026-11-21 20:43")}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def harmless(text: str) -> str:
    """`text` on one line, with whatever could act on a terminal or hide in it shown as its code point."""
    return _UNSAFE.sub(lambda match: " ⏎ " if match[0] == "\n" else f"<U+{ord(match[0]):04X}>", text)


class Output:
    """Prints to standard output, and progress and refusals to standard error."""

    def __init__(self, *, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out, self._err = out or sys.stdout, err or sys.stderr
        self._progress = False

    def line(self, text: str = "") -> None:
        """A line for people; nothing when a program listens."""
        if not self.as_json:
            print(text, file=self._out)

    def value(self, value: Mapping[str, Any]) -> None:
        """A JSON object on one line; nothing when a person listens."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False), file=self._out)

    def raw(self, line: bytes) -> None:
        """A JSON object that is encoded already."""
        if self.as_json:
            print(line.decode(), file=self._out)

    def bare(self, text: str) -> None:
        """A line for both."""
        print(text, file=self._out)

    def error(self, text: str) -> None:
        """A refusal, one line on standard error, whatever the names in it hold."""
        self.clear_progress()
        print(harmless(text), file=self._err)

    def progress(self, text: str) -> None:
        """Replace the progress line, on a terminal only."""
        if self._err.isatty():
            print(f"\r\x1b[K{harmless(text)}", end="", file=self._err, flush=True)
            self._progress = True

    def clear_progress(self) -> None:
        """Remove the progress line."""
        if self._progress:
            print("\r\x1b[K", end="", file=self._err, flush=True)
            self._progress = False


def sent(event: DecodedEvent) -> str:
    """When an event was sent, in UTC, no more exactly than its source said."""
    at = event.event.sent_at
    if at is None:
        return "—"
    return rfc3339(at).replace("T", " ")[: _SHOWN.get(event.event.sent_at_precision, len("2026-11-21 20:43:55"))]


def event_line(event: DecodedEvent, width: int = 160) -> str:
    """An event on one line: when, where, who, what, and its id."""
    what = event.event
    who = what.sender_display or what.sender or "·"
    where = what.conversation_display or what.conversation or "·"
    kind = "" if what.kind == "message" else f"[{what.kind}] "
    files = "".join(f" 📎{attachment.name}" for attachment in what.attachments)
    text = harmless(what.text[:width] + ("…" if len(what.text) > width else "") + files)
    return f"{event.id:>8}  {sent(event):19}  {clip(where, 24)}  {clip(who, 18)}  {kind}{text}"


def clip(text: str, columns: int) -> str:
    """`text` made harmless, cut or padded to `columns` of a terminal (East Asian wide characters take two)."""
    shown, used = [], 0
    for character in harmless(text):
        wide = 2 if unicodedata.east_asian_width(character) in "WF" else 0 if unicodedata.combining(character) else 1
        if used + wide > columns:
            break
        shown.append(character)
        used += wide
    return "".join(shown) + " " * (columns - used)
