"""Counts what each account brought on each day: from where it stopped, a few thousand records at a time.

The numbers are the search's own (every event of the account, by the time it was sent), so that a link to them agrees. The
worker alone writes them down: what a step adds is read and worked out without any lock, and then written in one short
transaction. A page reads what is written and looks itself at the last few records behind that, without writing.
"""

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DatabaseError, connection, transaction

from muniment.desk.desk import Desk
from muniment.desk.imports.models import Counted, Day, Heard
from muniment.desk.imports.usual import MONTHS, usual
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND
from muniment.search.document import SEQUENCE_BITS

STEP = 5_000
"""Leaves that are counted in one step."""
AHEAD = 20_000
"""Leaves behind the counted ones that a page looks at itself (some 12 ms); while there are more of them, it says how many."""
QUARTER = 900
"""Seconds: every zone's days begin at a full quarter of an hour."""
CLEARED = 10_000
"""Rows that are taken away in one transaction where all is counted anew."""
CLEARING = -1
"""In place of a leaf while rows of another counting are being taken away: none of them holds."""
LOOKS = 3
"""How often a page reads the rows again that the worker changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of the accounts now. `left` counts the leaves of the catalog that it leaves out."""

    heard: Mapping[str, Heard]
    days: Mapping[tuple[str, date], int]
    """Events of each account on the days that were asked for."""
    left: int


@dataclass(slots=True)
class _Seen:
    """What stands in some leaves: by source records, the newest receipt (µs UTC), events, the newest of them sent; and days."""

    records: dict[str, tuple[int, int]] = field(default_factory=dict)
    events: Counter[str] = field(default_factory=Counter)
    sent: dict[str, int] = field(default_factory=dict)
    days: Counter[tuple[str, date]] = field(default_factory=Counter)


def counts(desk: Desk, zone: ZoneInfo, days: tuple[date, date] | None = None) -> Counts:
    """What each account brought in all, and on the days from the first to the last of `days`; nothing is written.

    What is usual for an account is as the worker last learnt it.
    """
    build = _build(desk)
    for _ in range(LOOKS):
        known = Counted.objects.first()
        there = _there(desk)  # after it, which can only be behind
        state = _state(known, zone, build, there)
        heard = {row.source: row for row in Heard.objects.all()} if state.leaf > 0 else {}
        found = _days(*days) if days and state.leaf > 0 else Counter()
        if not state.leaf or _leaf() == state.leaf:
            break  # all that was read is of one moment
    if there - state.leaf > AHEAD:
        return Counts(heard, found, there - state.leaf)
    seen = _seen(desk, zone, state.leaf, there)
    _grow(heard, seen)
    if not state.leaf:
        each: dict[str, dict[date, int]] = defaultdict(dict)
        for (source, day), number in seen.days.items():
            each[source][day] = number
        for source, row in heard.items():
            _learn(row, each[source], zone)
    if days:
        found.update({key: number for key, number in seen.days.items() if days[0] <= key[1] <= days[1]})
    return Counts(heard, found, 0)


def count(desk: Desk, zone: ZoneInfo, seconds: float) -> int:
    """Count what is new, for about so many seconds; returns how many leaves of the catalog are not counted yet."""
    until = time.monotonic() + seconds
    while True:
        left = _step(desk, zone)
        if not left or time.monotonic() >= until:
            return left


def keep(desk: Desk, seconds: float) -> int:
    """What the worker does now and then, in the firm's zone; how many leaves are not counted yet (-1: not known).

    While others hold the desk's database for longer than it waits, nothing is counted, and a later round does it.
    """
    try:
        return count(desk, ZoneInfo(firm().zone), seconds)
    except DatabaseError:
        return -1


def _there(desk: Desk) -> int:
    row = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    return 0 if row is None else int(row[0])


def _leaf() -> int | None:
    return Counted.objects.values_list("leaf", flat=True).first()


def _state(known: Counted | None, zone: ZoneInfo, build: str, there: int) -> Counted:
    """How far it was counted; from the beginning again where that was in another zone, or of another making of the catalog."""
    if known is None or known.zone != zone.key or known.build != build or not 0 <= known.leaf <= there:
        return Counted(pk=1 if known is None else known.pk, leaf=0, zone=zone.key, build=build)
    return known


def _step(desk: Desk, zone: ZoneInfo) -> int:
    known = Counted.objects.first()
    there = _there(desk)
    state = _state(known, zone, _build(desk), there)
    if state is known and state.leaf == there:
        return 0  # most looks find nothing new: no lock is taken for them
    if not state.leaf:
        _clear(state)
    stop = min(there, state.leaf + STEP)
    seen = _seen(desk, zone, state.leaf, stop)
    heard = Heard.objects.in_bulk(list(seen.records)) if state.leaf else {}
    _grow(heard, seen)
    days = _learnt(heard, seen, zone)
    with transaction.atomic():
        now = Counted.objects.select_for_update().first()
        if now is None or (now.leaf, now.zone, now.build) != (state.leaf, state.zone, state.build):
            return there - state.leaf  # somebody else counted these
        _write(heard, days)
        now.leaf = stop
        now.save()
    return there - stop


def _clear(state: Counted) -> None:
    """Take away what another counting left, a part at a time, so that nobody waits; until the end pages read none of it."""
    if Day.objects.exists() or Heard.objects.exists():
        state.leaf = CLEARING
        state.save()
        while days := list(Day.objects.values_list("pk", flat=True)[:CLEARED]):
            Day.objects.filter(pk__in=days).delete()
        Heard.objects.all().delete()
        state.leaf = 0
    state.save()


def _build(desk: Desk) -> str:
    """Names the making of the catalog: decoders may read more the next time, and what was disposed of is gone."""
    disposals = desk.catalog.execute(
        "SELECT count(*) FROM record WHERE part IS NULL AND status = 'disposed' AND (part <> 'message' OR status <> 'decoded')"
    ).fetchone()
    where = desk.archive.home.catalog
    made = (
        where.stat().st_ino
        if isinstance(where, Path)
        else desk.catalog.execute("SELECT 'event'::regclass::oid").fetchone()
    )
    return hashlib.sha256(repr((disposals, made)).encode()).hexdigest()


def _seen(desk: Desk, zone: ZoneInfo, first: int, stop: int) -> _Seen:
    found = _Seen()
    if first >= stop:
        return found
    records = desk.catalog.execute(
        "SELECT source, count(*), max(received_at) FROM record WHERE leaf >= ? AND leaf < ? AND type = 'rec' GROUP BY source",
        (first, stop),
    )
    found.records = {source: (number, received_at) for source, number, received_at in records.fetchall()}
    quarters = desk.catalog.execute(
        f"SELECT record.source, (event.id >> {SEQUENCE_BITS}) / {QUARTER}, count(*), max(event.id >> {SEQUENCE_BITS})"
        " FROM event JOIN record ON record.leaf = event.leaf WHERE event.leaf >= ? AND event.leaf < ? GROUP BY 1, 2",
        (first, stop),
    )
    for source, quarter, number, last in quarters.fetchall():
        found.events[source] += number
        if last > 0:  # an event without a time has none
            found.days[source, _day(int(quarter) * QUARTER, zone)] += number
            found.sent[source] = max(found.sent.get(source, 0), last * SECOND)
    return found


def _grow(heard: dict[str, Heard], seen: _Seen) -> None:
    """Add what was seen to the rows of its accounts."""
    for source, (number, received_at) in seen.records.items():
        row = heard.setdefault(source, Heard(source=source))
        row.records += number
        row.events += seen.events[source]
        row.received_at = max(row.received_at or 0, received_at)
        row.sent_at = max(row.sent_at or 0, seen.sent.get(source, 0)) or None


def _learnt(heard: Mapping[str, Heard], seen: _Seen, zone: ZoneInfo) -> dict[tuple[str, date], int]:
    """The days that were seen with all that is counted on them; what is usual for their accounts is learnt from it."""
    oldest = {
        source: _day(row.sent_at // SECOND, zone) - timedelta(days=MONTHS)
        for source, row in heard.items()
        if row.sent_at is not None
    }
    for source, day in seen.days:
        oldest[source] = min(oldest.get(source, day), day)
    days: dict[str, Counter[date]] = defaultdict(Counter)
    if oldest:
        written = Day.objects.filter(source__in=list(oldest), day__gte=min(oldest.values()))
        for source, day, number in written.values_list("source", "day", "events"):
            if day >= oldest[source]:
                days[source][day] = number
    for (source, day), number in seen.days.items():
        days[source][day] += number
    for source, row in heard.items():
        _learn(row, days[source], zone)
    return {(source, day): days[source][day] for source, day in seen.days}


def _write(heard: Mapping[str, Heard], days: Mapping[tuple[str, date], int]) -> None:
    """In few statements, because others wait meanwhile; the rows are whole, so that each takes the place of an older one."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO imports_day (source, day, events) VALUES (%s, %s, %s)"
            " ON CONFLICT (source, day) DO UPDATE SET events = excluded.events",
            [(source, connection.ops.adapt_datefield_value(day), number) for (source, day), number in days.items()],
        )
        names = ("source", "records", "events", "received_at", "sent_at", "daily", "usual", "longest")
        changed = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
        cursor.executemany(
            f"INSERT INTO imports_heard ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
            f" ON CONFLICT (source) DO UPDATE SET {changed}",
            [tuple(getattr(row, name) for name in names) for row in heard.values()],
        )


def _days(first: date, last: date) -> Counter[tuple[str, date]]:
    rows = Day.objects.filter(day__gte=first, day__lte=last).values_list("source", "day", "events")
    return Counter({(source, day): events for source, day, events in rows})


def _day(seconds: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone).date()


def _learn(heard: Heard, days: Mapping[date, int], zone: ZoneInfo) -> None:
    if heard.sent_at is None:
        return
    begin = _day(heard.sent_at // SECOND, zone) - timedelta(days=MONTHS)
    learnt = usual({day: number for day, number in days.items() if day > begin})
    heard.daily, heard.usual, heard.longest = learnt.daily, learnt.events, learnt.longest
