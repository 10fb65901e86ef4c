"""Counts what each account brought on each day: from where it stopped, a few thousand records at a time.

The numbers are the search's own (every event of the account, by the time it was sent), so that a link to them agrees.
"""

import hashlib
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction

from muniment.desk.dashboard.models import Counted, Day, Heard
from muniment.desk.dashboard.usual import MONTHS, usual
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND
from muniment.search.document import SEQUENCE_BITS

STEP = 5_000
"""Leaves that are counted in one transaction."""
QUARTER = 900
"""Seconds: every zone's days begin at a full quarter of an hour."""


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


def _step(desk: Desk, zone: ZoneInfo) -> int:
    row = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    there = 0 if row is None else int(row[0])
    build = _build(desk)
    known = Counted.objects.first()
    if known is not None and (known.leaf, known.zone, known.build) == (there, zone.key, build):
        return 0  # most looks find nothing new: no lock is taken for them
    with transaction.atomic():
        state = Counted.objects.select_for_update().first() or Counted(leaf=0, zone=zone.key, build=build)
        if state.zone != zone.key or state.build != build or state.leaf > there:
            Day.objects.all().delete()
            Heard.objects.all().delete()
            state.leaf, state.zone, state.build = 0, zone.key, build
        stop = min(there, state.leaf + STEP)
        if state.leaf < stop:
            _add(desk, zone, state.leaf, stop)
            state.leaf = stop
            state.save()
    return there - stop


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


def _add(desk: Desk, zone: ZoneInfo, first: int, stop: int) -> None:
    records = desk.catalog.execute(
        "SELECT source, count(*), max(received_at) FROM record WHERE leaf >= ? AND leaf < ? AND type = 'rec' GROUP BY source",
        (first, stop),
    ).fetchall()
    quarters = desk.catalog.execute(
        f"SELECT record.source, (event.id >> {SEQUENCE_BITS}) / {QUARTER}, count(*), max(event.id >> {SEQUENCE_BITS})"
        " FROM event JOIN record ON record.leaf = event.leaf WHERE event.leaf >= ? AND event.leaf < ? GROUP BY 1, 2",
        (first, stop),
    ).fetchall()
    days: Counter[tuple[str, date]] = Counter()
    events: Counter[str] = Counter()
    newest: dict[str, int] = {}
    for source, quarter, number, last in quarters:
        events[source] += number
        if last > 0:  # an event without a time has none
            days[source, datetime.fromtimestamp(int(quarter) * QUARTER, UTC).astimezone(zone).date()] += number
            newest[source] = max(newest.get(source, 0), last * SECOND)
    _keep_days(days)
    known = Heard.objects.in_bulk([source for source, _, _ in records])
    for source, number, received_at in records:
        heard = known.get(source) or Heard(source=source)
        heard.records += number
        heard.events += events[source]
        heard.received_at = max(heard.received_at or 0, received_at)
        heard.sent_at = max(heard.sent_at or 0, newest.get(source, 0)) or None
        _learn(heard, zone)
        heard.save()


def _keep_days(days: Counter[tuple[str, date]]) -> None:
    there = {
        (row.source, row.day): row
        for row in Day.objects.filter(
            source__in={source for source, _ in days}, day__gte=min((day for _, day in days), default=date.max)
        )
    }
    fresh, grown = [], []
    for (source, day), number in days.items():
        row = there.get((source, day))
        if row is None:
            fresh.append(Day(source=source, day=day, events=number))
        else:
            row.events += number
            grown.append(row)
    Day.objects.bulk_create(fresh, batch_size=500)
    Day.objects.bulk_update(grown, ["events"], batch_size=200)


def _learn(heard: Heard, zone: ZoneInfo) -> None:
    if heard.sent_at is None:
        return
    newest = datetime.fromtimestamp(heard.sent_at // SECOND, UTC).astimezone(zone).date()
    days = dict(
        Day.objects.filter(source=heard.source, day__gt=newest - timedelta(days=MONTHS)).values_list("day", "events")
    )
    learnt = usual(days)
    heard.daily, heard.usual, heard.longest = learnt.daily, learnt.events, learnt.longest
