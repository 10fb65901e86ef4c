"""Finding what was captured. The audit entry is durable before anything found here leaves the process.

Trust: whoever asks for a capability is answered within its scope, which is joined to the query in the index itself.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.capture.audit import Entry
from muniment.catalog.documents import document
from muniment.catalog.placed import Placed, placed, previous_of, targets_of
from muniment.catalog.read import Unsearchable, events_of, unsearchable
from muniment.desk.authority import Capability, Scope
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND, rfc3339
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.record.event import Kind
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from muniment.search.grammar import parse
from muniment.search.holds import holds
from muniment.vault.pseudonym import Pseudonyms

_AMENDING = {Kind.EDIT, Kind.RECALL, Kind.REACTION, Kind.SOURCE_DIVERGENCE}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found: a page of events, newest first, and what the answer rests on."""

    query: Query
    hits: tuple[Placed, ...]
    more: bool
    """Whether there are older ones; they are found with the id of the last hit as `before`."""
    complete_up_to: str
    unsearchable: Unsearchable

    @property
    def events(self) -> tuple[DecodedEvent, ...]:
        """The events alone."""
        return tuple(hit.decoded for hit in self.hits)


@dataclass(frozen=True, slots=True)
class Blind:
    """How many messages, of those that one may see, a search reads only in part: both numbers are those of a query."""

    undecoded: int
    """No decoder could read them: `type:undecoded`. They are found by their raw text."""
    attachments: int
    """With files, whose names alone are searched: `has:attachment`."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the search page shows first: a page of hits, newest first, and the message before each."""

    query: Query
    hits: tuple[Placed, ...]
    more: bool
    complete_up_to: str
    found: int | None
    """How many match in all, where that is known without counting: when all of them are on this page."""
    before: Mapping[int, Placed]
    """By the id of a hit, the message before it in its conversation."""
    targets: Mapping[int, Placed]
    """By the id of a hit that is no message but happened to one, such as a recall: the message."""


def parse_query(desk: Desk, text: str, zone: str) -> Query:
    """Parse a query, its relative dates resolved now in `zone` (an IANA name); raises Refused."""
    return parse(text, zone=named_zone(zone), now=datetime.fromtimestamp(desk.archive.clock() / SECOND, UTC))


def named_zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name; raises Refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "there is no time zone {name}; expected an IANA name such as Asia/Hong_Kong", name=repr(name)
        ) from None


def search(
    desk: Desk,
    text: str,
    *,
    zone: str = "UTC",
    limit: int = 50,
    before: int | None = None,
    capability: Capability = Capability.READ,
) -> Answer:
    """The newest `limit` events that match, sent before the event with search id `before`; raises Refused, NotFound."""
    scope = desk.authority.require(capability)
    query = parse_query(desk, text, zone)
    hits, more = _page(desk, query, scope, limit, before)
    desk.audit(_entry(desk, "search", text, [hit.id for hit in hits], shown=len(hits)))
    return Answer(query, hits, more, complete_up_to(desk), _unsearchable(desk, scope))


def workspace(
    desk: Desk,
    text: str,
    *,
    zone: str = "UTC",
    limit: int = 50,
    before: int | None = None,
    capability: Capability = Capability.READ,
) -> Workspace:
    """`search`, with the message before each hit, for the page; raises Refused, NotFound."""
    scope = desk.authority.require(capability)
    query = parse_query(desk, text, zone)
    return show(desk, text, query, _page(desk, query, scope, limit, before), scope, first=before is None)


def show(
    desk: Desk, text: str, query: Query, page: tuple[tuple[Placed, ...], bool], scope: Scope, *, first: bool
) -> Workspace:
    """A page of hits (and whether there are more) with the message before each; its audit entry is durable then."""
    hits, more = page
    context, targets = before_each(desk, hits, scope), spoken_of(desk, hits, scope)
    shown = [*(hit.id for hit in hits), *(each.id for each in (*context.values(), *targets.values()))]
    desk.audit(_entry(desk, "search", text, shown, shown=len(hits)))
    found = len(hits) if first and not more else None
    return Workspace(query, hits, more, complete_up_to(desk), found, context, targets)


def count(desk: Desk, text: str, *, zone: str = "UTC", capability: Capability = Capability.READ) -> int:
    """How many events match, exactly; raises Refused, NotFound."""
    scope = desk.authority.require(capability)
    found = open_index(desk.catalog).count(parse_query(desk, text, zone), scope=scope)
    desk.audit(Entry(act="search.count", actor=desk.actor, query=text, counts={"found": found}))
    return found


def events(
    desk: Desk, text: str, *, zone: str = "UTC", capability: Capability = Capability.READ
) -> Iterator[DecodedEvent]:
    """All events that match, oldest first (undated ones before all others); raises Refused, NotFound."""
    scope = desk.authority.require(capability)
    query = parse_query(desk, text, zone)
    desk.audit(Entry(act="events.read", actor=desk.actor, query=text))
    return _events(desk, query, scope)


def _events(desk: Desk, query: Query, scope: Scope) -> Iterator[DecodedEvent]:
    batch: list[int] = []
    for identifier in open_index(desk.catalog).matches(query, scope=scope):
        batch.append(identifier)
        if len(batch) == 500:
            yield from events_of(desk.catalog, batch)
            batch = []
    yield from events_of(desk.catalog, batch)


def _page(desk: Desk, query: Query, scope: Scope, limit: int, before: int | None) -> tuple[tuple[Placed, ...], bool]:
    ids = open_index(desk.catalog).search(query, limit=limit + 1, before_id=before, scope=scope)
    return tuple(placed(desk.catalog, ids[:limit])), len(ids) > limit


def before_each(desk: Desk, hits: Sequence[Placed], scope: Scope) -> dict[int, Placed]:
    """By the id of each hit the message before it in its conversation, where that is within `scope`."""
    previous = previous_of(desk.catalog, [hit.id for hit in hits])
    found = placed(desk.catalog, sorted(set(previous.values())))
    events = {event.id: event for event in found if within(event, scope)}
    return {hit: events[before] for hit, before in previous.items() if before in events}


def spoken_of(desk: Desk, hits: Sequence[Placed], scope: Scope) -> dict[int, Placed]:
    """By the id of each hit that recalls, edits or differs from a message, that message, where it is within `scope`."""
    amending = [hit for hit in hits if hit.decoded.event.kind in _AMENDING]
    targets = targets_of(desk.catalog, Pseudonyms(desk.archive.kek), amending) if amending else {}
    found = placed(desk.catalog, sorted(set(targets.values())))
    events = {event.id: event for event in found if within(event, scope)}
    return {hit: events[target] for hit, target in targets.items() if target in events}


def visible_ids(desk: Desk, ids: Collection[int], scope: Scope) -> set[int]:
    """Those of these search ids that are within `scope`."""
    if scope is None:
        return set(ids)
    return {event.id for event in placed(desk.catalog, sorted(ids)) if within(event, scope)}


def within(event: Placed, scope: Scope) -> bool:
    """Whether an event that was read already is within `scope`: as the index would say (search/holds.py)."""
    if scope is None:
        return True
    decoded = event.decoded
    return holds(scope, document(event.id, decoded.event, decoded.channel, decoded.source)[1])


def _entry(desk: Desk, act: str, query: str, ids: Sequence[int], **counts: int) -> Entry:
    return Entry(act=act, actor=desk.actor, query=query, counts=counts, detail={"ids_sha256": digest(ids)})


def digest(ids: Sequence[int]) -> str:
    """Hex SHA-256 over search ids, each on its line: says which events were shown without naming them."""
    return hashlib.sha256("".join(f"{identifier}\n" for identifier in ids).encode()).hexdigest()


def _unsearchable(desk: Desk, scope: Scope) -> Unsearchable:
    if scope is None:
        return unsearchable(desk.catalog)
    index = open_index(desk.catalog)
    return Unsearchable(
        index.count(Query(Field("type", "undecoded")), scope=scope),
        index.count(Query(Field("has", "attachment")), scope=scope),
    )


def complete_up_to(desk: Desk) -> str:
    """Up to which time of receipt the catalog holds everything that was acknowledged, as RFC 3339.

    That is now, unless items wait in intake or sealed leaves wait for the projector.
    """
    sealed = desk.archive.records.log.checkpoint().size
    row = desk.catalog.execute("SELECT position FROM cursor WHERE log = 'records'").fetchone()
    position = 0 if row is None else int(row[0])
    if position < sealed:
        leaf = next(desk.archive.records.opened(position, position + 1, sealed)).leaf
        return leaf.rx
    row = desk.archive.intake.database.execute("SELECT min(received_at) FROM item WHERE log = 'records'").fetchone()
    return rfc3339(desk.archive.clock() if row[0] is None else row[0])
