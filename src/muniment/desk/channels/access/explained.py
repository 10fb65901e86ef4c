"""What people said about gaps, and which gaps nobody has explained. No content: a gap holds none, and its explanation is the firm's own.

Gaps are in the catalog and explanations in the desk's database, so that neither is asked to join the other: the numbers are
taken apart and set off, and up to `EXPLAINED` every gap is known to be explained.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from muniment.desk.authority import Capability
from muniment.desk.channels.access.health import PAGE, GapRow, Gaps, gap_page
from muniment.desk.channels.models import Explained, Watched
from muniment.desk.desk import Desk

EXPLAINED = "explained"
"""The row of `Watched` that says so; the action that explains moves it (actions/explaining.py)."""
MOST_PAGES = 20
"""Pages that are looked through for gaps nobody has explained, before the list goes on at the next."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was said last about a gap: what came of it, in whose words, and when (µs UTC)."""

    outcome: str
    reason: str
    actor: str
    at: int


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Gaps that nobody has explained: how many of each source, and when the oldest was sealed (µs UTC)."""

    of: Mapping[str, int]
    since: int | None

    @property
    def number(self) -> int:
        """How many there are."""
        return sum(self.of.values())


def unexplained(desk: Desk, *, capability: Capability = Capability.ACCOUNTS) -> Unexplained:
    """What is still to be explained; four queries, however many gaps there are."""
    desk.authority.require(capability)
    said = dict(Explained.objects.values_list("source").annotate(Count("leaf")).order_by())
    rows = desk.catalog.execute("SELECT source, count(*) FROM gap GROUP BY source").fetchall()
    counts = {source: int(number) - said.get(source, 0) for source, number in rows}
    found = {source: number for source, number in counts.items() if number > 0}
    if not found:
        return Unexplained({}, None)
    oldest = desk.catalog.execute(
        "SELECT found_at FROM gap WHERE leaf > ? ORDER BY leaf LIMIT 1", (explained_to(),)
    ).fetchone()
    return Unexplained(found, None if oldest is None else int(oldest[0]))


def explanations(desk: Desk, leaves: Iterable[int]) -> dict[int, Explanation]:
    """What was said about each of these gaps; those that nobody has explained are left out."""
    desk.authority.require(Capability.ACCOUNTS)
    rows = Explained.objects.filter(leaf__in=list(leaves))
    return {row.leaf: Explanation(row.outcome, row.reason, row.actor, row.at) for row in rows}


def open_page(
    desk: Desk, before: int | None = None, source: str = "", since: int | None = None, until: int | None = None
) -> Gaps:
    """A page of gaps that nobody has explained, as `gap_page` has all of them."""
    rows: list[GapRow] = []
    to, total, more = explained_to(), 0, before
    for _ in range(MOST_PAGES):
        page = gap_page(desk, more, source, since, until)
        said = explanations(desk, (each.leaf for each in page.rows))
        rows += [each for each in page.rows if each.leaf not in said]
        total, more = page.total, page.more
        if more is None or more <= to or len(rows) > PAGE:
            break
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        more = rows[-1].leaf
    elif more is not None and more <= to:
        more = None
    return Gaps(rows, max(0, total - _said(source, since, until)), more)


def explained_to() -> int:
    """The newest leaf up to which no gap waits to be explained; -1 for none."""
    row = Watched.objects.filter(pk=EXPLAINED).first()
    return -1 if row is None else row.position


def _said(source: str, since: int | None, until: int | None) -> int:
    found = Explained.objects.all()
    if source:
        found = found.filter(source=source)
    if since is not None:
        found = found.filter(found_at__gte=since)
    if until is not None:
        found = found.filter(found_at__lt=until)
    return found.count()
