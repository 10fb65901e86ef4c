"""The audit log as a file: CSV for a spreadsheet, in which no cell can be a formula, and NDJSON for a program."""

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from muniment.desk.audit.access import Row
from muniment.desk.audit.sentences import plain
from muniment.record.clock import rfc3339

COLUMNS = ("leaf", "at", "type", "actor", "act", "object", "purpose", "query", "counts", "detail", "sentence")
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What a spreadsheet takes for the beginning of a formula, in full width too, or for the end of a cell."""


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Lines of CSV (RFC 4180), the first one names the columns; a byte order mark tells spreadsheets that it is UTF-8."""
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + _line(COLUMNS)
    for row in rows:
        entry = row.entry
        yield _line(
            (
                "" if row.leaf is None else str(row.leaf),
                rfc3339(row.at),
                row.type,
                entry.actor,
                entry.act,
                entry.object or "",
                entry.purpose or "",
                entry.query or "",
                _json(entry.counts),
                _json(entry.detail | entry.bundle),
                plain(entry),
            )
        )


def ndjson_lines(rows: Iterable[Row]) -> Iterator[str]:
    """One JSON object a line: `leaf`, `at` (RFC 3339, UTC), `type`, `entry` as it was sealed."""
    for row in rows:
        value = {"leaf": row.leaf, "at": rfc3339(row.at), "type": row.type, "entry": row.entry}
        yield msgspec.json.encode(value).decode() + "\n"


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before whatever might be one."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) else cell


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([safe(cell) for cell in cells])
    return buffer.getvalue()


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode() if value else ""
