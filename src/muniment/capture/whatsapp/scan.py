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
from muniment.capture.whatsapp.grammar import Head, any_header, author_name, cut_author, cut_header, read_head
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
    styles: dict[tuple[str, str, str], int] = {}
    dates: dict[str, int] = {}
    times: dict[str, int] = {}
    authors: dict[str | None, int] = {}
    shape = "bracket"
    number = 0
    after_cr = False
    for offset, line in _lines(data, encoding, columns):
        number += 1
        head: Head | None = cut_header(line, shape)
        if head is None:
            head = any_header(line)
        if head is not None and (read := read_head(head)) is not None:
            shape = head.shape
            day, time = read
            style = (shape, day.style, time.style)
            rest = line[head.end :].removesuffix("\r")
            said = cut_author(rest)
            author = said.author if said.author is None else author_name(said.author)
            app = author is None or said.body.startswith("\u200e")
            if app:
                app = _notice(author, said.body, columns) or author is None
            columns.offset.append(offset)
            columns.line.append(number)
            columns.style.append(styles.setdefault(style, len(styles)))
            columns.date.append(_number(dates, head.date, columns.dates, day))
            columns.time.append(_number(times, head.time, columns.times, time))
            columns.author.append(authors.setdefault(author, len(authors)))
            columns.body.append(head.end + len(rest) - len(said.body))
            columns.app.append(app)
            columns.after_cr.append(after_cr)
        after_cr = line.endswith("\r")
    columns.lines = number
    columns.styles = list(styles)
    columns.authors = list(authors)
    if len(columns.bad) > max(1, MAX_BAD_LINES * number) or (columns.bad and not columns.offset):
        raise Unreadable(
            "expected UTF-8 or UTF-16 with a byte-order mark, {name} is neither (at byte {at}); export the chat again",
            name=name,
            at=columns.bad[0],
        )
    return columns


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
