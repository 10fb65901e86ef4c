"""Reading the audit log: page by page, entry by entry, and as a file. Each of these is an entry of the log itself.

Trust: the log, whose every leaf has a proof; what is shown here comes from the catalog, which is made from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from muniment.capture.audit import Entry, decode_entry
from muniment.capture.intake import Sealed
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.errors import Damaged, MunimentError, NotFound
from muniment.vault.envelope import unseal
from muniment.vault.keytable import unwrap_key

PAGE = 50
MOST_COUNTED = 10_000
"""More than this many are said to be many."""
TELLING = 3
"""Numbers of an entry that a line of the log shows."""
MOST_PENDING = 200
MOST_NAMES = 300
"""Acts and actors that are offered for choosing."""

_decode = msgspec.json.Decoder(Entry).decode
_COLUMNS = "leaf, type, received_at, body"


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries: all fields that are given must fit. Times in µs UTC, `since` inclusive, `until` exclusive."""

    act: str = ""
    actor: str = ""
    object: str = ""
    since: int | None = None
    until: int | None = None

    def said(self) -> str | None:
        """The filter as the audit log keeps it; None for no filter."""
        parts = [f"{name}:{value}" for name in ("act", "actor", "object") if (value := getattr(self, name))]
        parts += [f"{name}:{at}" for name, at in (("since", self.since), ("until", self.until)) if at is not None]
        return " ".join(parts) or None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the next one begins behind it. Entries are ordered by time, then by leaf, newest first."""

    at: int
    leaf: int


@dataclass(frozen=True, slots=True)
class Row:
    """One entry; `leaf` is None while it waits to be sealed."""

    leaf: int | None
    type: str
    at: int
    entry: Entry

    @property
    def telling(self) -> list[tuple[str, int]]:
        """The first few numbers that are not nothing; the entry's own page has them all."""
        return [(name, number) for name, number in self.entry.counts.items() if number][:TELLING]


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first, and where the older ones begin; `total` is None when they are more than MOST_COUNTED."""

    rows: tuple[Row, ...]
    older: Place | None
    total: int | None
    pending: tuple[Row, ...] = ()


def page(desk: Desk, asked: Filter, before: Place | None = None, limit: int = PAGE) -> Page:
    """The newest `limit` entries under `before` that fit; those that wait to be sealed stand before the first page."""
    desk.authority.require(Capability.AUDIT)
    where, values = _where(asked, before)
    found = desk.catalog.execute(
        f"SELECT {_COLUMNS} FROM audit_entry{where} ORDER BY received_at DESC, leaf DESC LIMIT ?", (*values, limit + 1)
    ).fetchall()
    rows = tuple(_row(each) for each in found[:limit])
    last = found[limit - 1] if len(found) > limit else None
    older = None if last is None else Place(at=last[2], leaf=last[0])
    waiting = () if before is not None else tuple(row for row in pending(desk) if _fits(row, asked))
    counts = {"shown": len(rows) + len(waiting)}
    desk.audit(Entry(act="audit.read", actor=desk.actor, query=asked.said(), counts=counts))
    return Page(rows, older, _count(desk, asked), waiting)


def entry(desk: Desk, leaf: int) -> tuple[Row, str]:
    """One entry and its canonical JSON; raises NotFound."""
    desk.authority.require(Capability.AUDIT)
    found = desk.catalog.execute(f"SELECT {_COLUMNS} FROM audit_entry WHERE leaf = ?", (leaf,)).fetchone()
    if found is None:
        raise NotFound(
            "there is no entry {leaf} in the audit log; the newest ones may still wait to be sealed", leaf=leaf
        )
    desk.audit(Entry(act="audit.entry", actor=desk.actor, object=f"audit:{leaf}"))
    return _row(found), str(found[3])


def export(desk: Desk, asked: Filter) -> Iterator[Row]:
    """All sealed entries that fit, newest first. That they were taken out is durable before the first is given."""
    desk.authority.require(Capability.AUDIT)
    where, values = _where(asked, None)
    (number,) = desk.catalog.execute(f"SELECT count(*) FROM audit_entry{where}", values).fetchone()
    desk.audit(Entry(act="audit.export", actor=desk.actor, query=asked.said(), counts={"found": number}))
    return _all(desk, asked)


def _all(desk: Desk, asked: Filter) -> Iterator[Row]:
    before: Place | None = None
    while True:
        where, values = _where(asked, before)
        found = desk.catalog.execute(
            f"SELECT {_COLUMNS} FROM audit_entry{where} ORDER BY received_at DESC, leaf DESC LIMIT 500", values
        ).fetchall()
        for each in found:
            yield _row(each)
        if len(found) < 500:
            return
        before = Place(at=found[-1][2], leaf=found[-1][0])


def names(desk: Desk) -> tuple[list[str], list[str]]:
    """The acts and the actors that the log knows, for choosing among them."""
    desk.authority.require(Capability.AUDIT)
    return _distinct(desk, "act"), _distinct(desk, "actor")


def pending(desk: Desk) -> Iterator[Row]:
    """The entries that are durable and wait to be sealed, newest first."""
    archive = desk.archive
    waiting = [*archive.intake.waiting("audit", MOST_PENDING), *archive.outbox.waiting(MOST_PENDING)]
    for item in sorted(waiting, key=lambda item: item.received_at, reverse=True):
        try:
            yield Row(None, item.type, item.received_at, _open(desk, item))
        except MunimentError:
            continue  # what cannot be opened is for the whole-archive check to name


def _open(desk: Desk, item: Sealed) -> Entry:
    _, group_key = desk.archive.keys.group(item.key_group)
    payload, _ = unseal(item.envelope, unwrap_key(group_key, item.wrapped, -1), item.id, item.source, item.size)
    return decode_entry(payload)[0]


def _row(found: Any) -> Row:
    leaf, type, at, body = found
    try:
        return Row(leaf, type, at, _decode(body))
    except msgspec.DecodeError:
        raise Damaged(
            "entry {leaf} of the audit log is no entry in the catalog; run `muniment rebuild`", leaf=leaf
        ) from None


def _where(asked: Filter, before: Place | None) -> tuple[str, list[Any]]:
    parts: list[str] = []
    values: list[Any] = []
    for name in ("act", "actor", "object"):
        if value := getattr(asked, name):
            parts.append(f"{name} = ?")
            values.append(value)
    for at, condition in ((asked.since, "received_at >= ?"), (asked.until, "received_at < ?")):
        if at is not None:
            parts.append(condition)
            values.append(at)
    if before is not None:
        parts.append("(received_at, leaf) < (?, ?)")
        values += [before.at, before.leaf]
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _fits(row: Row, asked: Filter) -> bool:
    return (
        asked.act in ("", row.entry.act)
        and asked.actor in ("", row.entry.actor)
        and asked.object in ("", row.entry.object or "")
        and (asked.since is None or row.at >= asked.since)
        and (asked.until is None or row.at < asked.until)
    )


def _count(desk: Desk, asked: Filter) -> int | None:
    where, values = _where(asked, None)
    (number,) = desk.catalog.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM audit_entry{where} LIMIT ?) AS counted", (*values, MOST_COUNTED + 1)
    ).fetchone()
    return None if number > MOST_COUNTED else int(number)


def _distinct(desk: Desk, column: str) -> list[str]:
    """The values of an indexed column, by hopping from one to the next: never a walk over all entries."""
    rows = desk.catalog.execute(
        f"WITH RECURSIVE hop(value) AS (SELECT min({column}) FROM audit_entry UNION ALL"
        f" SELECT (SELECT min({column}) FROM audit_entry WHERE {column} > hop.value) FROM hop WHERE hop.value IS NOT NULL)"
        " SELECT value FROM hop WHERE value IS NOT NULL LIMIT ?",
        (MOST_NAMES,),
    )
    return [value for (value,) in rows]
