"""The worker's eye on live sources: it looks for what is missing, and seals what it finds as gaps.

It looks every minute at what is known anyway, and every few seconds for a test message that somebody waits for; nothing is asked
of a platform here. A gap is sealed once, and again only after what it spoke of had ended.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import DatabaseError

from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Feed, Ledger
from muniment.desk.channels.access.connections import LOOKED, fault_of
from muniment.desk.channels.access.health import TEST_PATIENCE, known_of
from muniment.desk.channels.condition import State, condition
from muniment.desk.channels.models import Connection, Watched
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND
from muniment.record.errors import StorageFailed
from muniment.search.ast import And, Field, Query, Text
from muniment.search.database import open_index
from muniment.vault.database import ERRORS

EVERY_SECONDS = 60
TEST_SECONDS = 2
"""How often it looks for a test message that was asked for lately."""
PATIENCE = 10 * 60 * SECOND
"""How long what an event names may come after it (µs): deliveries are in no order."""
AT_ONCE = 2_000
"""Leaves that are looked through at a time; as long as there are more, it goes on."""
CANARY = "canary"
ENDED: dict[State, Reason] = {
    State.SILENT: Reason.SILENCE,
    State.UNABLE: Reason.SILENCE,
    State.DEAD: Reason.LAG,
    State.BEHIND: Reason.LAG,
}
"""What each alarm is as a gap."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that names another which never came: its account, connector, and the digest of what it names."""

    source: str
    connector: str
    leaf: int
    received_at: int
    target: int


def look(desk: Desk, stopped: Callable[[], bool] = lambda: False) -> int:
    """One look at every connection that is on; how many gaps were sealed. Between two slices of work it asks whether to end."""
    rows, found = list(Connection.objects.filter(on=True)), 0
    if rows:
        ledger, zone = Ledger(desk.archive), ZoneInfo(firm().zone)
        feeds, seen = ledger.feeds(), ledger.canaries_seen()
        for row in rows:
            try:
                found += _one(desk, ledger, row, feeds.get(row.source), seen.get(row.source), zone)
            except (StorageFailed, DatabaseError, *ERRORS):
                raise
            except Exception as error:  # noqa: BLE001  # what is wrong with one connection hides no other
                _log.error("%s could not be looked at: %s", row.source, type(error).__name__)
        found += _unknown_targets(desk, ledger, {row.source: row.connector for row in rows}, stopped)
    _move(LOOKED, desk.archive.clock())
    return found


def look_for_tests(desk: Desk) -> None:
    """Look for the test messages that somebody waits for on their page."""
    ledger = Ledger(desk.archive)
    waiting = ledger.canaries_open(desk.archive.clock() - TEST_PATIENCE)
    for row in Connection.objects.filter(on=True, source__in=waiting) if waiting else ():
        _canaries(desk, ledger, row)


def _one(desk: Desk, ledger: Ledger, row: Connection, feed: Feed | None, canary_at: int | None, zone: ZoneInfo) -> int:
    if _canaries(desk, ledger, row):
        canary_at = desk.archive.clock()
    now = desk.archive.clock()
    said = condition(known_of(row, feed, canary_at, zone, fault_of(desk.archive, row)), now)
    found = 0
    for state, reason in ENDED.items():
        if said.state is state:
            gap = Gap(reason=reason, since=said.since, until=now)
            found += ledger.gap_once(row.source, row.connector, state, gap)
        else:
            ledger.gap_over(row.source, state)
    return found if feed is None else found + _refusals(ledger, row, feed.refused, feed.refused_at)


def _refusals(ledger: Ledger, row: Connection, refused: int, at: int | None) -> int:
    """Deliveries that were not authentic since the last look: perhaps a key was changed at one end alone.

    They are sealed, then counted as looked at: after a stop between the two the same number is known by its name.
    """
    name = f"refused:{row.source}"
    before = _position(name)
    if refused <= before:
        return 0
    gap = Gap(reason=Reason.REFUSED, until=at, count=refused - before)
    found = ledger.gap_once(row.source, row.connector, f"refused {refused}", gap)
    _move(name, refused)
    ledger.gap_over(row.source, f"refused {refused}")
    return int(found)


def _canaries(desk: Desk, ledger: Ledger, row: Connection) -> bool:
    """Whether canaries came back: their words stand in a record of the account by now."""
    open_ones = [token for token, _, seen in ledger.canaries(row.source) if seen is None]
    if not open_ones:
        return False
    named = desk.catalog.execute("SELECT name FROM account WHERE source = ?", (row.source,)).fetchone()
    if named is None:
        return False
    index, found = open_index(desk.catalog), False
    for token in open_ones:
        if index.search(Query(And((Field("account", named[0]), Text(f"{CANARY} {token}")))), limit=1):
            ledger.canary_seen(row.source, token)
            Connection.objects.filter(pk=row.source).update(proven_at=desk.now())
            found = True
    return found


def _unknown_targets(desk: Desk, ledger: Ledger, sources: dict[str, str], stopped: Callable[[], bool]) -> int:
    """Recalls, edits, replies and statuses that name a message which has not come, some time after they came themselves."""
    name, sealed = "targets", 0
    row = Watched.objects.filter(pk=name).first()
    (newest,) = desk.catalog.execute("SELECT coalesce(max(leaf), -1) FROM record").fetchone()
    if row is None:  # what came before there were live sources is not looked at
        _move(name, int(newest) + 1)
        return 0
    first, ripe = row.position, desk.archive.clock() - PATIENCE
    while first <= newest and not stopped():
        last = min(first + AT_ONCE, int(newest) + 1)
        (unripe,) = desk.catalog.execute(
            "SELECT min(leaf) FROM record WHERE leaf >= ? AND leaf < ? AND received_at > ?", (first, last, ripe)
        ).fetchone()
        stop = last if unripe is None else int(unripe)
        for each in _missing(desk, first, stop):
            if each.source in sources:
                gap = Gap(reason=Reason.UNKNOWN_TARGET, until=each.received_at, count=1, about={"record": each.leaf})
                sealed += ledger.gap_once(each.source, each.connector, f"target:{each.target:016x}", gap)
        if stop > first:
            _move(name, stop)
        if unripe is not None:
            break
        first = stop
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
