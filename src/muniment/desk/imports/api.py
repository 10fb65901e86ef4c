"""Imports and accounts, over the API."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muniment.desk.imports.access import accounts as account_access
from muniment.desk.imports.access import sheets
from muniment.desk.people.apidoor import Moment, Whole, answers, desk_at

router = Router(tags=["imports"])


class Counts(Schema):
    """One line of a balance sheet: seen = stored + duplicate + rejected."""

    what: str
    seen: Whole
    stored: Whole
    duplicate: Whole
    rejected: Whole


class Import(Schema):
    """A finished import, and its balance sheet."""

    id: str
    at: Moment
    leaf: Whole
    actor: str
    source: str
    account: str
    connector: str
    file: str | None
    size: Whole | None
    lines: list[Counts]
    balanced: bool
    missing: Whole
    vanished: Whole
    unattributed: Whole


class UnderWay(Schema):
    """A file that waits, or is being brought in."""

    upload: str
    name: str
    size: Whole
    account: str
    connector: str
    actor: str
    state: str | None
    done: Whole
    total: Whole


class Imports(Schema):
    """A page of imports, newest first. `more` is the `before` of the next page."""

    under_way: list[UnderWay]
    imports: list[Import]
    more: Whole | None


class Holder(Schema):
    """Somebody whose account it is or was."""

    person: Whole
    name: str
    since: date | None
    until: date | None
    now: bool


class Account(Schema):
    """A capture account."""

    source: str
    name: str
    connector: str
    holders: list[Holder]
    messages: Whole
    first: Moment | None
    last: Moment | None
    received: Moment | None


class Accounts(Schema):
    """A page of accounts, by name. `more` is the `after` of the next page, empty on the last."""

    rows: list[Account]
    total: Whole
    unheld: Whole
    more: str


@router.get("/imports", response=answers(Imports), summary="Imports, newest first")
def imports(request: HttpRequest, before: Annotated[Whole | None, Query()] = None) -> Imports:
    """Those under way, and a page of the finished ones with their balance sheets."""
    found = sheets.overview(desk_at(request), before)
    return Imports(
        under_way=[_under_way(each) for each in found.under_way],
        imports=[Import.from_orm(sheet) for sheet in found.sheets],
        more=found.more,
    )


@router.get("/imports/{identifier}", response=answers(Import), summary="One import")
def one(request: HttpRequest, identifier: str) -> sheets.Sheet:
    """The balance sheet of one import."""
    return sheets.sheet(desk_at(request), identifier)


@router.get("/accounts", response=answers(Accounts), summary="Capture accounts, by name")
def accounts(
    request: HttpRequest, after: Annotated[str, Query(max_length=200)] = "", *, unheld: bool = False
) -> account_access.Accounts:
    """A page of all accounts, or of those that nobody holds today."""
    return account_access.accounts(desk_at(request), after, unheld=unheld)


@router.get("/accounts/{source}", response=answers(Account), summary="One account")
def account(request: HttpRequest, source: str) -> account_access.AccountRow:
    """One account with its holders."""
    return account_access.account(desk_at(request), source)


def _under_way(each: sheets.UnderWay) -> UnderWay:
    job = each.job
    return UnderWay(
        upload=each.upload,
        name=each.name,
        size=each.size,
        account=each.account,
        connector=each.connector,
        actor=each.actor,
        state=None if job is None else job.state,
        done=0 if job is None else job.done,
        total=0 if job is None else job.total,
    )
