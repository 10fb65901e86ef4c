"""Search, conversations and records, over the API: the same access as the pages, so the same scope and the same audit entries."""

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from muniment.catalog.placed import Placed
from muniment.desk.archive.access import files, finding, proving, reading
from muniment.desk.archive.access.narrowing import narrowing
from muniment.desk.authority import Capability
from muniment.desk.people.apidoor import GREATEST, Cursor, Hex, Whole, answers, desk_at
from muniment.produce.event_json import event_json
from muniment.search.explain import explain

router = Router(tags=["archive"])

Text = Annotated[str, Query(max_length=10_000)]
Zone = Annotated[str, Query(max_length=60)]
Limit = Annotated[int, Query(ge=1, le=200)]


class Attachment(Schema):
    """A file that came with a message."""

    name: str
    size: Whole | None
    sha256: str | None
    status: str
    content_type: str | None


class Event(Schema):
    """One event: docs/formats/commands-json.md, "Event"."""

    id: str
    kind: str
    sent_at: str | None
    sent_at_precision: str
    sent_at_raw: str | None
    received_at: str
    source: str
    channel: str
    assurance: str
    conversation: str
    conversation_display: str | None
    sender: str | None
    sender_display: str | None
    recipients: list[str]
    text: str
    attachments: list[Attachment]
    key: str | None
    target: str | None
    flags: list[str]
    extra: dict[str, Any]
    record: Whole


class Hit(Schema):
    """An event where it stands: `place` sorts by time, `talk` is the number of its conversation. Both are text: they are large."""

    place: Cursor
    talk: Cursor
    event: Event


class Found(Schema):
    """A page of hits, newest first. `older` is the `before` of the next page."""

    query: str
    hits: list[Hit]
    older: Cursor | None
    complete_up_to: str
    undecoded: Whole
    attachments: Whole


class Number(Schema):
    """How many."""

    found: Whole


class Value(Schema):
    """One value that a search can be narrowed to, the term that asks for it, and how many matches have it."""

    name: str
    hint: str
    term: str
    count: Whole
    chosen: bool


class Group(Schema):
    """The values of one field; not `whole` where only those among the newest matches are offered."""

    field: str
    values: list[Value]
    whole: bool


class Facets(Schema):
    """What a search can be narrowed to."""

    found: Whole
    undecoded: Whole
    attachments: Whole
    groups: list[Group]


class Talk(Schema):
    """A page of a conversation, oldest first."""

    talk: Cursor
    account: str
    native: str
    events: list[Hit]
    older: bool
    newer: bool


class Record(Schema):
    """A record with its proof: `path` holds the hashes from the leaf up. Not `state` sealed: `fault` says why."""

    leaf: Whole
    state: str
    fault: str | None
    origin: str
    leaf_text: str
    leaf_hash: Hex
    path: list[Hex]
    size: Whole | None
    root: Hex | None
    checkpoint: str
    vkey: str
    status: str | None
    withheld: bool
    events: list[Hit]


@router.get("/search", response=answers(Found), summary="The newest messages that match")
def search(
    request: HttpRequest,
    q: Text = "",
    zone: Zone = "UTC",
    limit: Limit = 50,
    before: Annotated[Cursor | None, Query()] = None,
) -> Found:
    """The query language is that of the search page (docs/formats/query.md)."""
    return _search(request, q, zone, limit, before, Capability.READ)


@router.get("/own", response=answers(Found), summary="What is captured about oneself")
def own(
    request: HttpRequest,
    q: Text = "",
    zone: Zone = "UTC",
    limit: Limit = 50,
    before: Annotated[Cursor | None, Query()] = None,
) -> Found:
    """As `search`, over one's own messages alone."""
    return _search(request, q, zone, limit, before, Capability.OWN)


@router.get("/count", response=answers(Number), summary="How many match, exactly")
def count(request: HttpRequest, q: Text = "", zone: Zone = "UTC") -> Number:
    """The number of a search."""
    return Number(found=finding.count(desk_at(request), q, zone=zone))


@router.get("/facets", response=answers(Facets), summary="By what the matches can be narrowed")
def facets(request: HttpRequest, q: Text = "", zone: Zone = "UTC") -> Facets:
    """People, conversations, channels, months, types and marks, with counts."""
    found = narrowing(desk_at(request), q, zone=zone)
    return Facets(
        found=found.found,
        undecoded=found.blind.undecoded,
        attachments=found.blind.attachments,
        groups=[Group.from_orm(group) for group in found.groups],
    )


@router.get("/events", response=answers(Found), summary="Events, a page at a time")
def events(
    request: HttpRequest, q: Text = "", zone: Zone = "UTC", before: Annotated[Cursor | None, Query()] = None
) -> Found:
    """As `search`, with 200 to a page: for a program that takes all of them, page by page."""
    return _search(request, q, zone, 200, before, Capability.READ)


@router.get("/conversations/{talk}", response=answers(Talk), summary="A conversation")
def conversation(
    request: HttpRequest,
    talk: Cursor,
    before: Annotated[Cursor | None, Query()] = None,
    after: Annotated[Cursor | None, Query()] = None,
) -> Talk:
    """A page of it: before or after a place, else the newest."""
    found = reading.conversation(desk_at(request), int(talk), before=_number(before), after=_number(after))
    return Talk(
        talk=str(found.talk.id),
        account=found.talk.account,
        native=found.talk.native,
        events=_hits(found.events),
        older=found.older,
        newer=found.newer,
    )


@router.get("/records/{leaf}", response=answers(Record), summary="A record and its proof")
def record(request: HttpRequest, leaf: Whole) -> Record:
    """Leaf, path and checkpoint, checked just now, and the events that were read in it."""
    found = proving.record(desk_at(request), min(leaf, GREATEST))
    proof = found.proof
    return Record(
        leaf=proof.index,
        state=proof.state,
        fault=None if proof.fault is None else str(proof.fault),
        origin=proof.origin,
        leaf_text=proof.leaf_bytes.decode("utf-8", "replace"),
        leaf_hash=proof.leaf_hash.hex(),
        path=[step.given.hex() for step in proof.steps],
        size=None if proof.checkpoint is None else proof.checkpoint.size,
        root=None if proof.checkpoint is None else proof.checkpoint.root.hex(),
        checkpoint=proof.note,
        vkey=proof.vkey,
        status=found.status,
        withheld=found.withheld,
        events=_hits(found.events),
    )


@router.get(
    "/records/{leaf}/proof",
    response=answers(None),
    summary="The portable proof of a record",
    openapi_extra={
        "responses": {
            200: {"description": "C2SP tlog-proof", "content": {"text/plain": {"schema": {"type": "string"}}}}
        }
    },
)
def proof(request: HttpRequest, leaf: Whole) -> HttpResponse:
    """One text file that a stranger checks with the public key alone."""
    found = proving.record(desk_at(request), min(leaf, GREATEST), act="proof.download")
    return HttpResponse(found.proof.file, content_type="text/plain; charset=utf-8")


@router.get(
    "/records/{leaf}/raw",
    response=answers(None),
    summary="The bytes as they were received",
    openapi_extra={
        "responses": {
            200: {
                "description": "the bytes",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def raw(request: HttpRequest, leaf: Whole) -> HttpResponse:
    """Only for whoever may see all that the record holds."""
    found = files.raw(desk_at(request), min(leaf, GREATEST))
    headers = {"Content-Disposition": f'attachment; filename="record-{leaf}.bin"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(found.content, content_type="application/octet-stream", headers=headers)


def _search(request: HttpRequest, q: str, zone: str, limit: int, before: str | None, capability: Capability) -> Found:
    found = finding.search(desk_at(request), q, zone=zone, limit=limit, before=_number(before), capability=capability)
    return Found(
        query=explain(found.query),
        hits=_hits(found.hits),
        older=str(found.hits[-1].id) if found.more and found.hits else None,
        complete_up_to=found.complete_up_to,
        undecoded=found.unsearchable.undecoded,
        attachments=found.unsearchable.attachments,
    )


def _hits(placed: Iterable[Placed]) -> list[Hit]:
    return [
        Hit(
            place=str(each.id),
            talk=str(each.conversation),
            event=Event(**msgspec.json.decode(event_json(each.decoded))),
        )
        for each in placed
    ]


def _number(cursor: str | None) -> int | None:
    return None if cursor is None else min(int(cursor), GREATEST)
