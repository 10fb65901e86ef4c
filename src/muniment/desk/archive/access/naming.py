"""What the platform's directory calls whom, and a group, where its messages give ids alone.

A directory's answers are records of the account like any other, and are read where they lie: nothing is derived from them
beforehand, so a rebuild changes nothing. A name holds for one handle of one account; what somebody is called in a group, in that
group alone. It is shown beside a handle that the reader sees anyway; the record that says it may be outside their scope, and
nothing else of it is shown.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from muniment.capture.registry import has_directory
from muniment.catalog.memberships import rosters_after, rosters_before
from muniment.catalog.placed import Placed, placed
from muniment.desk.archive.access.finding import visible_ids
from muniment.desk.authority import Scope
from muniment.desk.desk import Desk
from muniment.record.event import Event, Kind
from muniment.search.ast import And, Field, Or, Query
from muniment.search.database import open_index
from muniment.search.document import SEQUENCE_BITS

AT_ONCE = 500
"""Events in one statement."""
HANDLES = 50
"""Handles in one question to the index."""
_decode = msgspec.json.Decoder(Event).decode


@dataclass(frozen=True, slots=True)
class Naming:
    """That somebody was called so at a time (µs UTC), in one group, or by the directory where `room` is empty."""

    at: int
    name: str
    room: str


@dataclass(frozen=True, slots=True)
class Names:
    """What some handles were called, by the source of the account and the handle."""

    _told: Mapping[tuple[str, str], Sequence[Naming]] = field(default_factory=dict)

    def of(self, source: str, native: str, room: str, at: int | None) -> str | None:
        """The last name by a time; before the first, and without a time, the nearest that is known. The directory's goes before a group's."""
        told = self._told.get((source, native), ())
        for where in ("", room):
            found = [each for each in told if each.room == where]
            if found:
                before = [each for each in found if at is not None and each.at <= at]
                return (before[-1] if before else found[-1] if at is None else found[0]).name
        return None


def names_of(desk: Desk, events: Iterable[Placed], more: Iterable[tuple[str, str]] = ()) -> Names:
    """What the people of these events are called where the events do not say; `more` are addresses (channel, native id) beside them.

    For whoever has been let to the events themselves.
    """
    known = list(events)
    wanted: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in known:
        said = each.decoded.event
        if has_directory(each.decoded.channel):
            wanted[each.source, each.decoded.source].update(filter(None, (said.sender, *said.recipients)))
    if known and has_directory(known[0].decoded.channel):
        first = known[0]
        wanted[first.source, first.decoded.source].update(
            native for channel, native in more if channel == first.decoded.channel
        )
    told: dict[tuple[str, str], list[Naming]] = defaultdict(list)
    for (source, account), natives in wanted.items():
        for event in _namings(desk, source, account, sorted(natives)):
            if event.sender and event.sender_display and event.sent_at is not None:
                room = event.extra.get("room")
                naming = Naming(event.sent_at, event.sender_display, room if isinstance(room, str) else "")
                told[source, event.sender].append(naming)
    return Names({handle: sorted(each, key=lambda one: one.at) for handle, each in told.items()})


def rooms_called(desk: Desk, newest: Iterable[Placed], scope: Scope) -> dict[int, str]:
    """What the lists of their members call the groups of these events, by the conversation's number, as of each event."""
    found: dict[int, str] = {}
    for each in newest:
        if has_directory(each.decoded.channel) and not each.decoded.event.conversation_display:
            name = _room_name(desk, each.conversation, (each.id >> SEQUENCE_BITS) + 1, scope)
            if name is not None:
                found[each.conversation] = name
    return found


def _room_name(desk: Desk, here: int, second: int, scope: Scope) -> str | None:
    """What a group was called by the last roster before a second (since 1970, UTC), else by the first one from it on; None where neither says."""
    ids = [
        *rosters_before(desk.catalog, [here], second, 1),
        *rosters_after(desk.catalog, [here], second - 1, 1),
    ]
    visible = visible_ids(desk, ids, scope) if ids else ()
    found = placed(desk.catalog, [each for each in ids if each in visible])
    return next((name for each in found if (name := each.decoded.event.conversation_display)), None)


def _namings(desk: Desk, source: str, account: str, natives: Sequence[str]) -> Iterator[Event]:
    index = open_index(desk.catalog)
    for start in range(0, len(natives), HANDLES):
        senders = tuple(Field("from", native, exact=True) for native in natives[start : start + HANDLES])
        kind = Field("type", Kind.IDENTITY_CHANGE.value)
        query, before = Query(And((kind, Field("account", account, exact=True), Or(senders)))), None
        while ids := index.search(query, limit=AT_ONCE, before_id=before):
            before = ids[-1]
            rows = desk.catalog.execute(
                "SELECT event.body FROM event JOIN record ON record.leaf = event.leaf"
                f" WHERE event.id IN ({', '.join('?' * len(ids))}) AND record.source = ? ORDER BY event.id",
                [*ids, source],
            ).fetchall()
            yield from (_decode(body) for (body,) in rows)
