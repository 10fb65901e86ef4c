"""Every read of what was captured. The audit entry is durable before anything read here leaves the process."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from muniment.capture.audit import Entry
from muniment.catalog.project import number
from muniment.catalog.read import Unsearchable, events_of, unsearchable
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND, rfc3339
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.search.ast import Query
from muniment.search.database import open_index
from muniment.search.grammar import parse

SEALS_IN_A_BUNDLE = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found: a page of events, newest first, and what the answer rests on."""

    query: Query
    events: tuple[DecodedEvent, ...]
    complete_up_to: str
    unsearchable: Unsearchable


def parse_query(desk: Desk, text: str, zone: str) -> Query:
    """Parse a query, its relative dates resolved now in `zone` (an IANA name); raises Refused."""
    return parse(text, zone=_zone(zone), now=datetime.fromtimestamp(desk.archive.clock() / SECOND, UTC))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "there is no time zone {name}; expected an IANA name such as Asia/Hong_Kong", name=repr(name)
        ) from None


def search(desk: Desk, text: str, *, zone: str = "UTC", limit: int = 50, before: int | None = None) -> Answer:
    """The newest `limit` events that match, sent before the event with search id `before`; raises Refused."""
    query = parse_query(desk, text, zone)
    ids = open_index(desk.catalog).search(query, limit=limit, before_id=before)
    found = tuple(events_of(desk.catalog, ids))
    desk.audit(Entry(act="search", actor=desk.actor, query=text, counts={"shown": len(found)}))
    return Answer(query, found, complete_up_to(desk), unsearchable(desk.catalog))


def count(desk: Desk, text: str, *, zone: str = "UTC") -> int:
    """How many events match, exactly; raises Refused."""
    number = open_index(desk.catalog).count(parse_query(desk, text, zone))
    desk.audit(Entry(act="search.count", actor=desk.actor, query=text, counts={"found": number}))
    return number


def events(desk: Desk, text: str, *, zone: str = "UTC") -> Iterator[DecodedEvent]:
    """All events that match, oldest first (undated ones before all others); raises Refused."""
    query = parse_query(desk, text, zone)
    desk.audit(Entry(act="events.read", actor=desk.actor, query=text))
    index = open_index(desk.catalog)
    batch: list[int] = []
    for identifier in index.matches(query):
        batch.append(identifier)
        if len(batch) == 500:
            yield from events_of(desk.catalog, batch)
            batch = []
    yield from events_of(desk.catalog, batch)


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


def positions_of(desk: Desk, ids: Sequence[int]) -> Iterator[tuple[int, int, int, int]]:
    """For each event, by id: the id, the leaf of its record, how many events that record has, and its conversation."""
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        yield from desk.catalog.execute(
            "SELECT event.id, event.leaf, (SELECT count(*) FROM event AS other WHERE other.leaf = event.leaf), event.conversation FROM event"
            f" WHERE event.id IN ({','.join('?' * len(some))}) ORDER BY event.id",
            some,
        )


def records_of_blobs(desk: Desk, digests: Collection[str]) -> Iterator[int]:
    """The leaves of the records that hold attachments with these SHA-256 digests."""
    for digest in sorted(digests):
        yield from (
            leaf
            for (leaf,) in desk.catalog.execute(
                "SELECT leaf FROM blob WHERE id = ? AND sha256 = ?", (number(bytes.fromhex(digest)), digest)
            )
        )


def earlier_seals(desk: Desk) -> list[str]:
    """The newest seals that were given out, oldest first; a bundle proves that the archive extends each of them.

    Older ones than the newest 256 are proven when they are asked for by `produce --since`: each costs every bundle two
    proofs.
    """
    rows = desk.catalog.execute(
        "SELECT body FROM audit_entry WHERE act = 'seal.give' ORDER BY leaf DESC LIMIT ?", (SEALS_IN_A_BUNDLE,)
    )
    return [msgspec.json.decode(body)["detail"]["seal"] for (body,) in rows][::-1]
