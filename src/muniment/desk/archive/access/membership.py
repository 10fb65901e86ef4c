"""The history of a conversation's members, and who was there at one event. The audit entry is durable first."""

from collections.abc import Sequence
from dataclasses import dataclass

from muniment.capture.audit import Entry
from muniment.catalog.memberships import kin_of, said_between
from muniment.catalog.placed import Placed, Talk, placed
from muniment.desk.archive.access.audience import Audience, audience_of, seen
from muniment.desk.archive.access.finding import digest
from muniment.desk.archive.access.reading import event_of, talk_of
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.roll import Stay, fold

_LOOKED = 20
"""Events that tell of the members among which one with the conversation's name is looked for."""


@dataclass(frozen=True, slots=True)
class Members:
    """Who was in a conversation, and when, as far as the reader may see it."""

    talk: Talk
    newest: Placed
    """The newest event of the conversation that the reader may see."""
    named: str | None
    """What the conversation was called last."""
    stays: tuple[Stay, ...]
    evidence: int
    """How many events say something of the members."""
    rosters: int
    """How many of those name everybody who was there."""
    limited: bool


@dataclass(frozen=True, slots=True)
class Then:
    """Who could see one event of a conversation."""

    talk: Talk
    newest: Placed
    named: str | None
    event: Placed
    audience: Audience


def members(desk: Desk, number: int, *, capability: Capability = Capability.READ) -> Members:
    """The members of the conversation of this number. Raises NotFound."""
    scope = desk.authority.require(capability)
    here, newest = talk_of(desk, number, scope)
    said = seen(desk, said_between(desk.catalog, kin_of(desk.catalog, here), None, None), scope)
    _enter(desk, f"conversations/{number}", [newest.id, *(each.id for each in said)])
    return Members(
        here,
        newest,
        _named(desk, here, newest, [each.id for each in said]),
        fold(each.evidence for each in said).stays,
        len(said),
        sum(each.evidence.settles for each in said),
        scope is not None,
    )


def then(desk: Desk, number: int, at: str, *, capability: Capability = Capability.READ) -> Then:
    """Who could see the event `at` (`<leaf>-<ordinal>`) of the conversation of this number. Raises NotFound."""
    scope = desk.authority.require(capability)
    here, newest = talk_of(desk, number, scope)
    event = event_of(desk, here, at, scope)
    audience = audience_of(desk, event, here, scope)
    _enter(desk, at, [newest.id, event.id, *audience.ids])
    return Then(here, newest, _named(desk, here, newest, audience.told), event, audience)


def _named(desk: Desk, here: Talk, newest: Placed, told: Sequence[int]) -> str | None:
    """What the conversation is called: messages of some platforms do not say, and what tells of its members does."""
    found = [each for each in placed(desk.catalog, told[-_LOOKED:][::-1]) if each.conversation == here.id]
    return next((name for each in (newest, *found) if (name := each.decoded.event.conversation_display)), None)


def _enter(desk: Desk, object_: str, ids: Sequence[int]) -> None:
    detail = {"ids_sha256": digest(ids)}
    desk.audit(Entry(act="members.read", actor=desk.actor, object=object_, counts={"shown": len(ids)}, detail=detail))
