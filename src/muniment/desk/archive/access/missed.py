"""The gaps that a query may have run into: those of the accounts and the time that it asks about, whatever its words."""

from dataclasses import dataclass

from muniment.capture.feeds.gap import Gap, decode_gap
from muniment.desk.authority import Scope
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND
from muniment.search.ast import And, Everything, Field, Query
from muniment.search.database import open_index
from muniment.search.reach import span, whose


@dataclass(frozen=True, slots=True)
class Missed:
    """A gap leaf, and the name of the account in which it lies. `found_at` is when it was noticed, µs UTC."""

    leaf: int
    account: str
    found_at: int
    gap: Gap


def missed(desk: Desk, query: Query, scope: Scope) -> list[Missed]:
    """By leaf. A gap whose beginning or end is not known counts as far as it may reach, until it was noticed.

    An account is touched when anything of the same people, conversations and channels was ever seen in it, within `scope`; one
    in which nothing was ever seen is touched by a question about everything and everybody.
    """
    named = dict(desk.catalog.execute("SELECT source, name FROM account"))
    index, place, (first, end) = open_index(desk.catalog), whose(query.node), span(query.node)
    touched: dict[str, bool] = {}
    found = []
    for leaf, source, found_at, body in desk.catalog.execute(
        "SELECT leaf, source, found_at, body FROM gap ORDER BY leaf"
    ):
        gap = decode_gap(body.encode())
        until = found_at if gap.until is None else gap.until
        if (first is not None and until < first * SECOND) or (
            end is not None and gap.since is not None and gap.since >= end * SECOND
        ):
            continue
        name = named.get(source, source)
        if source not in touched:
            here = Query(And((place, Field("account", name, exact=True))))
            touched[source] = bool(index.search(here, limit=1, scope=scope)) or (
                scope is None and place == Everything()
            )
        if touched[source]:
            found.append(Missed(leaf, name, found_at, gap))
    return found
