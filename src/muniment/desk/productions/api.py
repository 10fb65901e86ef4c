"""Productions, over the API: what was produced, a new one, its file. The file leaves after its entry, to somebody who is fresh."""

from typing import Annotated

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError

from muniment.desk.people.apidoor import GREATEST, Moment, Whole, answers, desk_at
from muniment.desk.people.signin.fresh import fresh as is_fresh
from muniment.desk.productions import access, ordering

router = Router(tags=["productions"])


class Production(Schema):
    """One production. Its `state`: waiting, running, failed, ended, made, refused (it did not verify) or removed."""

    id: Whole
    actor: str
    query: str
    zone: str
    reason: str
    made_at: Moment
    finished_at: Moment | None
    state: str
    records: Whole | None
    withheld: Whole | None


class Productions(Schema):
    """A page of productions, newest first. `more` is the `before` of the next page."""

    rows: list[Production]
    more: Whole | None


class Order(Schema):
    """What to produce, and why. `since` are seals of this archive that the bundle is to prove it extends."""

    query: Annotated[str, Field(max_length=10_000)]
    reason: Annotated[str, Field(min_length=1, max_length=1_000)]
    zone: Annotated[str, Field(max_length=60)] = "UTC"
    since: Annotated[tuple[Annotated[str, Field(max_length=1_000)], ...], Field(max_length=20)] = ()
    language: Annotated[str, Field(pattern="^(en|zh-hant|zh-hans)$")] = "en"


class Ordered(Schema):
    """The number of the production that was asked for."""

    id: Whole


@router.get("/productions", response=answers(Productions), summary="Productions, newest first")
def listing(request: HttpRequest, before: Annotated[Whole | None, Query()] = None) -> access.Productions:
    """All of them for whoever may produce everybody's messages, else one's own."""
    return access.listing(desk_at(request), before)


@router.post("/productions", response=answers(Ordered), summary="Ask for a production")
def order(request: HttpRequest, given: Order) -> Ordered:
    """The worker makes the bundle and checks it."""
    number = ordering.ask(desk_at(request), given.query, given.zone, given.reason, given.since, given.language)
    return Ordered(id=number)


@router.get("/productions/{number}", response=answers(Production), summary="One production")
def detail(request: HttpRequest, number: Whole) -> access.Shown:
    """What it is, and how far."""
    return access.one(desk_at(request), min(number, GREATEST))


@router.post(
    "/productions/{number}/download",
    response=answers(None),
    summary="The bundle of a production",
    openapi_extra={
        "responses": {
            200: {
                "description": "the bundle",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def download(request: HttpRequest, number: Whole) -> HttpResponseBase:
    """For somebody who has shown within the last minutes who they are; who takes it is entered before a byte leaves."""
    desk = desk_at(request)
    access.find(desk, min(number, GREATEST))
    if not is_fresh(request):
        raise HttpError(403, "show again who you are on the page of this production, then ask again")
    bundle = ordering.download(desk, number)
    response = StreamingHttpResponse(bundle.chunks(), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{bundle.name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
