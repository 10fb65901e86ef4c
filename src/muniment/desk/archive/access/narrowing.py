"""What a search can be narrowed by: exact counts of the matches by person, channel, month and so on, and names to choose from.

Each value is a term of the query language, and its count is that of the query with the term: the list that it opens is
the number that was shown.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from muniment.capture.audit import Entry
from muniment.catalog.placed import Placed, placed
from muniment.desk.archive.access.finding import Blind, named_zone, parse_query
from muniment.desk.archive.access.tally import Tally
from muniment.desk.archive.narrow import add, holds, term
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.errors import Refused
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from muniment.search.index import By

LOOKED_AT = 1000
"""The newest matches among which the people and conversations to offer are looked for."""
OFFERED = 8
"""How many people, how many conversations."""
UNDATED = "NOT (after:1970 OR before:1970)"
_CALENDAR = range(1971, 2514)
"""Years of which every moment has its own id."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the term that asks for it, how many matches have it, and whether the query asks for it already."""

    name: str
    hint: str
    """The channel, where two have one name."""
    term: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The values of one field; of people and conversations only the most frequent, `newest` when among the newest matches."""

    field: str
    values: tuple[Value, ...]
    whole: bool = True
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How many match, what of the archive a search reads only in part, and by what the matches can be narrowed."""

    found: int
    blind: Blind
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question, with all that its parts need."""

    desk: Desk
    text: str
    zone: str
    tally: Tally

    def count(self, more: str) -> int | None:
        """How many match with one term more; None where the language cannot say it."""
        try:
            narrowed = parse_query(self.desk, add(self.text, more), self.zone)
            return self.tally.count(narrowed, parse_query(self.desk, more, self.zone))
        except Refused:
            return None

    def value(self, name: str, hint: str, more: str, count: int) -> Value:
        return Value(name, hint, more, count, holds(self.text, more))


def narrowing(desk: Desk, text: str, *, zone: str = "UTC", capability: Capability = Capability.READ) -> Narrowing:
    """All of it for a query, as it stood at one moment; raises Refused, NotFound."""
    scope = desk.authority.require(capability)
    with _one_moment(desk):
        index, query = open_index(desk.catalog), parse_query(desk, text, zone)
        tally = Tally(index, query, scope, named_zone(zone))
        asked, found = _Asked(desk, text, zone, tally), tally.found
        newest = placed(desk.catalog, index.search(query, limit=LOOKED_AT, scope=scope))
        groups = (
            _people(asked, newest, more=found > LOOKED_AT),
            _conversations(asked, newest, more=found > LOOKED_AT),
            _group(asked, "channel"),
            Group("month", tuple(_months(asked))),
            _group(asked, "type"),
            _group(asked, "is"),
            _group(asked, "has"),
        )
        blind = Blind(
            index.count(Query(Field("type", "undecoded")), scope=scope),
            index.count(Query(Field("has", "attachment")), scope=scope),
        )
    counts = {"found": found, "values": sum(len(group.values) for group in groups)}
    desk.audit(Entry(act="search.narrow", actor=desk.actor, query=text, counts=counts))
    return Narrowing(found, blind, tuple(group for group in groups if group.values))


def suggest(
    desk: Desk, field: Literal["from", "in"], begins: str, *, capability: Capability = Capability.READ
) -> tuple[str, ...]:
    """Names of people (`from`) or conversations (`in`) within scope, for somebody who is typing one; raises NotFound."""
    scope = desk.authority.require(capability)
    index = open_index(desk.catalog)
    shown: dict[str, None] = {}
    for name in index.names(field, begins, 50):
        if len(shown) == OFFERED:
            break
        bearer = Query(Field("in" if field == "in" else "with", name.native, exact=True))
        if scope is None or index.search(bearer, limit=1, scope=scope):
            shown[name.display or name.native] = None
    desk.audit(Entry(act="search.suggest", actor=desk.actor, query=f"{field}:{begins}", counts={"shown": len(shown)}))
    return tuple(shown)


@contextmanager
def _one_moment(desk: Desk) -> Iterator[None]:
    """Let all counts be of one state of the catalog, whatever is projected meanwhile."""
    desk.catalog.begin_reading()
    try:
        yield
    finally:
        desk.catalog.rollback()


def _group(asked: _Asked, field: By) -> Group:
    found = asked.tally.values(field)
    return Group(field, tuple(asked.value(native, "", term(field, native), count) for native, count in found))


def _months(asked: _Asked) -> Iterator[Value]:
    for label, count in asked.tally.months:
        if not label:
            yield asked.value("", "", UNDATED, count)
        elif int(label[:4]) in _CALENDAR:
            yield asked.value(label, "", f"on:{label}", count)


def _people(asked: _Asked, newest: Sequence[Placed], *, more: bool) -> Group:
    from muniment.desk.people import access as people  # the command line searches without Django

    senders = Counter(
        (each.decoded.channel, each.decoded.event.sender) for each in newest if each.decoded.event.sender is not None
    )
    shown = {each.decoded.event.sender: each.decoded.event.sender_display or "" for each in reversed(newest)}
    behind = people.whose(list({(channel, str(native)) for channel, native in senders}))
    latest = {each.decoded.event.sender: each.decoded.event.sent_at for each in reversed(newest)}
    natives: dict[str, tuple[str, str]] = {}
    for (channel, native), _ in senders.most_common():
        who = behind.at(channel, str(native), latest[native])
        natives.setdefault(str(native), (who.name if who else shown[native] or str(native), channel))
    return _offered(asked, "from", natives, more=more)


def _conversations(asked: _Asked, newest: Sequence[Placed], *, more: bool) -> Group:
    seen = Counter(
        (each.decoded.event.conversation, each.decoded.channel) for each in newest if each.decoded.event.conversation
    )
    shown = {
        each.decoded.event.conversation: each.decoded.event.conversation_display or "" for each in reversed(newest)
    }
    named = {native: (shown[native] or native, channel) for (native, channel), _ in seen.most_common()}
    return _offered(asked, "in", named, more=more)


def _offered(asked: _Asked, field: str, natives: dict[str, tuple[str, str]], *, more: bool) -> Group:
    values = []
    offered = list(natives.items())[:OFFERED]
    named = Counter(name for _, (name, _) in offered)
    for native, (name, channel) in offered:
        wanted = term(field, native)
        count = asked.count(wanted)
        if count:
            values.append(asked.value(name, channel if named[name] > 1 else "", wanted, count))
    values.sort(key=lambda value: (-value.count, value.name))
    return Group(field, tuple(values), whole=not more and len(natives) <= OFFERED, newest=more)
