"""The audit log, over the API."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muniment.desk.audit import access
from muniment.desk.people.apidoor import GREATEST, Moment, Whole, answers, desk_at

router = Router(tags=["audit"])


class Entry(Schema):
    """One entry; `leaf` is null while it waits to be sealed."""

    leaf: Whole | None
    type: str
    at: Moment
    actor: str
    act: str
    object: str | None
    purpose: str | None
    query: str | None
    counts: dict[str, int]
    detail: dict[str, Any]


class Entries(Schema):
    """A page of the log, newest first. `older` is the `before` of the next page; `total` is null for very many."""

    pending: list[Entry]
    entries: list[Entry]
    older: str | None
    total: Whole | None


@router.get("/audit", response=answers(Entries), summary="Who did what, newest first")
def log(
    request: HttpRequest,
    act: Annotated[str, Query(max_length=60)] = "",
    actor: Annotated[str, Query(max_length=200)] = "",
    object: Annotated[str, Query(max_length=500)] = "",  # noqa: A002  # the entry's own word for it
    before: Annotated[str, Query(pattern=r"^([0-9]{1,18}-[0-9]{1,18})?$")] = "",
) -> Entries:
    """Entries that fit all that is given."""
    at, _, leaf = before.partition("-")
    place = access.Place(int(at), int(leaf)) if before else None
    found = access.page(desk_at(request), access.Filter(act=act, actor=actor, object=object), place)
    return Entries(
        pending=[_entry(row) for row in found.pending],
        entries=[_entry(row) for row in found.rows],
        older=None if found.older is None else f"{found.older.at}-{found.older.leaf}",
        total=found.total,
    )


@router.get("/audit/{leaf}", response=answers(Entry), summary="One entry")
def entry(request: HttpRequest, leaf: Whole) -> Entry:
    """One sealed entry."""
    return _entry(access.entry(desk_at(request), min(leaf, GREATEST))[0])


def _entry(row: access.Row) -> Entry:
    said = row.entry
    return Entry(
        leaf=row.leaf,
        type=row.type,
        at=row.at,  # type: ignore[arg-type]  # the schema writes it as text
        actor=said.actor,
        act=said.act,
        object=said.object,
        purpose=said.purpose,
        query=said.query,
        counts=said.counts,
        detail={**said.detail, **({"bundle": said.bundle} if said.bundle else {})},
    )
