"""Connected accounts and gaps, over the API. No content and no secret."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from muniment.desk.channels import access
from muniment.desk.people.apidoor import Moment, Whole, answers, desk_at

router = Router(tags=["capture"])


class Connection(Schema):
    """A connected account. `state` is one of off, new, heard, resting, failing, silent, behind, dead, sealed, unable; the last five are alarms."""

    source: str
    account: str
    connector: str
    on: bool
    state: str
    since: Moment | None
    owner: str
    contacted_at: Moment | None
    received_at: Moment | None
    failed_at: Moment | None
    failure: str | None
    refused: Whole
    refused_at: Moment | None
    proven_at: Moment | None
    files_owed: Whole
    files_lost: Whole
    gaps: Whole


class Connections(Schema):
    """All connected accounts, alarms first."""

    connections: list[Connection]


class Explained(Schema):
    """What somebody said of a gap. `outcome`: nothing (is missing), brought (in), lost."""

    outcome: str
    reason: str
    actor: str
    at: Moment


class Gap(Schema):
    """Something that happened at a source and is not in the archive, or may not be. `after` and `before` are its own numbers."""

    leaf: Whole
    source: str
    account: str
    found_at: Moment
    reason: str
    since: Moment | None
    until: Moment | None
    after: int | None
    before: int | None
    count: int | None
    code: str | None
    explained: Explained | None


class Gaps(Schema):
    """A page of gaps, newest first. `more` is the `before` of the next page."""

    total: Whole
    gaps: list[Gap]
    more: Whole | None


@router.get("/capture/connections", response=answers(Connections), summary="Connected accounts, alarms first")
def connections(request: HttpRequest) -> Connections:
    """How each is heard now."""
    return Connections(connections=[_connection(each) for each in access.health(desk_at(request))])


@router.get("/capture/gaps", response=answers(Gaps), summary="Gaps, newest first")
def gaps(
    request: HttpRequest,
    source: Annotated[str, Query(max_length=64)] = "",
    before: Annotated[Whole | None, Query()] = None,
    *,
    open: Annotated[bool, Query()] = False,
) -> Gaps:
    """A page of all gaps, of those of one account, or, with `open`, of those that nobody has explained."""
    desk = desk_at(request)
    found = (access.open_page if open else access.gap_page)(desk, before, source)
    said = access.explanations(desk, (each.leaf for each in found.rows))
    return Gaps(total=found.total, gaps=[_gap(each, said.get(each.leaf)) for each in found.rows], more=found.more)


def _connection(each: access.Health) -> Connection:
    row, feed = each.row, each.row.feed
    return Connection.model_validate(
        {
            "source": row.source,
            "account": row.name,
            "connector": row.connector,
            "on": row.on,
            "state": each.condition.state.value,
            "since": each.condition.since,
            "owner": row.owner_name,
            "contacted_at": row.reached_at,
            "received_at": feed.received_at if feed else None,
            "failed_at": feed.failed_at if feed else None,
            "failure": feed.failure if feed else None,
            "refused": feed.refused if feed else 0,
            "refused_at": feed.refused_at if feed else None,
            "proven_at": row.proven_at,
            "files_owed": row.owing.waiting,
            "files_lost": row.owing.lost,
            "gaps": each.gaps,
        }
    )


def _gap(each: access.GapRow, said: access.Explanation | None) -> Gap:
    gap = each.gap
    return Gap.model_validate(
        {
            "leaf": each.leaf,
            "source": each.source,
            "account": each.account,
            "found_at": each.found_at,
            "reason": gap.reason.value,
            "since": gap.since,
            "until": gap.until,
            "after": gap.after,
            "before": gap.before,
            "count": gap.count,
            "code": gap.code,
            "explained": said and {"outcome": said.outcome, "reason": said.reason, "actor": said.actor, "at": said.at},
        }
    )
