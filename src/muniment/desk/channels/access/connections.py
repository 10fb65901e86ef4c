"""Connected accounts: how each is set up, and how it is heard."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.capture.feeds.ledger import Feed, Ledger, Owing
from muniment.capture.feeds.runner import NO_CONNECTOR
from muniment.capture.feeds.runner import Connection as Running
from muniment.capture.leader import Pulse
from muniment.capture.registry import live as find_live
from muniment.capture.registry import live_connectors
from muniment.desk.authority import Capability
from muniment.desk.channels.models import Connection, Watched
from muniment.desk.channels.sealing import open_secrets
from muniment.desk.desk import Desk
from muniment.desk.seat import accounts
from muniment.record.clock import SECOND
from muniment.record.errors import MunimentError, NotFound, StorageFailed

KEPT_SECONDS = 1.0
"""How long a delivery may meet what a connection was: asking anew costs more than keeping the delivery."""
MOST_KEPT = 1_000
LOOKED = "look"
"""Name of the row that says when the worker last looked for what is missing (watch.py)."""
_kept: dict[tuple[Path, str], tuple[float, Running | None]] = {}


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """A connected account. Times in µs UTC. Of its secrets only the names are known here."""

    source: str
    name: str
    connector: str
    hook: str
    settings: Mapping[str, str] = field(repr=False)
    secrets: frozenset[str]
    on: bool
    owner: int | None
    owner_name: str
    quiet_minutes: int
    from_hour: int
    until_hour: int
    weekdays: bool
    made_at: int
    proven_at: int | None
    feed: Feed | None
    owing: Owing
    pulls: bool
    """It looks by itself, beside any deliveries."""
    fault: str
    """Why it cannot be used at all, a code; empty where it can."""

    @property
    def reached_at(self) -> int | None:
        """When we last reached its platform, where it pulls; else when the platform last called us."""
        return reached_at(self.feed, self.pulls)


def connections(desk: Desk, *, capability: Capability = Capability.ACCOUNTS) -> list[ConnectionRow]:
    """All of them, by the account's name."""
    desk.authority.require(capability)
    found = rows_of(desk, Ledger(desk.archive), list(Connection.objects.select_related("owner")))
    return sorted(found, key=lambda row: row.name)


def rows_of(desk: Desk, ledger: Ledger, found: Sequence[Connection]) -> list[ConnectionRow]:
    """What is known of these, in their order. Whoever calls has asked for the capability."""
    names, feeds, owing = accounts(desk), ledger.feeds(), ledger.owing()
    return [
        _row(desk, each, names.get(each.source, each.source), feeds.get(each.source), owing.get(each.source, Owing()))
        for each in found
    ]


def connection(desk: Desk, source: str) -> ConnectionRow:
    """One of them; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    found = Connection.objects.select_related("owner").filter(pk=source).first()
    if found is None:
        raise NotFound("there is no such {what}", what="connection")
    ledger = Ledger(desk.archive)
    name = accounts(desk).get(source, source)
    return _row(desk, found, name, ledger.feed(source), ledger.owing().get(source, Owing()))


def by_hook(archive: Archive, hook: str) -> Running | None:
    """The connection that a delivery to this address is for, when it is on. For the door of deliveries alone: it holds secrets.

    Raises StorageFailed while it cannot be used.
    """
    now = time.monotonic()
    kept = _kept.get((archive.home.path, hook))
    if kept is None or now - kept[0] > KEPT_SECONDS:
        found = Connection.objects.filter(hook=hook, on=True).first()
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        kept = _kept[archive.home.path, hook] = (now, None if found is None else _running(archive, found))
    if kept[1] is not None and kept[1].fault:
        # Its sender hears that it is to send it again: a delivery that cannot be authenticated now may be later.
        raise StorageFailed("a delivery cannot be taken now ({kind}); see the connection's health", kind=kept[1].fault)
    return kept[1]


def running(archive: Archive) -> list[Running]:
    """The connections that are on, secrets included, and which of them cannot be used. For the worker alone."""
    return [_running(archive, each) for each in Connection.objects.filter(on=True)]


def switched_on() -> list[tuple[str, str]]:
    """Source and connector of each connection that is on, for the checks of the home page."""
    return list(Connection.objects.filter(on=True).order_by("source").values_list("source", "connector"))


def looked_at() -> int | None:
    """When the worker last looked for what is missing (µs UTC); None where it never did."""
    row = Watched.objects.filter(pk=LOOKED).first()
    return None if row is None else row.position


def pulses(archive: Archive) -> list[Pulse]:
    """When each source that is on last answered and last brought something, for the heartbeat. For the worker alone."""
    feeds = Ledger(archive).feeds()
    found = ((row, feeds.get(row.source)) for row in Connection.objects.filter(on=True).order_by("source"))
    return [Pulse(row.source, reached_at(feed, pulls(row)), feed.received_at if feed else None) for row, feed in found]


def reached_at(feed: Feed | None, pulls: bool) -> int | None:
    """When a source was last in contact with us (µs UTC): pulled by us, or calling us."""
    if feed is None:
        return None
    return feed.contacted_at if pulls else max(feed.delivered_at or 0, feed.contacted_at or 0) or None


def pulls(row: Connection) -> bool:
    """Whether a connection looks by itself. One whose connector is not installed does nothing."""
    try:
        return find_live(row.connector).looks(row.settings)
    except Exception:  # noqa: BLE001  # whatever a connector of the firm's own may raise
        return False


def fault_of(archive: Archive, row: Connection) -> str:
    """Why a connection cannot be used at all, a code; empty where it can."""
    return _opened(archive, row)[1]


def _opened(archive: Archive, row: Connection) -> tuple[dict[str, str], str]:
    """The secrets of a connection, and what stands in the way of its use."""
    try:
        found = open_secrets(archive, row.source, row.sealed)
    except (MunimentError, ValueError):
        return {}, "WrongKey"
    return found, "" if row.connector in live_connectors() else NO_CONNECTOR


def _running(archive: Archive, row: Connection) -> Running:
    secrets, fault = _opened(archive, row)
    return Running(row.source, row.connector, {**row.settings, **secrets}, fault)


def _row(desk: Desk, row: Connection, name: str, feed: Feed | None, owing: Owing) -> ConnectionRow:
    secrets, fault = _opened(desk.archive, row)
    return ConnectionRow(
        source=row.source,
        name=name,
        connector=row.connector,
        hook=row.hook,
        settings=row.settings,
        secrets=frozenset(secrets),
        on=row.on,
        owner=row.owner_id,
        owner_name="" if row.owner is None else row.owner.name,
        quiet_minutes=row.quiet_minutes,
        from_hour=row.from_hour,
        until_hour=row.until_hour,
        weekdays=row.weekdays,
        made_at=_micros(row.made_at),
        proven_at=None if row.proven_at is None else _micros(row.proven_at),
        feed=feed,
        owing=owing,
        pulls=pulls(row),
        fault=fault,
    )


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND + at.microsecond
