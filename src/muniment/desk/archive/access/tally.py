"""Counts of a query's matches by what they have. Two ways to the same numbers: which one is quicker depends on how many match.

A few are gone through once, and each value's own messages are looked for among them: so a scope of many people, which is dear
to ask, is asked once. Many are counted value by value, within the index.
"""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice
from zoneinfo import ZoneInfo

from muniment.desk.authority import Scope
from muniment.search.ast import Field, Query
from muniment.search.document import calendar
from muniment.search.index import By, Index

FEW = 100_000
"""Matches up to which they are gone through, where a scope is asked with each count."""
FEW_OF_ALL = 2_000
"""The same for who may read everything: there a count is a matter of the index alone."""
_SINGLE = ("channel", "type")
"""Fields that each message has exactly one value of."""


class Tally:
    """The matches of one query within one scope."""

    def __init__(self, index: Index, query: Query, scope: Scope, zone: ZoneInfo) -> None:
        self._index, self._query, self._scope, self._zone = index, query, scope, zone
        few = FEW_OF_ALL if scope is None else FEW
        ids = list(islice(index.matches(query, scope=scope), few + 1))
        self._ids: Sequence[int] | None = sorted(ids) if len(ids) <= few else None
        self.months = self._months()
        """By month, newest first: 2026-11, empty for undated messages."""
        self.found = sum(count for _, count in self.months)

    def count(self, narrowed: Query, term: Query) -> int:
        """How many matches there are with one term more: `narrowed` is the query with it, `term` the term alone."""
        if self._ids is None:
            return self._index.count(narrowed, scope=self._scope)
        return len(self._index.among(term, self._ids))

    def values(self, field: By) -> list[tuple[str, int]]:
        """The values of a field and how many matches have each, most first."""
        if self._ids is None:
            facets = self._index.facets(self._query, field, scope=self._scope, total=self.found)
            return [(facet.value.native, facet.count) for facet in facets]
        names = self._index.values(field)
        counts: list[tuple[str, int]] = []
        left = self.found
        for name in names:
            last = field in _SINGLE and name is names[-1]
            count = left if last else len(self._index.among(Query(Field(field, name.native, exact=True)), self._ids))  # type: ignore[arg-type]  # a field of the language
            left -= count
            if count:
                counts.append((name.native, count))
        return sorted(counts, key=lambda each: (-each[1], each[0]))

    def _months(self) -> list[tuple[str, int]]:
        if self._ids is None:
            months = self._index.facets(self._query, "month", scope=self._scope, zone=self._zone)
            return [(month.value.native, month.count) for month in months]
        if not self._ids:
            return []
        counts: dict[str, int] = {}
        for label, first, end in calendar(self._ids[0], self._ids[-1] + 1, "month", self._zone):
            count = bisect_left(self._ids, end) - bisect_left(self._ids, first)
            if count:
                counts[label] = counts.get(label, 0) + count
        return sorted(counts.items(), reverse=True)
