"""The daily balance sheet of a live source: what was acknowledged on each day of the firm, and what became of it. No content.

Two counts that know nothing of each other are held together: what intake counted in the transaction that acknowledged it, and what
stands in the catalog, in the log behind that, and in intake. What was acknowledged and is nowhere is missing, and said so. What came
with an import has its own balance sheet and is left out here. Events are counted among the newest leaves alone, as many as one
page may cost.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from muniment.capture.feeds.ledger import Ledger
from muniment.capture.intake import QUARTER
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND, from_rfc3339
from muniment.record.errors import NotFound
from muniment.record.leaf import parse_leaf

WINDOW = 100_000
"""Leaves among which events are counted."""
BEHIND = 20_000
"""Leaves behind the catalog that a page reads itself; while there are more, nothing is said of a difference."""
LOOKS = 5
"""How often a page counts again because something moved on meanwhile."""
DAYS = 14
PAGE = 100
FATES: Mapping[str, tuple[str, ...]] = {
    "new": ("decoded", "stored"),
    "duplicate": ("duplicate",),
    "undecoded": ("undecoded",),
    "disposed": ("disposed",),
}
"""What a number counts, and the statuses of records that it takes in; with `waiting` they are all that is there."""
FILES = ("waiting", "stored", "flagged", "lost")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One day. `received` was acknowledged; it is the sum of the fates and `waiting`, or something is missing.

    `refused` counts deliveries that were not authentic, which are no part of it; files count on the day they were named.
    """

    day: date
    complete: bool
    """Whether the events of the whole day were counted."""
    counted: bool = True
    """Whether the whole day was counted as it was acknowledged: not one before the archive could count. Without it `received` is a sum."""
    received: int = 0
    new: int = 0
    duplicate: int = 0
    undecoded: int = 0
    disposed: int = 0
    waiting: int = 0
    """Acknowledged, and not in the catalog yet: in intake, or in the log."""
    refused: int = 0
    missing: int = 0
    """Acknowledged, and nowhere."""
    more: int = 0
    """There, and not acknowledged: counted before a restored backup was made, or brought in under this source by other means."""
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


@dataclass(slots=True)
class _Counts:
    """What was counted at one moment, by day; `still` says that it was one."""

    acknowledged: Counter[date] = field(default_factory=Counter)
    refused: Counter[date] = field(default_factory=Counter)
    records: Counter[tuple[date, str]] = field(default_factory=Counter)
    waiting: Counter[date] = field(default_factory=Counter)
    still: bool = True


def daily(desk: Desk, source: str, days: int = DAYS) -> list[Sheet]:
    """The last days of a source, newest first."""
    desk.authority.require(Capability.ACCOUNTS)
    zone, first = ZoneInfo(firm().zone), _first(desk)
    since = desk.catalog.execute("SELECT received_at FROM record WHERE leaf >= ? ORDER BY leaf LIMIT 1", (first,))
    begun = since.fetchone() if first else None
    today = day_of(desk.archive.clock(), zone)
    oldest = start_of(today - timedelta(days=days - 1), zone)
    counts, uncounted = _counts(desk, source, oldest, zone), _uncounted(desk)
    events = _by_day(
        desk.catalog.execute(
            f"SELECT record.received_at / {QUARTER}, count(*) FROM record JOIN event ON event.leaf = record.leaf"
            " WHERE record.leaf >= ? AND record.source = ? AND record.import_id IS NULL GROUP BY 1",
            (first, source),
        ),
        zone,
    )
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
    sheets = []
    for day in (today - timedelta(days=number) for number in range(days)):
        fates = {fate: sum(counts.records[day, status] for status in statuses) for fate, statuses in FATES.items()}
        there = sum(number for (of, _), number in counts.records.items() if of == day) + counts.waiting[day]
        counted = uncounted is None or start_of(day, zone) > uncounted
        apart = counts.acknowledged[day] - there if counted and counts.still else 0
        sheets.append(
            Sheet(
                day=day,
                complete=begun is None or start_of(day, zone) > begun[0],
                counted=counted,
                received=counts.acknowledged[day] if counted else there,
                **fates,
                waiting=counts.waiting[day],
                refused=counts.refused[day],
                missing=max(0, apart),
                more=max(0, -apart),
                events=events[day],
                gaps=gaps[day],
                files=dict(files.get(day, {})),
            )
        )
    return sheets


def _counts(desk: Desk, source: str, oldest: int, zone: ZoneInfo) -> _Counts:
    """All that has to balance, of one moment: records move from intake to the log to the catalog while this looks."""
    ledger = Ledger(desk.archive)
    for _ in range(LOOKS):
        before = _moment(desk, source, oldest, ledger)
        found = _Counts()
        for quarter, records, refused in ledger.acknowledged(source, oldest):
            day = day_of(quarter * QUARTER, zone)
            found.acknowledged[day] += records
            found.refused[day] += refused
        found.waiting.update(_by_day(ledger.unsettled(source), zone))
        for quarter, status, number in desk.catalog.execute(
            f"SELECT received_at / {QUARTER}, status, count(*) FROM record"
            " WHERE source = ? AND type = 'rec' AND import_id IS NULL AND received_at >= ? GROUP BY 1, 2",
            (source, oldest),
        ):
            found.records[day_of(quarter * QUARTER, zone), status] += number
        _, size, position = before
        found.still = size - position <= BEHIND
        if found.still and size > position:
            for data in desk.archive.reader("records").log.leaves(position, size, size):
                leaf = parse_leaf(data)
                if leaf.src == source and leaf.t == "rec":
                    found.waiting[day_of(from_rfc3339(leaf.rx), zone)] += 1
        if _moment(desk, source, oldest, ledger) == before:
            return found
        found.still = False
    return found


def _moment(desk: Desk, source: str, oldest: int, ledger: Ledger) -> tuple[object, int, int]:
    """What changes whenever one of the counts does."""
    row = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    intake = (ledger.acknowledged(source, oldest), ledger.unsettled(source))
    return intake, desk.archive.reader("records").log.checkpoint().size, 0 if row is None else int(row[0])


def _uncounted(desk: Desk) -> int | None:
    """When the newest record came that was not counted as it was acknowledged (µs UTC); None where all were."""
    leaf = Ledger(desk.archive).counted_from()
    row = desk.catalog.execute("SELECT received_at FROM record WHERE leaf < ? ORDER BY leaf DESC LIMIT 1", (leaf,))
    found = row.fetchone() if leaf else None
    return None if found is None else int(found[0])


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
            after,
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
    """The oldest leaf among which events are counted."""
    (newest,) = desk.catalog.execute("SELECT coalesce(max(leaf), -1) FROM record").fetchone()
    return max(0, int(newest) - WINDOW + 1)


def _by_day(rows: Iterable[Any], zone: ZoneInfo) -> Counter[date]:
    found: Counter[date] = Counter()
    for quarter, number in rows:
        found[day_of(quarter * QUARTER, zone)] += number
    return found
