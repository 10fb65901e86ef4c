"""Searches that somebody keeps, and their run: the tree as it was stored, over the records that were there when it was.

What was captured since is not in the set; what was disposed of since is gone from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from muniment.capture.audit import Entry
from muniment.catalog.placed import Placed, placed
from muniment.desk.archive.access.finding import Workspace, show
from muniment.desk.archive.access.reading import ENDLESS, absent
from muniment.desk.archive.models import SavedSearch
from muniment.desk.authority import Capability, Scope
from muniment.desk.desk import Desk
from muniment.search.ast import Query, from_json
from muniment.search.database import open_index

_STEP = 500


@dataclass(frozen=True, slots=True)
class Saved:
    """A search that its owner keeps: the query as it was written, the zone of its dates, and when and where it was kept."""

    number: int
    name: str
    text: str
    zone: str
    position: int
    """Leaves of the records log when it was saved: the set is of these."""
    made_at: datetime


def saved_searches(desk: Desk) -> tuple[Saved, ...]:
    """One's own, by name; raises NotFound."""
    desk.authority.require(Capability.READ)
    if desk.user is None:
        return ()
    return tuple(_saved(row) for row in SavedSearch.objects.filter(user=desk.user).order_by("name"))


def saved_search(desk: Desk, number: int) -> Saved:
    """One of one's own; raises NotFound."""
    return _saved(_row(desk, number))


def run_again(desk: Desk, number: int, *, limit: int = 50, before: int | None = None) -> tuple[Saved, Workspace]:
    """The page of a saved search's set; raises NotFound, and Refused when this release reads text in another way."""
    scope = desk.authority.require(Capability.READ)
    row = _row(desk, number)
    query = from_json(bytes(row.stored))
    hits = tuple(_hits(desk, query, scope, row.position, limit + 1, before))
    page = hits[:limit], len(hits) > limit
    return _saved(row), show(desk, row.query, query, page, scope, first=before is None)


def count_again(desk: Desk, number: int) -> tuple[int, int]:
    """How many are in a saved search's set, and how many match that were captured since; raises NotFound, Refused."""
    scope = desk.authority.require(Capability.READ)
    row = _row(desk, number)
    query = from_json(bytes(row.stored))
    index = open_index(desk.catalog)
    total = index.count(query, scope=scope)
    newer = 0
    since = desk.catalog.execute("SELECT count(*) FROM record WHERE leaf >= ?", (row.position,)).fetchone()[0]
    if since:
        newer = sum(len(_since(desk, ids, row.position)) for ids in _runs(index.matches(query, scope=scope)))
    desk.audit(Entry(act="search.count", actor=desk.actor, query=row.query, counts={"found": total - newer}))
    return total - newer, newer


def _hits(desk: Desk, query: Query, scope: Scope, position: int, limit: int, before: int | None) -> Iterator[Placed]:
    """The newest hits of records below `position`."""
    index = open_index(desk.catalog)
    left = limit
    while left:
        ids = index.search(query, limit=_STEP, before_id=before, scope=scope)
        for hit in placed(desk.catalog, ids):
            if left and hit.decoded.record < position:
                yield hit
                left -= 1
        if len(ids) < _STEP:
            return
        before = ids[-1]


def _since(desk: Desk, ids: Sequence[int], position: int) -> list[int]:
    marks = ",".join("?" * len(ids))
    rows = desk.catalog.execute(f"SELECT id FROM event WHERE id IN ({marks}) AND leaf >= ?", (*ids, position))
    return [identifier for (identifier,) in rows]


def _runs(ids: Iterator[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for identifier in ids:
        run.append(identifier)
        if len(run) == _STEP:
            yield run
            run = []
    if run:
        yield run


def _row(desk: Desk, number: int) -> SavedSearch:
    desk.authority.require(Capability.READ)
    row = SavedSearch.objects.filter(pk=min(number, ENDLESS), user=desk.user).first() if desk.user is not None else None
    if row is None:
        raise absent()
    return row


def _saved(row: SavedSearch) -> Saved:
    return Saved(row.pk, row.name, row.query, row.zone, row.position, row.made_at)
