"""What the index is given: documents, their ids in order of time, and the rows made of them before any lock is taken."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

import msgspec

from muniment.record.errors import Refused
from muniment.search import tokens

SEQUENCE_BITS: Final = 29
LATEST: Final = 1 << 34
"""Seconds since 1970 that an id can carry end here (exclusive), in the year 2514."""


class Name(msgspec.Struct, frozen=True, array_like=True):
    """A person's or a conversation's name: as the platform addresses it and as it was shown (empty when it was not)."""

    native: str
    display: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One event as the index sees it. `id` is made by `document_id` and is unique; nothing here is kept but ids and tokens."""

    id: int
    text: str
    conversation: Name
    account: str
    channel: str
    kind: str
    sender: Name | None = None
    recipients: tuple[Name, ...] = ()
    flags: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    outside: int | None = None
    """The second of sending, when the id cannot carry it; made by `outside`."""


LONGEST_NAME: Final = 300
"""Characters of a name that are kept: a b-tree of PostgreSQL holds keys of a third of a page."""
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


def storable(name: str) -> str:
    """`name` as both databases can hold it: without NUL and half characters, not too long."""
    return _NOT_STORABLE.sub("\ufffd", name[:LONGEST_NAME])


class Row(NamedTuple):
    """A document and its tokens, made without the database."""

    document: Document
    body: str


def document_id(sent_seconds: int | None, sequence: int) -> int:
    """The id of a document sent at `sent_seconds` (since 1970 UTC; None: undated): `seconds << 29 | sequence`.

    Times outside 1970-2514 become the nearest second that fits; `outside` gives them for the document. Raises Refused for a sequence outside 29 bits.
    """
    if not 0 <= sequence < 1 << SEQUENCE_BITS:
        raise Refused("the sequence {got} does not fit a document's id; expected 0 to 2^29 - 1", got=sequence)
    seconds = 0 if sent_seconds is None else min(max(sent_seconds, 1), LATEST - 1)
    return seconds << SEQUENCE_BITS | sequence


def outside(sent_seconds: int | None) -> int | None:
    """`sent_seconds` when `document_id` puts another second in its place, else None."""
    return None if sent_seconds is None or 1 <= sent_seconds < LATEST else sent_seconds


def sent_seconds(document: int) -> int | None:
    """The second that is in an id; None when it is of an undated document."""
    return document >> SEQUENCE_BITS or None


def prepare(documents: Iterable[Document]) -> list[Row]:
    """Make the tokens of `documents`: the dear part of indexing, for before the write lock is taken."""
    body = tokens.body
    return [Row(document, body(document.text)) for document in documents]


class Shard(NamedTuple):
    """One table of the index: the ids from `first` up to `end` (exclusive)."""

    name: str
    first: int
    end: int


def _starts() -> list[int]:
    return [1, *(int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in range(1971, 2515))]


_STARTS: Final = [seconds << SEQUENCE_BITS for seconds in _starts()]


def shard_of(document: int) -> Shard:
    """The shard that a document belongs to: the calendar year (UTC) in which it was sent, or the undated ones."""
    year = bisect_right(_STARTS, document)
    end = _STARTS[year] if year < len(_STARTS) else LATEST << SEQUENCE_BITS
    return Shard(f"y{1969 + year}", _STARTS[year - 1], end) if year else Shard("undated", 0, _STARTS[0])


def calendar(first: int, end: int, by: str, zone: tzinfo) -> Iterator[tuple[str, int, int]]:
    """The ids from `first` up to `end` cut at the years, months or days (`by`) of `zone`: label, first id, end (exclusive).

    Labels are 2026, 2026-03, 2026-03-31; undated ids have an empty one.
    """
    undated = 1 << SEQUENCE_BITS
    if first < undated:
        yield "", first, min(end, undated)
        first = undated
    while first < end:
        local = datetime.fromtimestamp(first >> SEQUENCE_BITS, zone)
        if by == "year":
            label, following = f"{local.year}", datetime(local.year + 1, 1, 1, tzinfo=zone)
        elif by == "month":
            label, following = (
                f"{local:%Y-%m}",
                datetime(local.year + local.month // 12, local.month % 12 + 1, 1, tzinfo=zone),
            )
        else:
            day = local.date() + timedelta(days=1)
            label, following = f"{local:%Y-%m-%d}", datetime(day.year, day.month, day.day, tzinfo=zone)
        until = min(end, int(following.timestamp()) << SEQUENCE_BITS)
        yield label, first, until
        first = until
