"""LinkedIn's CSV files to parts: each row a message, in the order of the file."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from muniment.capture.connector import Extent, ImportOptions, Part, SourceFile, Unreadable
from muniment.capture.documents import first_bears, mapped, pieces
from muniment.capture.linkedin.rows import ROW_LIMIT, columns_of, rows
from muniment.capture.linkedin.tables import Keys, by_name, table_of
from muniment.capture.spans import Buffer
from muniment.capture.times import zone_of
from muniment.capture.zipped import extent_of, in_order, media_part, packed_span, spans
from muniment.capture.zips import Limits, content, survey

DEFAULT_LIMITS = Limits()
BOM = b"\xef\xbb\xbf"


def read(source: SourceFile, options: ImportOptions, limits: Limits = DEFAULT_LIMITS) -> Iterator[Part | Extent]:
    """The parts of the file in order. Raises Unreadable before the first of them where nothing in it is a message."""
    if options.timezone is not None:
        zone_of(options.timezone)
    with source.path.open("rb") as file:
        if file.read(4).startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _zip(file, source, options, limits)
            return
    with mapped(source.path) as data:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unreadable(
                "{name}: expected UTF-8, got UTF-16 or UTF-32; convert the file to UTF-8 first", name=source.name
            )
        if _table(data) is None:
            raise Unreadable(
                "{name}: expected messages.csv, Shares.csv or Comments.csv of LinkedIn, got other columns; check that it is "
                "the right file",
                name=source.name,
            )
        yield from _cut(data, None, options.timezone)


def _zip(file: BinaryIO, source: SourceFile, options: ImportOptions, limits: Limits) -> Iterator[Part | Extent]:
    archive = survey(file, source.size, source.name, limits)
    tables = {
        id(member)
        for member in archive.members
        if member.rejected is None
        and member.name.casefold().endswith(".csv")
        and _table(content(file, member)) is not None
    }
    if not tables:
        raise Unreadable(
            "{name} holds no messages, posts or comments; expected the zip that LinkedIn gives out, with messages.csv in it",
            name=source.name,
        )
    for item in in_order(archive):
        if isinstance(item, tuple):
            yield from spans(file, *item)
        elif item.rejected is not None:
            yield from packed_span(file, item)
        else:
            yield extent_of(item)
            if id(item) in tables:
                yield from first_bears(_cut(content(file, item), item.name, options.timezone), {"zip": item.meta()})
            else:
                yield media_part(file, item)


def _table(data: Buffer) -> str | None:
    """Which table a file is, by its first row."""
    start = len(BOM) if data[: len(BOM)] == BOM else 0
    first = next(rows(data, start), None)
    if first is None or not first.whole or first.end - first.start > ROW_LIMIT:
        return None
    header = columns_of(data[first.start : first.end])
    return table_of(header) if header else None


def _cut(data: Buffer, member: str | None, zone: str | None) -> Iterator[Part]:
    table = _table(data)
    if table is None:
        yield from pieces(data, 0, len(data), member, "expected the header of a table, got none")
        return
    keys = Keys(table)
    header: list[str] = []
    start = len(BOM) if data[: len(BOM)] == BOM else 0
    for number, row in enumerate(rows(data, start), 1):
        if not header:
            header = columns_of(data[row.start : row.end]) or []
            yield from pieces(data, 0, row.end, member)
            continue
        raw = data[row.start : row.end] if row.end - row.start <= ROW_LIMIT else b""
        if raw and not raw.strip():
            yield from pieces(data, row.start, row.end, member)
            continue
        values = columns_of(raw) if row.whole and raw else None
        reason = _refusal(row.whole, bool(raw), values, len(header))
        if reason is not None or values is None:
            yield from pieces(data, row.start, row.end, member, f"row {number}: {reason}")
            continue
        meta: dict[str, Any] = {"table": table, "columns": header} | ({"zone": zone} if zone else {})
        key = keys.key(by_name(header, values))
        yield Part(kind="message", raw=raw, at=(row.start, len(raw)), member=member, key=key, lines=1, meta=meta)


def _refusal(whole: bool, fits: bool, values: list[str] | None, columns: int) -> str | None:
    if not whole:
        return "expected the end of a quotation, got the end of the file; it was cut short"
    if not fits:
        return f"expected at most {ROW_LIMIT} bytes, got more"
    if values is None:
        return "expected a row of CSV, got text that is none"
    return None if len(values) == columns else f"expected {columns} columns, got {len(values)}"
