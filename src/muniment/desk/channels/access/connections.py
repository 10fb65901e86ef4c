"""Connected accounts: how each is set up, and how it is heard."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from muniment.capture.archive import Archive
from muniment.capture.feeds.ledger import Feed, Ledger, Owing
from muniment.capture.feeds.runner import Connection as Running
from muniment.capture.leader import Pulse
from muniment.desk.authority import Capability
from muniment.desk.channels.models import Connection
from muniment.desk.channels.sealing import open_secrets
from muniment.desk.desk import Desk
from muniment.desk.seat import accounts
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound

KEPT_SECONDS = 1.0
"""How long a delivery may meet what a connection was: asking anew costs more than keeping the delivery."""
MOST_KEPT = 1_000
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
    """The connection that a delivery to this address is for, when it is on. For the door of deliveries alone: it holds secrets."""
    now = time.monotonic()
    kept = _kept.get((archive.home.path, hook))
    if kept is None or now - kept[0] > KEPT_SECONDS:
        found = Connection.objects.filter(hook=hook, on=True).first()
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        kept = _kept[archive.home.path, hook] = (now, None if found is None else _running(archive, found))
    return kept[1]


def running(archive: Archive) -> list[Running]:
    """The connections that are on, secrets included. For the worker alone."""
    return [_running(archive, each) for each in Connection.objects.filter(on=True)]


def switched_on() -> list[tuple[str, str]]:
    """Source and connector of each connection that is on, for the checks of the home page."""
    return list(Connection.objects.filter(on=True).order_by("source").values_list("source", "connector"))


def pulses(archive: Archive) -> list[Pulse]:
    """When each source that is on last answered and last brought something, for the heartbeat. For the worker alone."""
    feeds = Ledger(archive).feeds()
    found = (
        (source, feeds.get(source))
        for source in Connection.objects.filter(on=True).order_by("source").values_list("source", flat=True)
    )
    return [
        Pulse(source, feed.contacted_at if feed else None, feed.received_at if feed else None) for source, feed in found
    ]


def _running(archive: Archive, row: Connection) -> Running:
    secrets = open_secrets(archive, row.source, row.sealed)
    return Running(row.source, row.connector, {**row.settings, **secrets})


def _row(desk: Desk, row: Connection, name: str, feed: Feed | None, owing: Owing) -> ConnectionRow:
    return ConnectionRow(
        source=row.source,
        name=name,
        connector=row.connector,
        hook=row.hook,
        settings=row.settings,
        secrets=frozenset(open_secrets(desk.archive, row.source, row.sealed)),
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
    )


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * SECOND + at.microsecond
