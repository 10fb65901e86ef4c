"""One pass over a chat's bytes: where lines begin, which of them look like headers, and what those headers say.

Nothing is decided here. The result is columns (one entry a header-like line), small enough for millions of messages.
"""

from __future__ import annotations

import codecs
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muniment.capture.connector import Unreadable
from muniment.capture.whatsapp.clock import DateText, TimeText
from muniment.capture.whatsapp.grammar import any_header, author_name, cut_author, cut_header, read_head
from muniment.capture.whatsapp.system import classify
from muniment.record.event import Kind

_GROUP = frozenset(("create", "subject", "icon", "description"))
MAX_BAD_LINES = 0.01
"""Share of lines that may be no UTF-8 before the whole file is refused as another encoding."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a chat text are text: a codec, and the length in bytes of the byte-order mark."""

    codec: str
    mark: int


@dataclass(slots=True)
class Columns:
    """The header-like lines of a file, one entry each in every array, in the file's order.

    `offset` and `line` (from 1) say where; `style`, `date`, `time` and `author` are numbers into the lists of the same
    name; `body` is where the body begins (characters), `app` whether the app itself speaks, `after_cr` whether the line
    before ended in CR LF. `bad` holds offsets of lines that are no text, `named` the
    people whom the app's own notices name, `group` whether one is about a group, `title` the chat as iOS names it.
    """

    offset: array[int] = field(default_factory=lambda: array("q"))
    line: array[int] = field(default_factory=lambda: array("q"))
    style: array[int] = field(default_factory=lambda: array("i"))
    date: array[int] = field(default_factory=lambda: array("i"))
    time: array[int] = field(default_factory=lambda: array("i"))
    author: array[int] = field(default_factory=lambda: array("i"))
    body: array[int] = field(default_factory=lambda: array("q"))
    app: bytearray = field(default_factory=bytearray)
    after_cr: bytearray = field(default_factory=bytearray)
    styles: list[tuple[str, str, str]] = field(default_factory=list)
    dates: list[DateText] = field(default_factory=list)
    times: list[TimeText] = field(default_factory=list)
    authors: list[str | None] = field(default_factory=list)
    bad: array[int] = field(default_factory=lambda: array("q"))
    named: set[str] = field(default_factory=set)
    group: bool = False
    title: str | None = None
    lines: int = 0


def encoding_of(data: bytes, name: str) -> Encoding:
    """The encoding that the byte-order mark or the bytes themselves show; raises Unreadable for another."""
    if not data:
        raise Unreadable("{name} is empty; export the chat again", name=name)
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable(
            "expected UTF-8 or UTF-16, {name} is UTF-32; save it as UTF-8 without changing its text", name=name
        )
    if data.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8", 3)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codec = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
        try:
            data[2:].decode(codec)
        except UnicodeDecodeError as error:
            raise Unreadable(
                "{name} is not whole UTF-16 text (at byte {at}); export the chat again", name=name, at=error.start + 2
            ) from None
        return Encoding(codec, 2)
    if b"\0" in data:
        raise Unreadable(
            "{name} is not text: it holds zero bytes (byte {at}); expected a chat exported as text",
            name=name,
            at=data.index(b"\0"),
        )
    return Encoding("utf-8", 0)


def scan(data: bytes, encoding: Encoding, name: str) -> Columns:
    """Find the header-like lines; raises Unreadable when too many lines are no UTF-8."""
    columns = Columns()
    rows = _Rows(columns)
    number = 0
    after_cr = False
    for offset, line in _lines(data, encoding, columns):
        number += 1
        rows.look(offset, number, line, after_cr)
        after_cr = line.endswith("\r")
    columns.lines = number
    rows.finish()
    if len(columns.bad) > max(1, MAX_BAD_LINES * number) or (columns.bad and not columns.offset):
        raise Unreadable(
            "expected UTF-8 or UTF-16 with a byte-order mark, {name} is neither (at byte {at}); export the chat again",
            name=name,
            at=columns.bad[0],
        )
    return columns


class _Rows:
    """Writes the columns, one line after the other; what recurs (dates, times, styles, authors) is read once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._shape = "bracket"
        self._styles: dict[tuple[str, str, str], int] = {}
        self._style_at: dict[tuple[str, int, int], int] = {}
        self._dates: dict[str, int] = {}
        self._times: dict[str, int] = {}
        self._authors: dict[str | None, int] = {}
        self._add = [
            column.append
            for column in (
                columns.offset,
                columns.line,
                columns.date,
                columns.time,
                columns.style,
                columns.author,
                columns.body,
            )
        ]

    def look(self, offset: int, number: int, line: str, after_cr: bool) -> None:
        """Note `line` if it looks like a header."""
        head = cut_header(line, self._shape) or any_header(line)
        if head is None:
            return
        shape, day, time, end = head
        date_at, time_at = self._dates.get(day), self._times.get(time)
        if date_at is None or time_at is None:
            if (read := read_head(head)) is None:
                return
            date_at = _number(self._dates, day, self._columns.dates, read[0])
            time_at = _number(self._times, time, self._columns.times, read[1])
        style = self._style_at.get((shape, date_at, time_at))
        if style is None:
            form = (shape, self._columns.dates[date_at].style, self._columns.times[time_at].style)
            style = self._styles.setdefault(form, len(self._styles))
            self._style_at[shape, date_at, time_at] = style
        self._shape = shape
        rest = line[end:].removesuffix("\r")
        author, body = cut_author(rest)
        app = author is None
        if author is not None:
            author = author_name(author)
        if app or body.startswith("\u200e"):
            app = _notice(author, body, self._columns) or app
        who = self._authors.setdefault(author, len(self._authors))
        values = (offset, number, date_at, time_at, style, who, end + len(rest) - len(body))
        for add, value in zip(self._add, values):  # noqa: B905 - seven of each; the check costs on every line
            add(value)
        self._columns.app.append(app)
        self._columns.after_cr.append(after_cr)

    def finish(self) -> None:
        """Hand over the lists that the numbers point into."""
        self._columns.styles = list(self._styles)
        self._columns.authors = list(self._authors)


def _notice(author: str | None, body: str, columns: Columns) -> bool:
    """Whether `body` is a notice of the app; what it tells of the chat is noted."""
    notice = classify(body)
    if notice is None:
        return False
    columns.named.update(name for name in (notice.actor, notice.subject) if name)
    if notice.op == "encryption" and author is not None and columns.title is None:
        columns.title = author
    columns.group |= notice.kind is Kind.MEMBERSHIP or notice.op in _GROUP
    return True


def _number(known: dict[str, int], text: str, values: list[Any], value: object) -> int:
    at = known.get(text)
    if at is None:
        at = known[text] = len(values)
        values.append(value)
    return at


def _lines(data: bytes, encoding: Encoding, columns: Columns) -> Iterator[tuple[int, str]]:
    """Offset and text of each line, without its line feed; lines that are no text come with replacement characters."""
    offset = encoding.mark
    if encoding.codec == "utf-8":
        pieces = (data[offset:] if offset else data).split(b"\n")
        if not pieces[-1]:
            pieces.pop()
        for piece in pieces:
            try:
                text = piece.decode()
            except UnicodeDecodeError:
                columns.bad.append(offset)
                text = piece.decode("utf-8", "replace")
            yield offset, text
            offset += len(piece) + 1
        return
    lines = data[offset:].decode(encoding.codec).split("\n")
    if not lines[-1]:
        lines.pop()
    for text in lines:
        yield offset, text
        offset += len(text.encode(encoding.codec)) + 2
