"""The worker's eye on live sources: it looks for what is missing, and seals what it finds as gaps.

It looks every minute at what is known anyway; nothing is asked of a platform here. A gap is sealed once, and again only after
what it spoke of had ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.desk.channels.access.health import known_of
from muniment.desk.channels.condition import Known, State, condition
from muniment.desk.channels.models import Connection, Watched
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND
from muniment.search.ast import And, Field, Query, Text
from muniment.search.database import open_index

EVERY_SECONDS = 60
PATIENCE = 10 * 60 * SECOND
"""How long what an event names may come after it (µs): deliveries are in no order."""
AT_ONCE = 2_000
"""Leaves that are looked through at a time."""
CANARY = "canary"


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that names another which never came: its account, connector, and the digest of what it names."""

    source: str
    connector: str
    leaf: int
    received_at: int
    target: int


def look(desk: Desk) -> int:
    """One look at every connection that is on; how many gaps were sealed."""
    rows = list(Connection.objects.filter(on=True))
    if not rows:
        return 0
    ledger, zone, found = Ledger(desk.archive), ZoneInfo(firm().zone), 0
    for row in rows:
        _canaries(desk, ledger, row)
    feeds, seen = ledger.feeds(), ledger.canaries_seen()
    for row in rows:
        feed = feeds.get(row.source)
        found += _silence(desk, ledger, row, known_of(row, feed, seen.get(row.source), zone))
        if feed is not None:
            found += _refusals(ledger, row, feed.refused, feed.refused_at)
    return found + _unknown_targets(desk, ledger, {row.source: row.connector for row in rows})


def _silence(desk: Desk, ledger: Ledger, row: Connection, known: Known) -> int:
    now = desk.archive.clock()
    found = condition(known, now)
    for state, reason in ((State.SILENT, Reason.SILENCE), (State.DEAD, Reason.LAG)):
        if found.state is state:
            return int(
                ledger.gap_once(row.source, row.connector, state, Gap(reason=reason, since=found.since, until=now))
            )
        ledger.gap_over(row.source, state)
    return 0


def _refusals(ledger: Ledger, row: Connection, refused: int, at: int | None) -> int:
    """Deliveries that were not authentic since the last look: perhaps a key was changed at one end alone."""
    name = f"refused:{row.source}"
    before = _position(name)
    if refused <= before:
        return 0
    gap = Gap(reason=Reason.REFUSED, until=at, count=refused - before)
    _move(name, refused)
    ledger.accept(row.source, [], gaps=[(row.connector, gap)], contact=False)
    return 1


def _canaries(desk: Desk, ledger: Ledger, row: Connection) -> None:
    """Canaries that came back: their words stand in a record of the account by now."""
    open_ones = [token for token, _, seen in ledger.canaries(row.source) if seen is None]
    if not open_ones:
        return
    found = desk.catalog.execute("SELECT name FROM account WHERE source = ?", (row.source,)).fetchone()
    if found is None:
        return
    index = open_index(desk.catalog)
    for token in open_ones:
        if index.search(Query(And((Field("account", found[0]), Text(f"{CANARY} {token}")))), limit=1):
            ledger.canary_seen(row.source, token)
            Connection.objects.filter(pk=row.source).update(proven_at=timezone.now())


def _unknown_targets(desk: Desk, ledger: Ledger, sources: dict[str, str]) -> int:
    """Recalls, edits, replies and statuses that name a message which has not come, some time after they came themselves."""
    name = "targets"
    first, sealed = 0, 0
    row = Watched.objects.filter(pk=name).first()
    newest = desk.catalog.execute("SELECT coalesce(max(leaf), -1) FROM record").fetchone()[0]
    if row is None:  # what came before there were live sources is not looked at
        _move(name, int(newest) + 1)
        return 0
    first = row.position
    ripe = desk.archive.clock() - PATIENCE
    stop = desk.catalog.execute(
        "SELECT coalesce(max(leaf), -1) + 1 FROM record WHERE leaf >= ? AND leaf < ? AND received_at <= ?",
        (first, first + AT_ONCE, ripe),
    ).fetchone()[0]
    for each in _missing(desk, first, stop):
        if each.source in sources:
            gap = Gap(reason=Reason.UNKNOWN_TARGET, until=each.received_at, count=1, about={"record": each.leaf})
            sealed += ledger.gap_once(each.source, each.connector, f"target:{each.target:016x}", gap)
    if stop > first:
        _move(name, stop)
    return sealed


def _missing(desk: Desk, first: int, stop: int) -> Iterator[Missing]:
    rows = desk.catalog.execute(
        "SELECT record.source, record.connector, record.leaf, record.received_at, link.target"
        " FROM record JOIN event ON event.leaf = record.leaf JOIN link ON link.id = event.id"
        " WHERE record.leaf >= ? AND record.leaf < ? AND record.import_id IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM record_key WHERE record_key.id = link.target)"
        " AND NOT EXISTS (SELECT 1 FROM event_key WHERE event_key.id = link.target) ORDER BY record.leaf",
        (first, stop),
    )
    return (Missing(*row) for row in rows)


def _position(name: str) -> int:
    row = Watched.objects.filter(pk=name).first()
    return 0 if row is None else row.position


def _move(name: str, position: int) -> None:
    Watched.objects.update_or_create(name=name, defaults={"position": position})
