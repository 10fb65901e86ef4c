"""How each connected account is heard: its condition, the files it owes, its canaries, its gaps. No content."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muniment.capture.feeds.gap import Gap, decode_gap
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.registry import live as find_live
from muniment.desk.authority import Capability
from muniment.desk.channels.access.connections import ConnectionRow, connections
from muniment.desk.channels.condition import Condition, Hours, Known, condition
from muniment.desk.channels.models import Connection
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.desk.seat import accounts
from muniment.record.clock import SECOND

PAGE = 100


@dataclass(frozen=True, slots=True)
class Health:
    """A connection and its condition now."""

    row: ConnectionRow
    condition: Condition
    gaps: int
    """Gap leaves of its account."""


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap leaf. `found_at` is when it was sealed, µs UTC."""

    leaf: int
    source: str
    account: str
    found_at: int
    gap: Gap


def health(desk: Desk, *, capability: Capability = Capability.ACCOUNTS) -> list[Health]:
    """Every connection and how it is heard, alarms first."""
    desk.authority.require(capability)
    ledger, zone, now = Ledger(desk.archive), ZoneInfo(firm().zone), desk.archive.clock()
    conditions = {row.source: condition(known_of(ledger, row, zone), now) for row in Connection.objects.all()}
    counts = dict(desk.catalog.execute("SELECT source, count(*) FROM gap GROUP BY source").fetchall())
    found = [
        Health(row, conditions[row.source], int(counts.get(row.source, 0)))
        for row in connections(desk, capability=capability)
        if row.source in conditions
    ]
    return sorted(found, key=lambda each: (not each.condition.alarm, each.row.name))


def gaps(desk: Desk, before: int | None = None, source: str = "") -> list[GapRow]:
    """A page of gaps, newest first, of all accounts or of one."""
    desk.authority.require(Capability.ACCOUNTS)
    names = accounts(desk)
    where, values = "leaf < ?", [2**63 - 1 if before is None else before]
    rows = desk.catalog.execute(
        f"SELECT leaf, source, found_at, body FROM gap WHERE {where}{' AND source = ?' if source else ''}"
        f" ORDER BY leaf DESC LIMIT {PAGE}",
        [*values, *([source] if source else [])],
    ).fetchall()
    return [
        GapRow(leaf, of, names.get(of, of), found_at, decode_gap(body.encode())) for leaf, of, found_at, body in rows
    ]


def known_of(ledger: Ledger, row: Connection, zone: ZoneInfo) -> Known:
    """What is known of a connection, for `condition`."""
    feed = ledger.feed(row.source)
    seen = [at for _, _, at in ledger.canaries(row.source) if at is not None]
    return Known(
        on=row.on,
        on_since=None if row.on_since is None else _micros(row.on_since),
        pulls=find_live(row.connector).pulls,
        quiet_minutes=row.quiet_minutes,
        hours=Hours(zone, row.from_hour, row.until_hour, row.weekdays),
        contacted_at=None if feed is None else feed.contacted_at,
        record_at=None if feed is None else feed.received_at,
        canary_at=max(seen, default=None),
        failures=0 if feed is None else feed.failures,
    )


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND + at.microsecond
