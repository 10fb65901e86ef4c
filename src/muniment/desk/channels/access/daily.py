"""The daily balance sheet of a live source: what came on each day of the firm, and what became of it. No content.

Of the newest leaves of the archive as many are looked at as one page may cost; a day that began before them is said to be
incomplete. What came with an import has its own balance sheet and is left out here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound

WINDOW = 100_000
"""Leaves that one balance sheet looks at."""
DAYS = 14
PAGE = 100
QUARTER = 900 * SECOND
"""Every time zone begins its days on a quarter of an hour (µs)."""
FATES: Mapping[str, tuple[str, ...]] = {
    "new": ("decoded", "stored"),
    "duplicate": ("duplicate",),
    "undecoded": ("undecoded",),
    "disposed": ("disposed",),
}
"""What a number counts, and the statuses of records that it takes in; together they are all that was received."""
FILES = ("waiting", "stored", "flagged", "lost")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One day. `received` is the sum of `new`, `duplicate`, `undecoded` and `disposed`; files count on the day they were named."""

    day: date
    complete: bool
    """Whether the whole day was looked at."""
    received: int = 0
    new: int = 0
    duplicate: int = 0
    undecoded: int = 0
    disposed: int = 0
    events: int = 0
    gaps: int = 0
    files: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """One record that came from a live source."""

    leaf: int
    received_at: int
    part: str
    status: str
    size: int


def daily(desk: Desk, source: str, days: int = DAYS) -> list[Sheet]:
    """The last days of a source, newest first."""
    desk.authority.require(Capability.ACCOUNTS)
    zone, first = ZoneInfo(firm().zone), _first(desk)
    since = desk.catalog.execute("SELECT received_at FROM record WHERE leaf >= ? ORDER BY leaf LIMIT 1", (first,))
    begun = since.fetchone() if first else None
    today = day_of(desk.archive.clock(), zone)
    records: Counter[tuple[date, str]] = Counter()
    for quarter, status, number in desk.catalog.execute(
        f"SELECT received_at / {QUARTER}, status, count(*) FROM record"
        " WHERE leaf >= ? AND source = ? AND type = 'rec' AND import_id IS NULL GROUP BY 1, 2",
        (first, source),
    ):
        records[day_of(quarter * QUARTER, zone), status] += number
    events = _by_day(
        desk.catalog.execute(
            f"SELECT record.received_at / {QUARTER}, count(*) FROM record JOIN event ON event.leaf = record.leaf"
            " WHERE record.leaf >= ? AND record.source = ? AND record.import_id IS NULL GROUP BY 1",
            (first, source),
        ),
        zone,
    )
    oldest = start_of(today - timedelta(days=days - 1), zone)
    gaps = _by_day(
        desk.catalog.execute(
            f"SELECT found_at / {QUARTER}, count(*) FROM gap WHERE source = ? AND found_at >= ? GROUP BY 1",
            (source, oldest),
        ),
        zone,
    )
    files: dict[date, Counter[str]] = {}
    for quarter, state, number in desk.archive.intake.database.execute(
        f"SELECT wanted_at / {QUARTER}, state, count(*) FROM media"
        f" WHERE state IN ({', '.join('?' * len(FILES))}) AND source = ? AND wanted_at >= ? GROUP BY 1, 2",
        (*FILES, source, oldest),
    ):
        files.setdefault(day_of(quarter * QUARTER, zone), Counter())[state] += number
    return [
        Sheet(
            day=day,
            complete=begun is None or start_of(day, zone) > begun[0],
            received=sum(records[day, status] for statuses in FATES.values() for status in statuses),
            **{fate: sum(records[day, status] for status in statuses) for fate, statuses in FATES.items()},
            events=events[day],
            gaps=gaps[day],
            files=dict(files.get(day, {})),
        )
        for day in (today - timedelta(days=number) for number in range(days))
    ]


def received(desk: Desk, source: str, day: date, what: str, after: int = -1) -> tuple[list[Received], int | None]:
    """A page of the records behind a number of a day, in order of arrival, and where the next begins; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    if what != "received" and what not in FATES:
        raise NotFound("there is no such {what}", what="list")
    zone = ZoneInfo(firm().zone)
    statuses = FATES.get(what, tuple(status for each in FATES.values() for status in each))
    rows = desk.catalog.execute(
        "SELECT leaf, received_at, coalesce(part, ''), status, size FROM record"
        " WHERE leaf > ? AND source = ? AND type = 'rec' AND import_id IS NULL AND received_at >= ? AND received_at < ?"
        f" AND status IN ({', '.join('?' * len(statuses))}) ORDER BY leaf LIMIT {PAGE + 1}",
        (
            max(after, _first(desk) - 1),
            source,
            start_of(day, zone),
            start_of(day + timedelta(days=1), zone),
            *statuses,
        ),
    ).fetchall()
    found = [Received(*row) for row in rows[:PAGE]]
    return found, found[-1].leaf if len(rows) > PAGE else None


def day_of(at: int, zone: ZoneInfo) -> date:
    """The day of the firm in which a time (µs UTC) lies."""
    return datetime.fromtimestamp(at // SECOND, UTC).astimezone(zone).date()


def start_of(day: date, zone: ZoneInfo) -> int:
    """When a day of the firm begins (µs UTC)."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND


def _first(desk: Desk) -> int:
    """The oldest leaf that is looked at."""
    (newest,) = desk.catalog.execute("SELECT coalesce(max(leaf), -1) FROM record").fetchone()
    return max(0, int(newest) - WINDOW + 1)


def _by_day(rows: Iterable[Any], zone: ZoneInfo) -> Counter[date]:
    found: Counter[date] = Counter()
    for quarter, number in rows:
        found[day_of(quarter * QUARTER, zone)] += number
    return found
