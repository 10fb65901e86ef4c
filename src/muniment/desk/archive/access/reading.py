"""Reading one conversation or one message, with what came before and what changed it. The audit entry is durable first.

Trust: what is outside the reader's scope is not there, as for a thing that does not exist; the index decides, as it does
for a search.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from muniment.capture.audit import Entry
from muniment.catalog.placed import (
    Placed,
    Talk,
    copies_of,
    ids_after,
    ids_before,
    later_of,
    of_record,
    placed,
    talk,
    targets_of,
)
from muniment.desk.archive.access.audience import Audience, audience_of, moves_of
from muniment.desk.archive.access.finding import digest, visible_ids, within
from muniment.desk.archive.access.naming import rooms_called
from muniment.desk.authority import Capability, Scope
from muniment.desk.desk import Desk
from muniment.record.errors import NotFound
from muniment.record.roll import Change
from muniment.search.ast import And, Field, Not, Query
from muniment.search.database import open_index
from muniment.search.document import LATEST, SEQUENCE_BITS
from muniment.vault.pseudonym import Pseudonyms

PAGE = 60
"""Messages of a conversation on one page."""
ENDLESS = (LATEST << SEQUENCE_BITS) - 1
"""Behind every search id, and the largest number that a database takes."""
ELSEWHERE = 6
"""Other conversations of the same people that are named."""
PARTIES = 6
"""People of a page whose other conversations are looked for."""
_STEP = 240


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a conversation, oldest first, with what changed its messages, as far as the reader may see it."""

    talk: Talk
    events: tuple[Placed, ...]
    later: Mapping[int, tuple[Placed, ...]]
    """By search id of a message: the edits, recalls, answers, reactions and receipts of it, oldest first."""
    targets: Mapping[int, Placed]
    """By search id of an event: the message that it edits, recalls or answers."""
    older: bool
    newer: bool
    hit: int | None
    """The search id of the message that was asked for."""
    elsewhere: tuple[Placed, ...]
    """The newest message of each of a few other conversations of the same people."""
    moves: Mapping[str, Change]
    """By the id of an event that speaks of the members: who came by it and who went."""
    called: Mapping[int, str]
    """By the number of this conversation, and of those in `elsewhere`: what the nearest list of its members calls it, where messages do not say."""


@dataclass(frozen=True, slots=True)
class Message:
    """One event with its neighbours in the record and in the conversation's history."""

    event: Placed
    siblings: tuple[Placed, ...]
    """The other events of its record, as far as they are within scope."""
    whole: bool
    """Whether all events of its record are within scope: only then are the raw bytes shown."""
    later: tuple[Placed, ...]
    target: Placed | None
    version: int | None
    import_id: str | None
    same: tuple["Copy", ...]
    """The other records that bear the same key: captured again, or with other content."""
    audience: Audience
    """Who could see it."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Another record of the same message: its leaf, when it was received (µs UTC) and what became of it."""

    leaf: int
    received_at: int
    status: str


def absent() -> NotFound:
    """What a reader is told of anything that is not there, or not for them."""
    return NotFound("there is nothing here for you; ask whoever gives access in your firm if there should be")


def conversation(
    desk: Desk,
    number: int,
    *,
    at: str | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
    others_too: bool = False,
    capability: Capability = Capability.READ,
) -> Conversation:
    """A page of the conversation of this number: around the event `at` (`<leaf>-<ordinal>`), before or after a search id,
    else the newest; `others_too` names other conversations of its people. Raises NotFound.
    """
    scope = desk.authority.require(capability)
    found = _talk(desk, number)
    seen = _Seen(desk, found, scope)
    hit = None if at is None else seen.event(at).id
    before, after = (None if end is None else min(max(end, 0), ENDLESS) for end in (before, after))
    older: Sequence[int]
    newer: Sequence[int]
    if hit is not None:
        older, newer = seen.before(hit, limit // 2 + 1), seen.after(hit - 1, limit // 2 + 2)
        more_older, more_newer = len(older) > limit // 2, len(newer) > limit // 2 + 1
        ids = [*older[: limit // 2][::-1], *newer[: limit // 2 + 1]]
    elif after is not None:
        newer = seen.after(after, limit + 1)
        ids, more_older, more_newer = list(newer[:limit]), True, len(newer) > limit
    else:
        older = seen.before(ENDLESS if before is None else before, limit + 1)
        ids, more_older, more_newer = list(older[:limit][::-1]), len(older) > limit, before is not None
    if not ids:
        raise absent()
    events = placed(desk.catalog, ids)
    names = Pseudonyms(desk.archive.kek)
    later = later_of(desk.catalog, names, events)
    targets = targets_of(desk.catalog, names, events)
    others = seen.events([*targets.values(), *(each for some in later.values() for each in some)])
    elsewhere = _elsewhere(desk, events, found, scope) if others_too else ()
    shown = Conversation(
        found,
        tuple(events),
        {event: tuple(others[each] for each in some if each in others) for event, some in later.items()},
        {event: others[target] for event, target in targets.items() if target in others},
        more_older,
        more_newer,
        hit,
        elsewhere,
        moves_of(desk, events, found, scope),
        rooms_called(desk, [events[-1], *elsewhere], scope),
    )
    detail = {"ids_sha256": digest([*ids, *others, *(each.id for each in shown.elsewhere)])}
    object_ = f"conversations/{number}" if at is None else at
    desk.audit(
        Entry(act="conversation.read", actor=desk.actor, object=object_, counts={"shown": len(events)}, detail=detail)
    )
    return shown


def message(desk: Desk, leaf: int, ordinal: int, *, capability: Capability = Capability.READ) -> Message:
    """One event, by its place. Raises NotFound."""
    scope = desk.authority.require(capability)
    events = of_record(desk.catalog, leaf) if leaf <= ENDLESS else []
    seen = visible_ids(desk, [event.id for event in events], scope)
    event = next((each for each in events if each.decoded.ordinal == ordinal and each.id in seen), None)
    if event is None:
        raise absent()
    names = Pseudonyms(desk.archive.kek)
    later = later_of(desk.catalog, names, [event]).get(event.id, [])
    target = targets_of(desk.catalog, names, [event]).get(event.id)
    around = visible_ids(desk, [*later, *([] if target is None else [target])], scope)
    others = {each.id: each for each in placed(desk.catalog, sorted(around))}
    version, import_id, key = desk.catalog.execute(
        "SELECT version, import_id, key FROM record WHERE leaf = ?", (leaf,)
    ).fetchone()
    copies = _copies(desk, leaf, key) if scope is None else ()
    audience = audience_of(desk, event, _talk(desk, event.conversation), scope)
    detail = {"ids_sha256": digest([*others, *audience.ids])}
    desk.audit(Entry(act="event.read", actor=desk.actor, object=event.decoded.id, detail=detail))
    return Message(
        event,
        tuple(each for each in events if each.id in seen and each is not event),
        len(seen) == len(events),
        tuple(others[each] for each in later if each in others),
        None if target is None else others.get(target),
        version,
        import_id,
        copies,
        audience,
    )


def talk_of(desk: Desk, number: int, scope: Scope) -> tuple[Talk, Placed]:
    """The conversation of this number, and the newest event of it that the reader may see; raises NotFound."""
    found = _talk(desk, number)
    newest = placed(desk.catalog, _Seen(desk, found, scope).before(ENDLESS, 1))
    if not newest:
        raise absent()
    return found, newest[0]


def event_of(desk: Desk, here: Talk, place: str, scope: Scope) -> Placed:
    """The event `<leaf>-<ordinal>` of a conversation; raises NotFound."""
    return _Seen(desk, here, scope).event(place)


def _talk(desk: Desk, number: int) -> Talk:
    found = talk(desk.catalog, number) if number <= ENDLESS else None
    if found is None:
        raise absent()
    return found


def _elsewhere(desk: Desk, events: Sequence[Placed], here: Talk, scope: Scope) -> tuple[Placed, ...]:
    """The newest message of other conversations in which the people of these events take part, newest first."""
    index = open_index(desk.catalog)
    away = Not(_node(here))
    ids: set[int] = set()
    for channel, native in _handles(events):
        node = And((Field("with", native, exact=True), Field("channel", channel), away))
        ids.update(index.search(Query(node), limit=1, scope=scope))
    newest: dict[int, Placed] = {}
    for each in placed(desk.catalog, sorted(ids, reverse=True)):
        newest.setdefault(each.conversation, each)
    return tuple(newest.values())[:ELSEWHERE]


def _handles(events: Sequence[Placed]) -> list[tuple[str, str]]:
    """Who wrote or received these events, the most active first, with all other addresses of the same people; a dozen at most."""
    from muniment.desk.people import access as people  # the command line searches without Django

    active = Counter(
        (each.decoded.channel, native)
        for each in events
        for native in (each.decoded.event.sender, *each.decoded.event.recipients)
        if native
    )
    known = [handle for handle, _ in active.most_common(PARTIES)]
    return list(dict.fromkeys([*known, *people.other_handles(known)]))[: 2 * PARTIES]


class _Seen:
    """The events of one conversation that are within a scope."""

    def __init__(self, desk: Desk, here: Talk, scope: Scope) -> None:
        self._desk, self._talk, self._scope = desk, here, scope

    def event(self, place: str) -> Placed:
        """The event `<leaf>-<ordinal>`; raises NotFound."""
        leaf, _, ordinal = place.partition("-")
        if not (
            leaf.isascii()
            and leaf.isdigit()
            and ordinal.isascii()
            and ordinal.isdigit()
            and len(leaf) < 19
            and len(ordinal) < 19
        ):
            raise absent()
        for each in of_record(self._desk.catalog, int(leaf)):
            if each.decoded.id == place and each.conversation == self._talk.id and self._within([each.id]):
                return each
        raise absent()

    def before(self, end: int, limit: int) -> list[int]:
        """The newest `limit` ids before `end`, newest first."""
        return self._some(end, limit, ids_before)

    def after(self, first: int, limit: int) -> list[int]:
        """The oldest `limit` ids after `first`, oldest first."""
        return self._some(first, limit, ids_after)

    def events(self, ids: Sequence[int]) -> dict[int, Placed]:
        """Those of these ids that are events of this conversation and within scope."""
        found = {each.id: each for each in placed(self._desk.catalog, ids) if each.conversation == self._talk.id}
        return {identifier: each for identifier, each in found.items() if within(each, self._scope)}

    def _some(self, start: int, limit: int, take: Callable[..., list[int]]) -> list[int]:
        found: list[int] = []
        step = limit if self._scope is None else _STEP
        while len(found) < limit:
            ids = take(self._desk.catalog, self._talk.id, start, step)
            seen = self._within(ids)
            found += [identifier for identifier in ids if identifier in seen]
            if len(ids) < step:
                break
            start = ids[-1]
        return found[:limit]

    def _within(self, ids: Sequence[int]) -> set[int]:
        return visible_ids(self._desk, ids, self._scope)


def _node(here: Talk) -> And:
    return And((Field("in", here.native, exact=True), Field("account", here.account, exact=True)))


def _copies(desk: Desk, leaf: int, key: bytes | None) -> tuple[Copy, ...]:
    if key is None:
        return ()
    return tuple(
        Copy(int(other), int(received_at), str(status))
        for other, received_at, status in copies_of(desk.catalog, key)
        if other != leaf
    )
