"""Capture accounts: whose they are and were, how many messages came through each, and when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.tally import counts
from muniment.desk.people.access import firm, today
from muniment.desk.people.models import Holding, current
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound
from muniment.search.ast import Field, Or, Query
from muniment.search.database import open_index
from muniment.search.document import sent_seconds
from muniment.search.tokens import fold

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
    every = _every(desk)
    held = _held()
    nobodys = [row for row in every if row[0] not in held]
    rows = [row for row in (nobodys if unheld else every) if row[1] > after]
    holders, numbers = _holders([row[0] for row in rows[:PAGE]]), _Numbers(desk, every)
    shown = tuple(_row(numbers, row, holders[row[0]]) for row in rows[:PAGE])
    return Accounts(shown, len(every), len(nobodys), shown[-1].name if len(rows) > PAGE else "")


def account(desk: Desk, source: str) -> AccountRow:
    """One account; the reading is audited. Raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    every = _every(desk)
    row = next((each for each in every if each[0] == source), None)
    if row is None:
        raise NotFound("there is no such {what}", what="account")
    desk.audit(Entry(act="account.read", actor=desk.actor, object=source))
    return _row(_Numbers(desk, every), row, _holders([source])[source])


def names(desk: Desk, connector: str | None = None) -> list[str]:
    """The names of the accounts of a connector, or of all that files are brought into, for a form."""
    desk.authority.require(Capability.IMPORT)
    rows = desk.catalog.execute("SELECT name, connector FROM account ORDER BY name").fetchall()
    return [name for name, of in rows if of != "handin" and connector in (None, of)]


def _held() -> set[str]:
    """The accounts that are somebody's today."""
    return set(Holding.objects.filter(current(_today())).values_list("source", flat=True))


def _holders(sources: Sequence[str]) -> dict[str, tuple[Holder, ...]]:
    day = _today()
    found: dict[str, list[Holder]] = defaultdict(list)
    for row in Holding.objects.filter(source__in=sources).select_related("person").order_by("since", "id"):
        now = (row.since is None or row.since <= day) and (row.until is None or row.until > day)
        found[row.source].append(
            Holder(row.pk, row.person_id, row.person.name, row.person.other_name, row.since, row.until, now)
        )
    return {source: tuple(found[source]) for source in sources}


def _today() -> date:
    return today(ZoneInfo(firm().zone))


def _every(desk: Desk) -> list[tuple[str, str, str]]:
    return desk.catalog.execute("SELECT source, name, connector FROM account ORDER BY name").fetchall()


class _Numbers:
    """What came through each account, in the numbers of the search that finds it; names that fold alike are one to it."""

    def __init__(self, desk: Desk, every: Sequence[tuple[str, str, str]]) -> None:
        self.catalog, self.index = desk.catalog, open_index(desk.catalog)
        found = counts(desk, ZoneInfo(firm().zone))
        self._alike: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for source, name, _ in every:
            self._alike[fold(name)].append((source, name))
        self._events = None if found.left else {source: row.events for source, row in found.heard.items()}

    def query(self, name: str) -> Query:
        """What `account:` with this name asks for."""
        return Query(Or(tuple(Field("account", each, exact=True) for _, each in self._alike[fold(name)])))

    def count(self, name: str) -> int:
        """How many it finds. While the worker is far behind, the index is asked, which goes through all of them."""
        if self._events is None:
            return self.index.count(self.query(name))
        return sum(self._events.get(source, 0) for source, _ in self._alike[fold(name)])


def _row(numbers: _Numbers, row: tuple[str, str, str], holders: tuple[Holder, ...]) -> AccountRow:
    source, name, connector = row
    query = numbers.query(name)
    newest = numbers.index.search(query, limit=1)
    oldest = next(_dated(numbers.index.matches(query)), None)
    received = None
    if newest:
        found = numbers.catalog.execute(
            "SELECT record.received_at FROM event JOIN record ON record.leaf = event.leaf WHERE event.id = ?",
            (newest[0],),
        ).fetchone()
        received = None if found is None else int(found[0])
    return AccountRow(
        source,
        name,
        connector,
        holders,
        numbers.count(name),
        None if oldest is None else oldest * SECOND,
        _sent(newest),
        received,
    )


def _dated(ids: Iterable[int]) -> Iterator[int]:
    return (seconds for seconds in map(sent_seconds, ids) if seconds is not None)


def _sent(newest: list[int]) -> int | None:
    seconds = sent_seconds(newest[0]) if newest else None
    return None if seconds is None else seconds * SECOND
