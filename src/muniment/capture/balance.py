"""The balance sheet of an import: everything seen was stored, was there already, or was rejected, and each byte has its record."""

import bisect
from dataclasses import dataclass, field

import msgspec

from muniment.capture.connector import Part

WHAT = ("bytes", "lines", "messages", "attachments", "unread_files")
LISTS = ("stored", "duplicate", "rejected", "missing")
LISTED = 1000
"""Entries of a list that are kept in memory; the counts go on, and the records hold the rest."""
RUNS = 50_000
"""Runs of leaves of one fate that are kept; a file of which every second line came before has many."""


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A span that could not be read: its leaf, where it lies in the file, and why. Its bytes are kept in the record."""

    leaf: int
    member: str | None
    at: tuple[int, int]
    reason: str


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """An attachment that a message names and that did not come: the message's leaf and the name as written."""

    leaf: int
    name: str


class Seen(msgspec.Struct, frozen=True, gc=False):
    """A part that was counted, without its bytes, which may be many: what it adds to each count, and what lists tell of it."""

    amounts: list[tuple[str, int]]
    member: str | None
    at: tuple[int, int]
    missing: tuple[str, ...]
    rejected: str | None
    what: str
    """What a rejected part counts as, beside bytes and lines; empty where its record says what it is."""


@dataclass(slots=True)
class PartList:
    """Which parts had one fate, in the order of the file: runs of [first leaf, count, what], for whoever opens a number.

    A part that came twice stands twice in it, under the same leaf.
    """

    runs: list[tuple[int, int, str]] = field(default_factory=list)
    whole: bool = True
    """Whether all are here: the list ends after `RUNS` runs."""

    def add(self, leaf: int, what: str = "") -> None:
        """The next part."""
        if self.runs:
            first, count, same = self.runs[-1]
            if first + count == leaf and same == what:
                self.runs[-1] = (first, count + 1, what)
                return
        if len(self.runs) < RUNS:
            self.runs.append((leaf, 1, what))
        else:
            self.whole = False


@dataclass(slots=True)
class Count:
    """How many were seen, and what became of them."""

    seen: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def balanced(self) -> bool:
        """Whether everything seen is accounted for."""
        return self.seen == self.stored + self.duplicate + self.rejected


@dataclass(slots=True)
class BalanceSheet:
    """What one import did with one file. Sizes in bytes."""

    file: str
    size: int
    import_id: str
    counts: dict[str, Count] = field(default_factory=lambda: {what: Count() for what in WHAT})
    rejected: list[Rejection] = field(default_factory=list)
    rejected_count: int = 0
    missing: list[Missing] = field(default_factory=list)
    missing_count: int = 0
    vanished: int = 0
    unattributed: list[tuple[str | None, int, int]] = field(default_factory=list)
    stored_runs: list[tuple[int, int]] = field(default_factory=list)
    duplicate_runs: list[tuple[int, int]] = field(default_factory=list)
    lists: dict[str, PartList] = field(default_factory=lambda: {name: PartList() for name in LISTS})
    manifest: int | None = None
    """The leaf of the manifest that says of which records the file consists: this import's, or an earlier one's of the same file."""

    @property
    def balanced(self) -> bool:
        """Whether every count adds up and every byte of the file belongs to exactly one record."""
        return all(count.balanced for count in self.counts.values()) and not self.unattributed

    def saw(self, part: Part) -> Seen:
        """Count a part before its fate is known; what `fate` needs of it."""
        amounts = _amounts(part)
        for what, number in amounts:
            self.counts[what].seen += number
        counted = [what for what, _ in amounts[2:]]  # behind bytes and lines, which every part has
        what = "" if part.rejected is None else (counted or ["bytes"])[0]
        return Seen(amounts, part.member, part.at, part.missing, part.rejected, what)

    def fate(self, seen: Seen, leaf: int, what_became: str) -> None:
        """Count a part as `stored`, `duplicate` or `rejected`, and list it by its leaf."""
        for what, number in seen.amounts:
            count = self.counts[what]
            setattr(count, what_became, getattr(count, what_became) + number)
        self.lists[what_became].add(leaf, seen.what)
        if what_became == "rejected":
            self.rejected_count += 1
            if len(self.rejected) < LISTED:
                self.rejected.append(Rejection(leaf=leaf, member=seen.member, at=seen.at, reason=seen.rejected or ""))
        else:
            _extend(self.stored_runs if what_became == "stored" else self.duplicate_runs, leaf)
        self.missing_count += len(seen.missing)
        for _ in seen.missing:
            self.lists["missing"].add(leaf)
        if seen.missing and len(self.missing) < LISTED:
            self.missing.extend(Missing(leaf=leaf, name=name) for name in seen.missing)


def _amounts(part: Part) -> list[tuple[str, int]]:
    amounts = [("bytes", len(part.raw)), ("lines", part.lines)]
    if part.unread:
        if part.rejected is not None:  # the first piece; the others are the same file's
            amounts.append(("unread_files", 1))
    elif part.kind == "message" or (part.rejected is not None and part.lines):
        amounts.append(("messages", 1))
    elif part.kind == "attachment" or part.rejected is not None:
        amounts.append(("attachments", 1))
    return amounts


def _extend(runs: list[tuple[int, int]], leaf: int) -> None:
    if runs and runs[-1][0] + runs[-1][1] == leaf:
        runs[-1] = (runs[-1][0], runs[-1][1] + 1)
    elif len(runs) < LISTED:
        runs.append((leaf, 1))


class Tiling:
    """Which bytes of a file and of its members belong to a record; neighbouring spans are joined as they come."""

    def __init__(self) -> None:
        self._spans: dict[str | None, list[tuple[int, int]]] = {}
        self.overlaps: list[tuple[str | None, int, int]] = []

    def add(self, member: str | None, offset: int, length: int) -> None:
        """Attribute `length` bytes from `offset` on; an overlap with an earlier span is remembered."""
        if not length:
            return
        spans = self._spans.setdefault(member, [])
        if spans and spans[-1][1] == offset:
            spans[-1] = (spans[-1][0], offset + length)
            return
        place = bisect.bisect_left(spans, (offset, 0))
        before, after = spans[place - 1] if place else None, spans[place] if place < len(spans) else None
        if (before and before[1] > offset) or (after and after[0] < offset + length):
            self.overlaps.append((member, offset, length))
        spans.insert(place, (offset, offset + length))

    def gaps(self, member: str | None, size: int) -> list[tuple[str | None, int, int]]:
        """The (member, offset, length) of bytes from 0 to `size` that belong to nothing."""
        found, end = [], 0
        for low, high in sorted(self._spans.get(member, [])):
            if low > end:
                found.append((member, end, low - end))
            end = max(end, high)
        if end < size:
            found.append((member, end, size - end))
        return found
