"""People, over the API: the same lists as the pages, with the same permissions and the same audit entries."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muniment.desk.people.access import persons
from muniment.desk.people.apidoor import Whole, answers, desk_at

router = Router(tags=["people"])


class Me(Schema):
    """Who is signed in, and what they may do."""

    actor: str
    capabilities: list[str]


class Span(Schema):
    """From a day until before another; null is open."""

    since: date | None
    until: date | None
    now: bool


class Person(Schema):
    """Somebody the firm knows."""

    number: Whole
    key: str
    name: str
    other_name: str
    kind: str
    email: str
    dates: Span


class Tie(Schema):
    """Something that is so for a time: a handle, an account, a membership."""

    what: str
    where: str
    dates: Span


class Somebody(Schema):
    """One person with what is known of them."""

    row: Person
    handles: list[Tie]
    holdings: list[Tie]
    memberships: list[Tie]
    supervises: list[Tie]
    supervisors: list[Tie]


class People(Schema):
    """A page of people, by name."""

    rows: list[Person]
    total: Whole
    page: Whole
    pages: Whole


@router.get("/me", response=answers(Me), summary="Who is signed in")
def me(request: HttpRequest) -> Me:
    """The actor as the audit log calls them, and their capabilities."""
    desk = desk_at(request)
    return Me(actor=desk.actor, capabilities=sorted(desk.authority.scopes))


@router.get("/people", response=answers(People), summary="People, by name")
def people(
    request: HttpRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    kind: Annotated[str, Query(pattern="^(employee|client|other)?$")] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> persons.People:
    """Those whose name, id, e-mail or handle holds `search`."""
    return persons.list_people(desk_at(request), search, kind, page)


@router.get("/people/{number}", response=answers(Somebody), summary="One person")
def person(request: HttpRequest, number: Whole) -> persons.PersonPage:
    """One person with handles, accounts, groups and supervisors."""
    return persons.person_page(desk_at(request), number)
