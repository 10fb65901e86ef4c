"""Capture accounts: whose they are and were, how many messages came through each, and when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm, today
from muniment.desk.people.models import Holding
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from muniment.search.document import sent_seconds

PAGE = 50


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody whose account it is or was. `number` is that of the row, `person` that of the person."""

    number: int
    person: int
    name: str
    other_name: str
    since: date | None
    until: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account. Times in µs UTC: first and last are when messages were sent, `received` when the newest of them came."""

    source: str
    name: str
    connector: str
    holders: tuple[Holder, ...]
    messages: int
    first: int | None
    last: int | None
    received: int | None

    @property
    def holding(self) -> tuple[Holder, ...]:
        """Whose it is today."""
        return tuple(holder for holder in self.holders if holder.now)


@dataclass(frozen=True, slots=True)
class Accounts:
    """A page of accounts by name. `unheld` counts all that are nobody's today."""

    rows: tuple[AccountRow, ...]
    total: int
    unheld: int
    more: str
    """The name behind which the next page begins; empty on the last."""


def accounts(desk: Desk, after: str = "", *, unheld: bool = False) -> Accounts:
    """A page of accounts, of all or of those that are nobody's today; what is shown of them is numbers and days, no content."""
    desk.authority.require(Capability.ACCOUNTS)
    every = desk.catalog.execute("SELECT source, name, connector FROM account ORDER BY name").fetchall()
    holders = _holders(source for source, _, _ in every)
    nobodys = [row for row in every if not any(holder.now for holder in holders[row[0]])]
    rows = [row for row in (nobodys if unheld else every) if row[1] > after]
    shown = tuple(_row(desk, row, holders[row[0]]) for row in rows[:PAGE])
    return Accounts(shown, len(every), len(nobodys), shown[-1].name if len(rows) > PAGE else "")


def account(desk: Desk, source: str) -> AccountRow:
    """One account; the reading is audited. Raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    row = desk.catalog.execute("SELECT source, name, connector FROM account WHERE source = ?", (source,)).fetchone()
    if row is None:
        raise NotFound("there is no such {what}", what="account")
    desk.audit(Entry(act="account.read", actor=desk.actor, object=source))
    return _row(desk, row, _holders([source])[source])


def names(desk: Desk, connector: str | None = None) -> list[str]:
    """The names of the accounts of a connector, or of all that files are brought into, for a form."""
    desk.authority.require(Capability.IMPORT)
    rows = desk.catalog.execute("SELECT name, connector FROM account ORDER BY name").fetchall()
    return [name for name, of in rows if of != "handin" and connector in (None, of)]


def _holders(sources: Iterable[str]) -> dict[str, tuple[Holder, ...]]:
    day = today(ZoneInfo(firm().zone))
    wanted = set(sources)
    found: dict[str, list[Holder]] = defaultdict(list)
    for row in Holding.objects.select_related("person").order_by("since", "id"):
        if row.source in wanted:
            now = (row.since is None or row.since <= day) and (row.until is None or row.until > day)
            found[row.source].append(
                Holder(row.pk, row.person_id, row.person.name, row.person.other_name, row.since, row.until, now)
            )
    return {source: tuple(found[source]) for source in wanted}


def _row(desk: Desk, row: tuple[str, str, str], holders: tuple[Holder, ...]) -> AccountRow:
    source, name, connector = row
    index, query = open_index(desk.catalog), Query(Field("account", name))
    newest = index.search(query, limit=1)
    oldest = next(_dated(index.matches(query)), None)
    received = None
    if newest:
        found = desk.catalog.execute(
            "SELECT record.received_at FROM event JOIN record ON record.leaf = event.leaf WHERE event.id = ?",
            (newest[0],),
        ).fetchone()
        received = None if found is None else int(found[0])
    return AccountRow(
        source,
        name,
        connector,
        holders,
        index.count(query),
        None if oldest is None else oldest * SECOND,
        _sent(newest),
        received,
    )


def _dated(ids: Iterable[int]) -> Iterator[int]:
    return (seconds for seconds in map(sent_seconds, ids) if seconds is not None)


def _sent(newest: list[int]) -> int | None:
    seconds = sent_seconds(newest[0]) if newest else None
    return None if seconds is None else seconds * SECOND
