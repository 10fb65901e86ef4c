"""How each connected account is heard: its condition, the files it owes, its canaries, its gaps. No content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muniment.capture.feeds.gap import Gap, Reason, decode_gap
from muniment.capture.feeds.ledger import Feed, Ledger
from muniment.capture.feeds.question import Standing
from muniment.capture.feeds.questions import Questions
from muniment.capture.wecom.unseal import gap_name
from muniment.desk.authority import Capability
from muniment.desk.channels.access.connections import ConnectionRow, connection, pulls, rows_of
from muniment.desk.channels.condition import Condition, Hours, Known, condition
from muniment.desk.channels.models import Connection
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm
from muniment.record.clock import SECOND

PAGE = 100
TEST_PATIENCE = 30 * 60 * SECOND
"""How long after a test message was asked for somebody waits for it (µs)."""


@dataclass(frozen=True, slots=True)
class Health:
    """A connection and its condition now."""

    row: ConnectionRow
    condition: Condition
    gaps: int
    """Gap leaves of its account."""


@dataclass(frozen=True, slots=True)
class Canary:
    """A test message: its words, when they were given out and when they came back (µs UTC)."""

    words: str
    given_at: int
    seen_at: int | None


@dataclass(frozen=True, slots=True)
class GapRow:
    """One gap leaf. `found_at` is when it was sealed, µs UTC."""

    leaf: int
    source: str
    account: str
    connector: str
    found_at: int
    gap: Gap
    over: bool = False
    """What did not open has been opened since."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """A page of gaps, newest first. `total` counts all that were asked for; `more` is the `before` of the next page."""

    rows: list[GapRow]
    total: int
    more: int | None


def health(desk: Desk, *, capability: Capability = Capability.ACCOUNTS) -> list[Health]:
    """Every connection and how it is heard, alarms first. As many queries for a hundred as for one."""
    desk.authority.require(capability)
    ledger, zone, now = Ledger(desk.archive), ZoneInfo(firm().zone), desk.archive.clock()
    known, seen = list(Connection.objects.select_related("owner")), ledger.canaries_seen()
    counts = dict(desk.catalog.execute("SELECT source, count(*) FROM gap GROUP BY source").fetchall())
    found = [
        Health(
            row,
            condition(known_of(each, row.feed, seen.get(row.source), zone, row.fault), now),
            int(counts.get(row.source, 0)),
        )
        for each, row in zip(known, rows_of(desk, ledger, known), strict=True)
    ]
    return sorted(found, key=lambda each: (not each.condition.alarm, each.row.name))


def one(desk: Desk, source: str) -> Health:
    """One connection and its condition; raises NotFound."""
    row = connection(desk, source)
    ledger, found = Ledger(desk.archive), Connection.objects.get(pk=source)
    known = known_of(found, row.feed, ledger.canaries_seen(source).get(source), ZoneInfo(firm().zone), row.fault)
    (number,) = desk.catalog.execute("SELECT count(*) FROM gap WHERE source = ?", (source,)).fetchone()
    return Health(row, condition(known, desk.archive.clock()), int(number))


def canaries(desk: Desk, source: str) -> list[Canary]:
    """The test messages of a connection, newest first."""
    desk.authority.require(Capability.ACCOUNTS)
    return [Canary(*each) for each in Ledger(desk.archive).canaries(source)]


def gaps(
    desk: Desk, before: int | None = None, source: str = "", since: int | None = None, until: int | None = None
) -> list[GapRow]:
    """A page of gaps, newest first, of all accounts or of one."""
    return gap_page(desk, before, source, since, until).rows


def gap_page(
    desk: Desk, before: int | None = None, source: str = "", since: int | None = None, until: int | None = None
) -> Gaps:
    """The same with how many there are; `since` and `until` (µs UTC) say when they were found."""
    desk.authority.require(Capability.ACCOUNTS)
    known = {each: (name, by) for each, name, by in desk.catalog.execute("SELECT source, name, connector FROM account")}
    wanted: list[tuple[str, str | int]] = [("source = ?", source)] if source else []
    wanted += [] if since is None else [("found_at >= ?", since)]
    wanted += [] if until is None else [("found_at < ?", until)]
    where, values = " AND ".join(["leaf < ?", *(each for each, _ in wanted)]), [value for _, value in wanted]
    rows = desk.catalog.execute(
        f"SELECT leaf, source, found_at, body FROM gap WHERE {where} ORDER BY leaf DESC LIMIT {PAGE + 1}",
        [2**63 - 1 if before is None else before, *values],
    ).fetchall()
    (total,) = desk.catalog.execute(f"SELECT count(*) FROM gap WHERE {where}", [2**63 - 1, *values]).fetchone()
    open_ones = Ledger(desk.archive).open_gaps()
    found = [
        GapRow(leaf, of, name, connector, found_at, gap, _over(of, gap, open_ones))
        for leaf, of, found_at, body in rows[:PAGE]
        for name, connector in (known.get(of, (of, "")),)
        for gap in (decode_gap(body.encode()),)
    ]
    return Gaps(found, int(total), found[-1].leaf if len(rows) > PAGE else None)


def beside(desk: Desk, source: str) -> list[Standing]:
    """How the questions stand that a connector asks beside its messages, by kind."""
    desk.authority.require(Capability.ACCOUNTS)
    return Questions(desk.archive).standing(source)


def _over(source: str, gap: Gap, open_ones: Collection[tuple[str, str]]) -> bool:
    name = gap_name(gap.code or "", gap.about.get("publickey_ver"))
    return gap.reason is Reason.UNREADABLE and (source, name) not in open_ones


def known_of(row: Connection, feed: Feed | None, canary_at: int | None, zone: ZoneInfo, fault: str = "") -> Known:
    """What is known of a connection, for `condition`; `canary_at` is when a canary last came back (µs UTC)."""
    return Known(
        on=row.on,
        on_since=None if row.on_since is None else _micros(row.on_since),
        pulls=pulls(row),
        quiet_minutes=row.quiet_minutes,
        hours=Hours(zone, row.from_hour, row.until_hour, row.weekdays),
        contacted_at=None if feed is None else feed.contacted_at,
        record_at=None if feed is None else feed.received_at,
        canary_at=canary_at,
        failures=0 if feed is None else feed.failures,
        fault=fault,
        bell_since=None if feed is None else feed.bell_since,
        behind_at=None if feed is None else feed.behind_at,
        behind_since=None if feed is None else feed.behind_since,
        sealed_at=None if feed is None else feed.sealed_at,
    )


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND + at.microsecond
