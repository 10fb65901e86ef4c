"""Checks how FTS5 has laid its tables out: nothing lies in them that no answer comes from, and every signpost leads to its page.

What FTS5's own check does not see: pages of no segment, and rows of `_idx` that are gone, added or lead elsewhere. The
layout is the one that SQLite's documentation of fts5_index.c describes: row 10 of `_data` lists the segments; a page's
id is `segment << 37 | dlidx << 36 | height << 31 | page`; `_idx` says on which page the terms from a prefix on begin.
"""

from collections.abc import Iterator
from typing import Any

from muniment.vault.database import Database

STRUCTURE = 10
_PAGE = (1 << 31) - 1

Segments = dict[int, tuple[int, int]]
"""First and last page of each segment. Both are 0 for one that a merge under way has read to its end and not yet dropped."""


def layout_faults(database: Database, schema: str, table: str) -> Iterator[str]:
    """The tables, of FTS5 `table`, in which a row has no business or is missing: `_data`, `_idx`, each at most once."""
    row = database.execute(f"SELECT block FROM {schema}.{table}_data WHERE id = {STRUCTURE}").fetchone()
    try:
        segments, merging = read_structure(row[0])
    except (TypeError, IndexError):
        yield f"{table}_data"
        return
    pages = [
        number
        for (number,) in database.execute(f"SELECT id FROM {schema}.{table}_data WHERE id NOT IN (1, {STRUCTURE})")
    ]
    rows = database.execute(f"SELECT segid, term, pgno FROM {schema}.{table}_idx ORDER BY segid, term").fetchall()
    long_lists = {(segment, page >> 1) for segment, _term, page in rows if isinstance(page, int) and page & 1}
    if not _pages_belong(pages, segments, long_lists):
        yield f"{table}_data"
    if not _signposts_lead(database, f"{schema}.{table}_data", rows, segments, merging):
        yield f"{table}_idx"


def read_structure(block: bytes) -> tuple[Segments, set[int]]:
    """First and last page of every segment, and which of them a merge under way is reading; raises IndexError when the block is cut short.

    Such a merge trims what it has read from the front of its inputs, and leaves their signposts as they were.
    """
    at = 4
    counts = []
    for _ in range(3):  # levels, segments, writes
        value, at = varint(block, at)
        counts.append(value)
    segments: Segments = {}
    merging: set[int] = set()
    for _ in range(counts[0]):
        inputs, at = varint(block, at)
        size, at = varint(block, at)
        for place in range(size):
            number, at = varint(block, at)
            first, at = varint(block, at)
            last, at = varint(block, at)
            segments[number] = (first, last)
            if place < inputs:
                merging.add(number)
    if at != len(block) or len(segments) != counts[1]:
        raise IndexError
    return segments, merging


def varint(block: bytes, at: int) -> tuple[int, int]:
    """SQLite's variable-length integer at `at`, and where the next begins."""
    value = 0
    for place in range(8):
        byte = block[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | block[at + 8], at + 9


def _pages_belong(pages: list[int], segments: Segments, long_lists: set[tuple[int, int]]) -> bool:
    found: set[tuple[int, int]] = set()
    for number in pages:
        segment, page = number >> 37, number & _PAGE
        first, last = segments.get(segment, (1, 0))
        if last == 0 and segment in segments:
            continue
        if number < 0 or not first <= page <= last:
            return False
        if not number >> 31 & 0x3F:
            found.add((segment, page))
        elif not number >> 31 & 0x1F and (segment, page) not in long_lists:
            return False
    return all(
        (segment, page) in found
        for segment, (first, last) in segments.items()
        if last
        for page in range(first, last + 1)
    )


def _signposts_lead(
    database: Database, data: str, rows: list[tuple[int, Any, Any]], segments: Segments, merging: set[int]
) -> bool:
    before: tuple[int, int] = (-1, -1)
    begun: set[int] = set()
    for segment, term, value in rows:
        if segment not in segments or not isinstance(term, bytes) or not isinstance(value, int):
            return False
        first, last = segments[segment]
        page = value >> 1
        if last == 0 and segment in merging:
            begun.add(segment)
            continue
        if page > last or (segment, page) <= before or (segment not in begun) != (term == b""):
            return False
        if page == 0 or (segment not in begun and page > first):
            return False
        begun.add(segment)
        before = (segment, page)
        if term and page >= first + (segment in merging):
            block = database.execute(f"SELECT block FROM {data} WHERE id = ?", (segment << 37 | page,)).fetchone()
            if block is None or not _first_term(block[0]).startswith(term):
                return False
    return begun == segments.keys()


def _first_term(block: bytes) -> bytes:
    """The first term that begins on a page; empty where none does."""
    try:
        at, _next = varint(block, int.from_bytes(block[2:4], "big"))
        size, start = varint(block, at)
    except IndexError:
        return b""
    return block[start : start + size]
