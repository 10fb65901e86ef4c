"""Who could see a message: what the events say of its conversation's members around it, as far as the reader may see them.

Trust: evidence outside the reader's scope is not used, so that no answer rests on what they may not read; the answer says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniment.catalog.memberships import Said, kin_of, rosters_after, rosters_before, said_between
from muniment.catalog.placed import Placed, Talk, ids_after, ids_before, placed
from muniment.desk.archive.access.finding import visible_ids
from muniment.desk.authority import Scope
from muniment.desk.desk import Desk
from muniment.record.event import Kind
from muniment.record.membership import Instant, Membership, Op, people
from muniment.record.roll import Change, Evidence, Stay, changes, fold
from muniment.search.document import SEQUENCE_BITS, document_id

NEAR_BY = 150
"""Events before and after a message among which others who wrote are looked for, where no list of members stands around it."""
_STEP = 20


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody who wrote near a message and is in no evidence: the ids of their nearest messages before and after it."""

    native: str
    name: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who was in a conversation at an instant (None: it has no time), who may have been, and what that rests on."""

    at: Instant | None
    members: tuple[Stay, ...]
    unsure: tuple[Stay, ...]
    wrote: tuple[Wrote, ...]
    known: bool
    """Whether anything that the reader may see says who came, went or was there."""
    before: str | None
    """The event of the last whole roster before it, and of the first after it."""
    after: str | None
    limited: bool
    """Whether the reader's scope may have left evidence out."""
    told: tuple[int, ...]
    """The search ids of the events that say something of the members."""
    near: tuple[int, ...]
    """The search ids of the events near it that were looked through for who wrote."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The search ids of all events that were looked at for it."""
        return (*self.told, *self.near)


def audience_of(desk: Desk, event: Placed, here: Talk, scope: Scope) -> Audience:
    """Who could see an event that the reader may see."""
    said = event.decoded.event
    if said.sent_at is None:
        return Audience(
            None, (), (), (), known=False, before=None, after=None, limited=scope is not None, told=(), near=()
        )
    at = Instant(said.sent_at, event.decoded.record, event.decoded.ordinal)
    conversations = kin_of(desk.catalog, here)
    first = _roster(desk, scope, conversations, at.second, rosters_before)
    last = _roster(desk, scope, conversations, at.second, rosters_after)
    # Of everything between the whole rosters around it, which settle what was before and after.
    evidence = seen(desk, said_between(desk.catalog, conversations, first, last), scope)
    members, unsure = fold((*(each.evidence for each in evidence), *_itself(event, at))).at(at)
    settled = [each.evidence for each in evidence if each.evidence.settles]
    before = max((each.at for each in settled if each.at <= at), default=None)
    after = min((each.at for each in settled if each.at > at), default=None)
    near, wrote = ((), ()) if before and after else _wrote(desk, event, scope, {stay.key for stay in members})
    return Audience(
        at,
        members,
        unsure,
        wrote,
        known=bool(evidence),
        before=next((each.event for each in settled if each.at == before), None),
        after=next((each.event for each in settled if each.at == after), None),
        limited=scope is not None,
        told=tuple(each.id for each in evidence),
        near=near,
    )


def _itself(event: Placed, at: Instant) -> tuple[Evidence, ...]:
    """Whoever wrote a message, and whom it names, could see it."""
    said = event.decoded.event
    if said.kind is Kind.MEMBERSHIP:
        return ()
    named = people((said.sender, *said.recipients))
    return (Evidence(event.decoded.id, at, Membership(op=Op.SNAPSHOT, members=named)),) if named else ()


def moves_of(desk: Desk, events: Sequence[Placed], here: Talk, scope: Scope) -> dict[str, Change]:
    """What the events of a page changed among the members, by their ids; a roster against what was known before it."""
    told = [event for event in events if event.decoded.event.kind is Kind.MEMBERSHIP]
    if not told:
        return {}
    first, last = told[0].id, told[-1].id
    if any(each.evidence.settles for each in said_between(desk.catalog, (here.id,), first, last)):
        first = _roster(desk, scope, (here.id,), first >> SEQUENCE_BITS, rosters_before) or 0
    said = seen(desk, said_between(desk.catalog, (here.id,), first, last), scope)
    settled = sorted(each.evidence.at for each in said if each.evidence.settles)
    found = changes(each.evidence for each in said)
    shown = {event.decoded.id for event in told}
    # The first roster changes nothing: before it nobody knows who was there.
    begins = {each.evidence.event for each in said if each.evidence.settles and each.evidence.at == settled[0]}
    return {name: change for name, change in found.items() if name in shown and name not in begins}


def seen(desk: Desk, said: list[Said], scope: Scope) -> list[Said]:
    """Those of these that the reader may see."""
    if scope is None:
        return said
    visible = visible_ids(desk, [each.id for each in said], scope)
    return [each for each in said if each.id in visible]


def _roster(
    desk: Desk, scope: Scope, conversations: Sequence[int], second: int, take: Callable[..., list[int]]
) -> int | None:
    """The search id of the nearest whole roster that the reader may see."""
    while ids := take(desk.catalog, conversations, second, 1 if scope is None else _STEP):
        visible = visible_ids(desk, ids, scope)
        found = next((each for each in ids if each in visible), None)
        if found is not None:
            return found
        second = ids[-1] >> SEQUENCE_BITS
    return None


def _wrote(desk: Desk, event: Placed, scope: Scope, members: set[str]) -> tuple[tuple[int, ...], tuple[Wrote, ...]]:
    """Who wrote near an event, beside its sender and the members: the ids that were looked at, and the writers."""
    about = event.decoded.event
    known = {*members, about.sender, *about.recipients}
    place = event.id
    earlier = ids_before(desk.catalog, event.conversation, place, NEAR_BY)
    later = ids_after(desk.catalog, event.conversation, place, NEAR_BY)
    visible = visible_ids(desk, [*earlier, *later], scope)
    found: dict[str, list[str | None]] = {}
    names: dict[str, str] = {}
    shown = [each for each in (*earlier, *later) if each in visible and each >= document_id(1, 0)]
    for each in placed(desk.catalog, shown):
        said = each.decoded.event
        if said.kind is Kind.MESSAGE and said.sender is not None and said.sender not in known:
            ends = found.setdefault(said.sender, [None, None])
            side = 0 if each.id < place else 1
            ends[side] = ends[side] or each.decoded.id
            if said.sender_display:
                names.setdefault(said.sender, said.sender_display)
    return tuple(shown), tuple(
        Wrote(native, names.get(native), before, after) for native, (before, after) in found.items()
    )
