"""Who was in a conversation, and who could see a message, over the API: the same access as the pages."""

from collections.abc import Iterable
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from muniment.desk.archive.access import Wrote, members, message
from muniment.desk.archive.presence import notes
from muniment.desk.people.apidoor import GREATEST, Cursor, Moment, Whole, answers, desk_at
from muniment.record.clock import rfc3339
from muniment.record.membership import Instant, read_key
from muniment.record.roll import End, Start, Stay

router = Router(tags=["archive"])

Event = Annotated[str, Field(pattern=r"^[0-9]{1,18}-[0-9]{1,9}$")]
"""The id of an event: the leaf of its record, and its place in it."""


class Edge(Schema):
    """How a stay began or ended. `basis` is said, dated, shown or open (docs/formats/commands-json.md, "Members").

    It is known from `at` on (an end: up to `at`); `other` is the far end of what is not known, null where nothing says.
    """

    basis: str
    at: Moment
    other: Moment | None
    by: str | None
    evidence: list[Event]


class Member(Schema):
    """One stay of one member. `handle` is the id on the platform, null where the source gives a name alone."""

    handle: str | None
    name: str | None
    since: Edge
    until: Edge


class Writer(Schema):
    """Somebody who is in no evidence and wrote near the message: their nearest messages before and after it."""

    handle: str
    name: str | None
    before: Event | None
    after: Event | None


class Audience(Schema):
    """Who could see a message. `notes` are words for what is not known; `at` is null where the message has no time."""

    event: Event
    at: Moment | None
    sender: str | None
    recipients: list[str]
    members: list[Member]
    unsure: list[Member]
    wrote: list[Writer]
    roster_before: Event | None
    roster_after: Event | None
    notes: list[str]
    limited: bool


class Members(Schema):
    """The stays of a conversation in the order in which they began; `later` is the `after` of the next page."""

    talk: Cursor
    stays: list[Member]
    later: Whole | None
    evidence: Whole
    rosters: Whole
    limited: bool


@router.get("/events/{event}/audience", response=answers(Audience), summary="Who could see a message")
def audience(request: HttpRequest, event: Event) -> Audience:
    """Members when it was sent, those who may have been, and what that rests on."""
    leaf, ordinal = map(int, event.split("-"))
    found = message(desk_at(request), min(leaf, GREATEST), ordinal)
    seen, said = found.audience, found.event.decoded.event
    return Audience(
        event=found.event.decoded.id,
        at=_moment(seen.at),
        sender=said.sender,
        recipients=list(said.recipients),
        members=_members(seen.members),
        unsure=_members(seen.unsure),
        wrote=list(map(_writer, seen.wrote)),
        roster_before=seen.before,
        roster_after=seen.after,
        notes=list(notes(seen, said, found.event.decoded.channel)),
        limited=seen.limited,
    )


@router.get("/conversations/{talk}/members", response=answers(Members), summary="Who was in a conversation, and when")
def conversation_members(
    request: HttpRequest,
    talk: Cursor,
    after: Annotated[int, Query(ge=0, le=GREATEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> Members:
    """Each stay with both ends, and the events that say so."""
    found = members(desk_at(request), min(int(talk), GREATEST))
    stays = found.stays
    return Members(
        talk=str(found.talk.id),
        stays=_members(stays[after : after + limit]),
        later=after + limit if after + limit < len(stays) else None,
        evidence=found.evidence,
        rosters=found.rosters,
        limited=found.limited,
    )


def _members(stays: Iterable[Stay]) -> list[Member]:
    found = []
    for stay in stays:
        native, name = read_key(stay.key)
        since = _edge(stay.since, stay.since.after)
        until = _edge(stay.until, stay.until.gone)
        found.append(Member(handle=native, name=stay.name or name, since=since, until=until))
    return found


def _edge(end: Start | End, other: Instant | None) -> Edge:
    return Edge(
        basis=end.basis.value, at=rfc3339(end.sure.at), other=_moment(other), by=end.by, evidence=list(end.evidence)
    )


def _moment(at: Instant | None) -> str | None:
    return None if at is None else rfc3339(at.at)


def _writer(wrote: Wrote) -> Writer:
    return Writer(handle=wrote.native, name=wrote.name, before=wrote.before, after=wrote.after)
