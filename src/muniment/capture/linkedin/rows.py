"""Cuts CSV into byte spans of rows, line ends within quotation marks and all, and a row into its columns."""

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

from muniment.capture.spans import Buffer

ROW_LIMIT = 2**20
"""Longest row that is read, in bytes."""

_ROW = re.compile(rb'(?:[^"\r\n]++|"(?:[^"]++|"")*+")*+(?:\r\n|\n|\r|\Z)', re.DOTALL)


class Row(NamedTuple):
    """The bytes of a row from `start` to `end`; `whole` unless a quotation is opened in it that nothing closes."""

    start: int
    end: int
    whole: bool


def rows(data: Buffer, start: int) -> Iterator[Row]:
    """The rows of a file from `start` on, in order and without a gap."""
    at = start
    while at < len(data):
        match = _ROW.match(data, at)
        if match is None:
            yield Row(at, len(data), whole=False)
            return
        yield Row(at, match.end(), whole=True)
        at = match.end()


def columns_of(raw: bytes) -> list[str] | None:
    """The values of a row; None where it is none."""
    text = raw.decode("utf-8", "replace")
    # The limit is the process's own, and others who read CSV rely on theirs.
    before = csv.field_size_limit(ROW_LIMIT)
    try:
        found = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline="")))
    except csv.Error:
        return None
    finally:
        csv.field_size_limit(before)
    return found[0] if len(found) == 1 else [] if not found else None
