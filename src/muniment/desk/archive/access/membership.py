"""The history of a conversation's members. The audit entry is durable first."""

from dataclasses import dataclass

from muniment.capture.audit import Entry
from muniment.catalog.memberships import kin_of, said_between
from muniment.catalog.placed import Placed, Talk
from muniment.desk.archive.access.audience import Audience, audience_of, seen
from muniment.desk.archive.access.finding import digest
from muniment.desk.archive.access.reading import event_of, talk_of
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.roll import History, fold


@dataclass(frozen=True, slots=True)
class Members:
    """Who was in a conversation, and when, as far as the reader may see it; and who was at one event."""

    talk: Talk
    newest: Placed
    """The newest event of the conversation that the reader may see."""
    channel: str
    history: History
    evidence: int
    """How many events say something of the members."""
    rosters: int
    """How many of those name everybody who was there."""
    limited: bool
    at: Placed | None
    audience: Audience | None


def members(desk: Desk, number: int, *, at: str | None = None, capability: Capability = Capability.READ) -> Members:
    """The members of the conversation of this number, and those at the event `at` (`<leaf>-<ordinal>`). Raises NotFound."""
    scope = desk.authority.require(capability)
    here, newest = talk_of(desk, number, scope)
    event = None if at is None else event_of(desk, here, at, scope)
    said = seen(desk, said_between(desk.catalog, kin_of(desk.catalog, here), None, None), scope)
    audience = None if event is None else audience_of(desk, event, here, scope)
    found = Members(
        here,
        newest,
        newest.decoded.channel,
        fold(each.evidence for each in said),
        len(said),
        sum(each.evidence.settles for each in said),
        scope is not None,
        event,
        audience,
    )
    ids = [newest.id, *(each.id for each in said), *(() if audience is None else audience.ids)]
    object_ = f"conversations/{number}" if at is None else at
    desk.audit(
        Entry(
            act="members.read",
            actor=desk.actor,
            object=object_,
            counts={"shown": len(said)},
            detail={"ids_sha256": digest(ids)},
        )
    )
    return found
