"""Reads a people feed (docs/formats/people-feed.md): bytes of a CSV file in, rows and what is wrong with each out. Pure.

Trust: the file comes from elsewhere. What hides in a cell, or a spreadsheet would run, rejects its row; nothing is guessed.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from muniment.record.errors import Refused

COLUMNS = ("key", "name", "other_name", "kind", "email", "desk", "supervisor", "handles", "since", "until")
NEEDED = ("key", "name", "kind")
KINDS = ("employee", "client", "other")
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "cp1252")
MOST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 200_000
MOST_IN_A_CELL = 2_000
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_ENOUGH = 0.75
"""Share of frequent characters from which on a reading is taken for the right one, and by which it must lead."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person as a feed says it. `number` counts lines of the table, the names of its columns being the first."""

    number: int
    key: str
    name: str
    kind: str
    other_name: str | None = None
    email: str | None = None
    desk: str | None = None
    supervisor: str | None = None
    handles: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    until: date | None = None
    """None everywhere: the feed says nothing, and what is known stays."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not applied. `reason` is an English sentence with named values, to be said in the reader's language."""

    number: int
    key: str
    reason: Refused


@dataclass(frozen=True, slots=True)
class Sheet:
    """A feed that was read: every row of the file is in one of the two."""

    encoding: str
    rows: tuple[Row, ...]
    rejected: tuple[Rejected, ...]


def read(content: bytes, encoding: str = "") -> Sheet:
    """Read a feed; `encoding` is one of ENCODINGS, or empty to find out. Raises Refused when it is no feed at all."""
    if len(content) > MOST_BYTES:
        raise Refused(
            "the file has {got} bytes; expected at most {limit}, so divide it", got=len(content), limit=MOST_BYTES
        )
    found = encoding or detect(content)
    try:
        text = content.decode("utf-8-sig" if found == "utf-8" else found)
    except (UnicodeDecodeError, LookupError):
        raise Refused("the file is not text in {encoding}; say another encoding", encoding=found) from None
    table = _table(text)
    head = [cell.strip().casefold() for cell in next(table, ())]
    _check(head)
    rows: list[Row] = []
    rejected: list[Rejected] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(table, start=2):
        if number > MOST_ROWS:
            raise Refused("the file has more than {limit} rows; divide it", limit=MOST_ROWS)
        if not any(cell.strip() for cell in cells):
            continue
        said = dict(zip(head, cells, strict=False))
        key = said.get("key", "").strip()[:100]
        try:
            row = _row(number, head, cells)
            if row.key in seen:
                raise Refused("row {first} has this id already; leave one of them out", first=seen[row.key])
        except Refused as refusal:
            rejected.append(Rejected(number, key if key.isprintable() else "", refusal))
            continue
        seen[row.key] = number
        rows.append(row)
    return Sheet(found, tuple(rows), tuple(rejected))


def detect(content: bytes) -> str:
    """The encoding of a file: by its mark, as UTF-8, or as the one of GB18030 and Big5 that gives frequent characters.

    Raises Refused when it cannot be told.
    """
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    shares = {name: _frequent(content, name) for name in ("gb18030", "big5")}
    best = max(shares, key=lambda name: shares[name])
    other = min(shares.values())
    if shares[best] >= _ENOUGH and shares[best] - other >= (1 - _ENOUGH) / 2:
        return best
    raise Refused("the encoding of the file cannot be told; save it as UTF-8, or say which one it is")


def _frequent(content: bytes, encoding: str) -> float:
    """The share of frequent characters among those beyond ASCII: both standards list these first, by their lead byte."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    standard, first, last = ("gb2312", 0xB0, 0xD7) if encoding == "gb18030" else ("big5", 0xA4, 0xC6)
    beyond = [character for character in text if character > "\x7f"]
    count = 0
    for character in beyond:
        try:
            count += first <= character.encode(standard)[0] <= last
        except UnicodeEncodeError:
            continue
    return count / len(beyond) if beyond else 0.0


def _table(text: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from reader
    except csv.Error:
        raise Refused(
            "line {line} cannot be read as CSV: a quotation mark does not close, or a cell is too large",
            line=reader.line_num,
        ) from None


def _check(head: Sequence[str]) -> None:
    unknown = [name for name in head if name not in COLUMNS]
    missing = [name for name in NEEDED if name not in head]
    if unknown or missing or len(set(head)) != len(head):
        raise Refused(
            "the first line names the columns; expected some of {known}, with {needed}, each once; got {got}",
            known=", ".join(COLUMNS),
            needed=", ".join(NEEDED),
            got=repr(", ".join(head)[:200]),
        )


def _row(number: int, head: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(head):
        raise Refused("expected {want} cells, got {got}", want=len(head), got=len(cells))
    said = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    for name, cell in said.items():
        if len(cell) > MOST_IN_A_CELL:
            raise Refused("the cell {column} has {got} characters", column=name, got=len(cell))
    kind = said["kind"].casefold()
    if kind not in KINDS:
        raise Refused("the kind is {got}; expected one of {known}", got=repr(said["kind"][:40]), known=", ".join(KINDS))
    return Row(
        number=number,
        key=said["key"],
        name=said["name"],
        kind=kind,
        other_name=said.get("other_name") or None,
        email=said.get("email") or None,
        desk=said.get("desk") or None,
        supervisor=said.get("supervisor") or None,
        handles=tuple(_handles(said.get("handles", ""))),
        since=_day(said.get("since", "")),
        until=_day(said.get("until", "")),
    )


def _handles(cell: str) -> Iterator[tuple[str, str]]:
    for part in filter(None, (each.strip() for each in cell.split(";"))):
        channel, colon, native = part.partition(":")
        if not colon or not channel.strip() or not native.strip():
            raise Refused(
                "a handle is {got}; expected channel:address, such as whatsapp:+85255550101", got=repr(part[:60])
            )
        yield channel.strip().casefold(), native.strip()


def _day(cell: str) -> date | None:
    if not cell:
        return None
    try:
        if _ISO.match(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise Refused("a day is {got}; expected it as 2026-03-31", got=repr(cell[:20]))
