"""The index, as its users see it, and all of it that is the same on both databases. `sqlite.Index` and `postgres.Index` are it.

An index writes within the transaction of the connection it was given and never commits.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, tzinfo
from typing import Final, Literal, NamedTuple, get_args

import msgspec

from muniment.record.errors import NotFound, Refused
from muniment.search import plan, tokens
from muniment.search.ast import Field, Node, Query
from muniment.search.document import Document, Name, Row, Shard, calendar, prepare, shard_of, storable

Role = Literal["person", "conversation", "account", "channel", "kind", "flag", "has", "label", "time"]
By = Literal["from", "to", "in", "account", "channel", "type", "is", "has", "label", "year", "month", "day"]

MARK: Final = "·"
"""Begins every token that is not text; folded text never holds it. By itself it is a token of every document."""

_ROLES: Final[dict[str, tuple[Role, str]]] = {
    "from": ("person", "s"),
    "to": ("person", "r"),
    "with": ("person", "sr"),
    "in": ("conversation", "c"),
    "account": ("account", "a"),
    "channel": ("channel", "h"),
    "type": ("kind", "k"),
    "is": ("flag", "f"),
    "has": ("has", "x"),
    "label": ("label", "l"),
}
"""The role in which a field looks for names, and the letters of the tokens that it stands for."""
_SINGLE: Final = ("account", "channel", "type")
"""Fields that each document has exactly one value of."""
_TIME: Final = "t"
"""The letter of a time that no id can carry; its name is the second, in decimal."""


class NameRow(NamedTuple):
    """A name of the dictionary: facet tokens hold its `id`."""

    id: int
    role: str
    native: str
    display: str


class Facet(msgspec.Struct, frozen=True):
    """How many documents there are of one value: a name, or a year, month or day as 2026, 2026-03, 2026-03-31 (empty: undated)."""

    value: Name
    count: int


class Index(ABC):
    """Documents by their words, names and times. Ids order documents by the time they were sent.

    `scope`, wherever it is taken, is a tree that is joined to the query by AND, within the query itself.
    """

    def __init__(self) -> None:
        self._names: dict[tuple[str, str, str], int] = {}
        self._last: NameRow | None = None
        self._shards: set[Shard] = set()

    # Writing

    @abstractmethod
    def create(self) -> None:
        """Make the tables where they are not there; raises Refused when they were made with another reading of text."""

    def add(self, documents: Iterable[Document]) -> None:
        """Index `documents`; their ids must be new. `write(prepare(documents))`."""
        self.write(prepare(documents))

    def write(self, rows: Sequence[Row]) -> None:
        """Index what `prepare` made; the ids must be new. New names are numbered in the order of `rows`."""
        self._remember()
        new: list[NameRow] = []
        number = self._numbering(new)
        heads: dict[tuple[object, ...], str] = {}
        by_shard: dict[Shard, list[tuple[int, str]]] = {}
        shard = shard_of(rows[0].document.id) if rows else Shard("", 0, 0)
        for document, body in rows:
            # What the messages of one conversation have in common is put together once a batch.
            common = (document.conversation, document.account, document.channel, document.kind, document.recipients,
                      document.flags, document.has, document.labels)  # fmt: skip
            head = heads.get(common)
            if head is None:
                head = heads[common] = _facets(document, number)
            if document.sender is not None:
                head = f"{head} {MARK}s{number('person', document.sender.native, document.sender.display)}"
            if document.outside is not None:
                head = f"{head} {MARK}{_TIME}{number('time', str(document.outside), '')}"
            if not shard.first <= document.id < shard.end:
                shard = shard_of(document.id)
            by_shard.setdefault(shard, []).append((document.id, f"{head} {body}"))
        if new:
            self._insert_names(new)
            self._last = new[-1]
        for shard, entries in sorted(by_shard.items()):
            self._open_shard(shard)
            # In order of id: FTS5 writes out what it has gathered whenever an id is smaller than the last.
            self._insert(shard, sorted(entries))

    def remove(self, document: Document, *, for_good: bool = True) -> None:
        """Take `document`, which must be as it was added, out of the index, and names that nothing else bears.

        What was written of it lies in the database's files until `forget`, which is asked for where it goes `for_good`. Raises
        NotFound when it is not in the index.
        """
        shard = shard_of(document.id)
        known = {
            role_native_display: self._name_id(*role_native_display) for role_native_display in _names_of(document)
        }
        if shard not in self._known_shards() or None in known.values() or not self._holds(shard, True, document.id):
            raise NotFound("document {id} is not in the index as it was given", id=document.id)
        ids = {key: number for key, number in known.items() if number is not None}
        number: _Number = lambda role, native, display: ids[role, storable(native), storable(display)]  # noqa: E731
        head = _facets(document, number)
        if document.sender is not None:
            head = f"{head} {MARK}s{number('person', document.sender.native, document.sender.display)}"
        if document.outside is not None:
            head = f"{head} {MARK}{_TIME}{number('time', str(document.outside), '')}"
        self._erase(shard, document.id, f"{head} {tokens.body(document.text)}")
        if for_good:
            self._mark_removed(shard)
        letters = {"time": _TIME, **{role: letter for role, letter in _ROLES.values() if letter not in ("s", "r")}}
        for (role, native, display), name in ids.items():
            borne = plan.Any(tuple(plan.Row((f"{MARK}{letter}{name}",)) for letter in letters[role]))  # type: ignore[index]
            if not any(self._holds(shard, borne) for shard in self._known_shards()):
                self._erase_name(NameRow(name, role, native, display))
        self._names.clear()
        self._last = None

    @abstractmethod
    def forget(self) -> None:
        """Write the shards anew from which documents were removed, so that no file of the database holds their tokens.

        Pages already in a write-ahead log go with its next truncating checkpoint, which is the caller's.
        """

    @abstractmethod
    def settle(self, pages: int = 500) -> bool:
        """Put the index in better order for reading, by writing about so many pages; False when there is nothing to do.

        For idle moments: whoever asks for many names at once waits for every segment that is not merged.
        """

    # Reading

    def search(self, query: Query, *, limit: int, before_id: int | None = None, scope: Node | None = None) -> list[int]:
        """Ids of documents that match, newest first, under `before_id`, at most `limit`."""
        found: list[int] = []
        for shard, first, end, expression in self._windows(query, scope, before_id):
            found += self._page(shard, expression, first, end, limit - len(found))
            if len(found) >= limit:
                break
        return found

    def count(self, query: Query, *, scope: Node | None = None) -> int:
        """How many documents match, exactly."""
        return sum(
            self._count(shard, expression, first, end) for shard, first, end, expression in self._windows(query, scope)
        )

    def matches(self, query: Query, *, scope: Node | None = None) -> Iterator[int]:
        """Ids of all documents that match, oldest first, undated ones before all others."""
        for shard, first, end, expression in reversed(self._windows(query, scope)):
            yield from self._stream(shard, expression, first, end)

    def among(self, query: Query, ids: Collection[int], *, scope: Node | None = None) -> list[int]:
        """Those of `ids` that match, ascending. All between the smallest and the largest are looked through."""
        if not ids:
            return []
        wanted, low, high = set(ids), min(ids), max(ids)
        return sorted(
            document
            for shard, first, end, expression in self._windows(query, scope, high + 1)
            if end > low
            for document in self._stream(shard, expression, max(first, low), end)
            if document in wanted
        )

    def values(self, by: By) -> list[Name]:
        """All values of a field, the newest first."""
        role, _ = _ROLES[by]
        return [Name(row.native, row.display) for row in sorted(self._names_in(role), key=lambda row: -row.id)]

    def names(self, by: By, begins: str, limit: int) -> list[Name]:
        """Names in the role of a field in which a word begins as the last of `begins` does, behind the others in a row."""
        role, _ = _ROLES[by]
        row, prefix = tokens.phrase(begins, prefix=True)
        if not row:
            return []
        found = set(self._find_names(role, plan.Row(row, prefix))[:limit])
        return [Name(name.native, name.display) for name in self._names_in(role) if name.id in found]

    def facets(
        self, query: Query, by: By, *, scope: Node | None = None, zone: tzinfo = UTC, total: int | None = None
    ) -> list[Facet]:
        """Counts of the matching documents by value, most first; by time, newest first, in `zone`. Values with none are left out.

        Whoever knows how many match in all gives `total`: of a field that each document has one value of, the oldest
        value, which is most often the commonest, need not be counted then.
        """
        windows = self._windows(query, scope)
        if by in ("year", "month", "day"):
            return self._by_time(windows, by, zone)
        role, letter = _ROLES[by]
        facets: list[Facet] = []
        left = total if by in _SINGLE else None
        rows = sorted(self._names_in(role), key=lambda name: -name.id)
        for row in rows:
            if left is None or row is not rows[-1]:
                token = plan.Row((f"{MARK}{letter}{row.id}",))
                count = sum(
                    self._count(shard, _within(expression, token), first, end)
                    for shard, first, end, expression in windows
                )
            else:
                count = left
            if left is not None:
                left -= count
            if count:
                facets.append(Facet(Name(row.native, row.display), count))
        return sorted(facets, key=lambda facet: (-facet.count, facet.value.display, facet.value.native))

    def _by_time(self, windows: Sequence["_Window"], by: str, zone: tzinfo) -> list[Facet]:
        counts: dict[str, int] = {}
        for window in windows:
            for label, first, end in calendar(window.first, window.end, by, zone):
                if count := self._count(window.shard, window.expression, first, end):
                    counts[label] = counts.get(label, 0) + count
        return [Facet(Name(label), counts[label]) for label in sorted(counts, reverse=True)]

    # Common to both databases

    @staticmethod
    def _check_reading(rows: Sequence[tuple[int, str]]) -> None:
        if list(rows) != [(tokens.VERSION, tokens.TABLES)]:
            raise Refused(
                "the search index was made with other tables of characters than this release has; run `muniment rebuild`"
            )

    def _windows(self, query: Query, scope: Node | None, before: int | None = None) -> list["_Window"]:
        """What to ask of which shard, newest first."""
        if query.tokeniser != tokens.VERSION:
            raise Refused(
                "the query was stored for reading {got} of text, this index is of reading {known}",
                got=query.tokeniser,
                known=tokens.VERSION,
            )
        nodes = (query.node,) if scope is None else (query.node, scope)
        shards = sorted(self._known_shards(), key=lambda shard: shard.first, reverse=True)
        return [
            _Window(shard, max(shard.first, window.first), min(shard.end, window.end), window.expression)
            for window in plan.plan(nodes, self._lookup, self._outside, before=before)
            for shard in shards
            if shard.first < window.end and window.first < shard.end
        ]

    def _lookup(self, field: Field) -> Sequence[str]:
        role, letters = _ROLES[field.name]
        ids: Sequence[int]
        if field.exact:
            ids = self._natives(role, storable(field.value))
        elif role in ("person", "conversation"):
            row, prefix = tokens.phrase(field.value, prefix=field.prefix)
            ids = self._find_names(role, plan.Row(row, prefix)) if row else ()
        else:
            value = tokens.fold(field.value)
            ids = [name.id for name in self._names_in(role) if tokens.fold(name.native) == value]
        return [f"{MARK}{letter}{number}" for letter in letters for number in ids]

    def _outside(self) -> dict[int, str]:
        return {int(name.native): f"{MARK}{_TIME}{name.id}" for name in self._names_in("time")}

    def _numbering(self, new: list[NameRow]) -> "_Number":
        """A function that gives a name's number and puts names not seen before into `new`."""
        names = self._names
        last = self._last.id if self._last else 0

        def number(role: str, native: str, display: str) -> int:
            nonlocal last
            found = names.get((role, native, display))
            if found is None:
                key = (role, storable(native), storable(display))
                found = names.get(key)
                if found is None:
                    last += 1
                    found = names[key] = last
                    new.append(NameRow(last, *key))
                names[role, native, display] = found
            return found

        return number

    def _remember(self) -> None:
        """Bring the names in memory up to the database's, which is ahead after a restart and behind after a rollback."""
        newest = self._newest_name()
        if newest != self._last:
            self._names = {
                (row.role, row.native, row.display): row.id for role in get_args(Role) for row in self._names_in(role)
            }
            self._last = newest

    @abstractmethod
    def _newest_name(self) -> NameRow | None: ...
    @abstractmethod
    def _names_in(self, role: str) -> Sequence[NameRow]: ...
    @abstractmethod
    def _name_id(self, role: str, native: str, display: str) -> int | None: ...
    @abstractmethod
    def _find_names(self, role: str, row: plan.Row) -> Sequence[int]: ...
    @abstractmethod
    def _natives(self, role: str, native: str) -> Sequence[int]: ...
    @abstractmethod
    def _insert_names(self, names: Sequence[NameRow]) -> None: ...
    @abstractmethod
    def _erase_name(self, name: NameRow) -> None: ...
    @abstractmethod
    def _known_shards(self) -> Sequence[Shard]: ...
    @abstractmethod
    def _open_shard(self, shard: Shard) -> None: ...
    @abstractmethod
    def _insert(self, shard: Shard, entries: Sequence[tuple[int, str]]) -> None: ...
    @abstractmethod
    def _erase(self, shard: Shard, document: int, text: str) -> None: ...
    @abstractmethod
    def _mark_removed(self, shard: Shard) -> None: ...
    @abstractmethod
    def _page(self, shard: Shard, expression: plan.Expression, first: int, end: int, limit: int) -> Sequence[int]: ...
    @abstractmethod
    def _count(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> int: ...
    @abstractmethod
    def _stream(self, shard: Shard, expression: plan.Expression, first: int, end: int) -> Iterator[int]: ...

    def _holds(self, shard: Shard, expression: plan.Expression, document: int | None = None) -> bool:
        first, end = (shard.first, shard.end) if document is None else (document, document + 1)
        return bool(self._page(shard, expression, first, end, 1))


def name_body(name: NameRow) -> str:
    """A name's tokens; the mark between its two forms keeps a phrase from beginning in one and ending in the other."""
    return f"{MARK}{name.role} {tokens.body(name.native)} {MARK} {tokens.body(name.display)}"


_Number = Callable[[str, str, str], int]


class _Window(NamedTuple):
    shard: Shard
    first: int
    end: int
    expression: plan.Expression


def _within(expression: plan.Expression, token: plan.Row) -> plan.Expression:
    match expression:
        case bool():
            return token
        case plan.All(parts, without):
            return plan.All((token, *parts), without)
    return plan.All((token, expression))


def _facets(document: Document, number: _Number) -> str:
    """The tokens of all that a document's query fields can ask for, its sender aside."""
    found = [
        MARK,
        f"{MARK}a{number('account', document.account, '')}",
        f"{MARK}h{number('channel', document.channel, '')}",
        f"{MARK}k{number('kind', document.kind, '')}",
        f"{MARK}c{number('conversation', document.conversation.native, document.conversation.display)}",
    ]
    found += [f"{MARK}f{number('flag', flag, '')}" for flag in document.flags]
    found += [f"{MARK}x{number('has', thing, '')}" for thing in document.has]
    found += [f"{MARK}l{number('label', label, '')}" for label in document.labels]
    found += [f"{MARK}r{number('person', name.native, name.display)}" for name in document.recipients]
    return " ".join(found)


def _names_of(document: Document) -> list[tuple[str, str, str]]:
    seen: dict[tuple[str, str, str], None] = {}

    def note(role: str, native: str, display: str) -> int:
        seen[role, storable(native), storable(display)] = None
        return 0

    _facets(document, note)
    if document.sender is not None:
        note("person", document.sender.native, document.sender.display)
    if document.outside is not None:
        note("time", str(document.outside), "")
    return list(seen)
