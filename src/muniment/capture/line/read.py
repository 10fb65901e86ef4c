"""An export to parts: which lines are rows, which name a day, and which go on with what somebody wrote.

Whoever writes a message of several lines may write lines that look like rows. LINE puts quotation marks around such a message:
what stands within them is read as theirs, and where it looks like rows the event says so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from muniment.capture.connector import LARGEST, ImportOptions, Part, Snapshot, SourceFile, Unreadable
from muniment.capture.content_keys import ContentKeys
from muniment.capture.documents import pieces
from muniment.capture.line.dates import DateRow, order_of, read_date
from muniment.capture.line.rows import Row, instant, read_row
from muniment.capture.line.words import HEADERS, SAVED
from muniment.capture.times import zone_of
from muniment.record.errors import Refused

BOUNDARY = "ambiguous_boundary"
"""Flag: lines within the message look like rows of the export."""
MOST_QUOTED = 500
"""Lines in which the end of a message in quotation marks is looked for."""

_BOM = b"\xef\xbb\xbf"
_MARK = "[LINE]"


@dataclass(slots=True)
class _Line:
    start: int
    text: str
    bad: bool
    row: Row | None = None
    date: DateRow | None = None


@dataclass(slots=True)
class _Message:
    """A row with the lines that belong to it; `day` is None before the first row that names one."""

    first: int
    end: int
    day: date | None
    flags: list[str] = field(default_factory=list)


def read_parts(source: SourceFile, options: ImportOptions) -> Iterator[Part | Snapshot]:
    """See LineConnector.read."""
    if options.timezone is None:
        raise Refused(
            "{name} does not say in which time zone the phone was; give one, for example --timezone Asia/Taipei",
            name=source.name,
        )
    zone_of(options.timezone)
    if source.size > LARGEST:
        raise Unreadable(
            "{name} holds {size} bytes; a chat of more than {limit} is not read",
            name=source.name,
            size=source.size,
            limit=LARGEST,
        )
    data = source.path.read_bytes()
    lines, tabs = _lines(data, source.name)
    style, order = _decide(lines, options.date_order, source.name)
    title, kind = _title(lines, source.name)
    messages = list(_messages(lines, tabs, style, order))
    if not any(message.day for message in messages):
        raise Unreadable("{name} holds no message under a day; expected a chat that LINE wrote", name=source.name)
    meta = {"conversation": title, "tz": options.timezone} | ({"chat": kind} if kind else {})
    yield from _parts(data, lines, messages, meta)


def _lines(data: bytes, name: str) -> tuple[list[_Line], bool]:
    """The lines, and whether their columns are parted by tabs. Raises Unreadable for what is no such text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise Unreadable("{name}: expected UTF-8 text, got UTF-16 or none at all; convert it to UTF-8 first", name=name)
    lines: list[_Line] = []
    at = len(_BOM) if data.startswith(_BOM) else 0
    while at < len(data):
        end = data.find(b"\n", at) + 1 or len(data)
        raw = data[at:end]
        try:
            lines.append(_Line(at, raw.decode().rstrip("\r\n"), bad=False))
        except UnicodeDecodeError:
            lines.append(_Line(at, raw.decode("utf-8", "replace").rstrip("\r\n"), bad=True))
        at = end
    if sum(line.bad for line in lines) > max(1, len(lines) // 50):
        raise Unreadable("{name}: expected UTF-8 text, got another encoding; convert it to UTF-8 first", name=name)
    tabs = False
    for line in lines:
        line.date = read_date(line.text)
        line.row = read_row(line.text) if line.date is None else None
        tabs = tabs or line.row is not None
    if not tabs:
        for line in lines:
            line.row = read_row(line.text, tabs=False) if line.date is None else None
    if not any(line.date for line in lines) or not any(line.row for line in lines):
        raise Unreadable(
            "{name} is no chat that LINE wrote: expected rows that name a day, and rows with a time", name=name
        )
    return lines, tabs


def _decide(lines: Sequence[_Line], given: str | None, name: str) -> tuple[str, str]:
    """The style of the rows that name a day, which is that of the first, and the order of their numbers."""
    first = next(line.date for line in lines if line.date)
    rows = [line.date for line in lines if line.date and line.date.style == first.style and line.date.fitting]
    saved = (SAVED.match(line.text) for line in lines[:5])
    rows += [row for found in saved if found and (row := read_date(found["when"].partition(" ")[0].strip(",，")))]
    return first.style, order_of(rows or [first], given, name)


def _title(lines: Sequence[_Line], name: str) -> tuple[str, str | None]:
    """The chat's name, from the first line or the file's name, and whether it is one of two or a group."""
    stem = name.rpartition(".")[0] or name
    for text in (*(line.text.lstrip("\ufeff") for line in lines[:1]), stem):
        if text.startswith(_MARK):
            rest = text.removeprefix(_MARK).strip()
            for pattern, kind in HEADERS:
                if found := pattern.fullmatch(rest):
                    return found["name"].strip(), kind
            if rest:
                return rest, None
    return stem, None


def _messages(lines: Sequence[_Line], tabs: bool, style: str, order: str) -> Iterator[_Message]:
    day: date | None = None
    current: _Message | None = None
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.date is not None and line.date.style == style and order in line.date.readings:
            next_ = line.date.readings[order]
            if day is None or next_ >= day:
                if current is not None:
                    yield current
                day, current = next_, None
                at += 1
                continue
            if current is not None:
                current.flags = [BOUNDARY]  # a day before the one that is: somebody wrote it
        if line.row is not None:
            if current is not None:
                yield current
            end, imitates = _quoted(lines, at) if tabs else (at + 1, False)
            current = _Message(at, end, day, [BOUNDARY] if imitates else [])
            at = end
            continue
        at += 1
        if current is not None:
            current.end = at
    if current is not None:
        yield current


def _quoted(lines: Sequence[_Line], at: int) -> tuple[int, bool]:
    """Where the message that begins on line `at` ends, and whether lines in it look like rows."""
    row = lines[at].row
    assert row is not None
    if not row.text.startswith('"') or _closes(row.text[1:]):
        return at + 1, False
    imitates = False
    for place in range(at + 1, min(len(lines), at + MOST_QUOTED)):
        line = lines[place]
        alone = line.row is not None and line.row.text.startswith('"') and len(line.row.text) > 1
        if _closes(line.text) and not alone:
            return place + 1, imitates or line.row is not None
        imitates = imitates or line.row is not None or line.date is not None
    return at + 1, False


def _closes(text: str) -> bool:
    """Whether a line ends with a quotation mark that is not one of a doubled pair."""
    return (len(text) - len(text.rstrip('"'))) % 2 == 1


def _parts(
    data: bytes, lines: Sequence[_Line], messages: Sequence[_Message], common: dict[str, Any]
) -> Iterator[Part | Snapshot]:
    keys = ContentKeys()
    done = 0
    first: int | None = None
    last = 0
    for message in messages:
        start = lines[message.first].start
        end = lines[message.end].start if message.end < len(lines) else len(data)
        raw = data[start:end]
        raw = raw[
            : raw.find(b"\n", len(raw.rstrip(b" \t\r\n"))) + 1 or len(raw)
        ]  # blank lines behind it are not its own
        yield from pieces(data, done, start, None)
        done = start + len(raw)
        span = lines[message.first : message.end]
        if message.day is None or any(line.bad for line in span):
            reason = (
                "expected a day before the row, got none"
                if message.day is None
                else "expected UTF-8 text, got other bytes"
            )
            yield from pieces(data, start, done, None, f"line {message.first + 1}: {reason}")
            continue
        row = span[0].row
        assert row is not None
        meta = {**common, "day": message.day.isoformat()} | ({"flags": message.flags} if message.flags else {})
        body = raw.decode().partition("\t")[2] if row.split else row.text
        at, _ = instant(str(common["tz"]), message.day, row.minutes)
        first, last = at if first is None else min(first, at), max(last, at)
        words = body.replace("\r\n", "\n").rstrip()
        key = keys.key(str(common["conversation"]), meta["day"], str(row.minutes), words)
        yield Part(kind="message", raw=raw, at=(start, len(raw)), key=key, lines=raw.count(b"\n") or 1, meta=meta)
    yield from pieces(data, done, len(data), None)
    if first is not None:
        yield Snapshot(conversation=str(common["conversation"]), first_at=first, last_at=last)
