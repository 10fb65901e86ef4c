"""From a tree to what an index can answer: windows of ids, newest first, each with an expression free of names and times.

Conditions on time cut the line of ids into windows within which each of them is simply true or false. So they may stand
anywhere in a query, under OR and NOT too, and no database has to combine them with the match. The second at each end
of the line also holds the times that no id can carry. They bear tokens, and a date out there asks for these.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent, Text, walk
from muniment.search.document import LATEST, SEQUENCE_BITS
from muniment.search.tokens import phrase


class Row(NamedTuple):
    """Documents with these tokens in a row; with `prefix`, the last is the beginning of one."""

    tokens: tuple[str, ...]
    prefix: bool = False


class Any(NamedTuple):
    """Documents in any of the parts."""

    parts: tuple["Expression", ...]


class All(NamedTuple):
    """Documents in each of `parts` and in none of `without`. Never both empty."""

    parts: tuple["Expression", ...]
    without: tuple["Expression", ...] = ()


Expression = bool | Row | Any | All
"""True is every document, False none."""


class Window(NamedTuple):
    """Ids from `first` up to `end` (exclusive), and what to find among them."""

    first: int
    end: int
    expression: Expression


Lookup = Callable[[Field], Sequence[str]]
"""Tokens of the names that a field's value finds."""
Outside = Callable[[], Mapping[int, str]]
"""The times that no id can carry, in seconds since 1970, and their tokens."""


def plan(nodes: Iterable[Node], lookup: Lookup, outside: Outside, *, before: int | None = None) -> list[Window]:
    """The windows, newest first, in which documents of all `nodes` with an id under `before` can be found."""
    whole = And(tuple(nodes))
    fields = {node: tuple(lookup(node)) for node in walk(whole) if isinstance(node, Field)}
    ceiling = LATEST << SEQUENCE_BITS if before is None else min(before, LATEST << SEQUENCE_BITS)
    undated = 1 << SEQUENCE_BITS
    cuts = {0, undated, ceiling}
    bounds = [s for node in walk(whole) if isinstance(node, Sent) for s in (node.first, node.end) if s is not None]
    cuts.update(_id(seconds) for seconds in bounds)
    far: Mapping[int, str] = {}
    if any(seconds <= 1 or seconds >= LATEST for seconds in bounds):  # else an end of the line is all true or all false
        far = outside()
        cuts.update((2 << SEQUENCE_BITS, LATEST - 1 << SEQUENCE_BITS))
    windows: list[Window] = []
    edges = sorted(cut for cut in cuts if 0 <= cut <= ceiling)
    for first, end in pairwise(edges):
        expression = _reduce(whole, fields, far, first)
        if expression is False:
            continue
        if windows and windows[-1].end == first and windows[-1].expression == expression:
            windows[-1] = Window(windows[-1].first, end, expression)
        else:
            windows.append(Window(first, end, expression))
    return windows[::-1]


def _id(seconds: int) -> int:
    """The first id of a second; every dated one is 1 or later."""
    return min(max(seconds, 1), LATEST) << SEQUENCE_BITS


def _reduce(node: Node, fields: dict[Field, tuple[str, ...]], far: Mapping[int, str], first: int) -> Expression:
    """`node` as it stands within a window that begins at the id `first`."""
    match node:
        case Everything():
            return True
        case Text(text, prefix):
            tokens, begins = phrase(text, prefix=prefix)
            return Row(tokens, begins) if tokens else False
        case Field():
            return _any(Row((token,)) for token in fields[node])
        case Sent():
            return _sent(node, far, first >> SEQUENCE_BITS)
        case Not(part):
            return _not(_reduce(part, fields, far, first))
        case And(parts):
            return _all(_reduce(part, fields, far, first) for part in parts)
        case Or(parts):
            return _any(_reduce(part, fields, far, first) for part in parts)


def _sent(node: Sent, far: Mapping[int, str], second: int) -> Expression:
    """`node` within a window that begins at `second`; `far` are the times beyond the first and the last."""

    def holds(seconds: int) -> bool:
        return (node.first is None or seconds >= node.first) and (node.end is None or seconds < node.end)

    if second == 0:
        return False
    here = holds(second)
    beyond = (lambda s: s < 1) if second == 1 else (lambda s: s >= LATEST) if second == LATEST - 1 else None
    if beyond is None:
        return here
    others = _any(Row((token,)) for seconds, token in far.items() if beyond(seconds) and holds(seconds) != here)
    return _not(others) if here else others


def _not(part: Expression) -> Expression:
    if isinstance(part, bool):
        return not part
    if isinstance(part, All) and not part.parts:
        return _any(part.without)
    return All((), (part,))


def _all(parts: Iterable[Expression]) -> Expression:
    wanted: dict[Expression, None] = {}
    without: dict[Expression, None] = {}
    for part in parts:
        if part is False:
            return False
        if isinstance(part, All):
            wanted.update(dict.fromkeys(part.parts))
            without.update(dict.fromkeys(part.without))
        elif part is not True:
            wanted[part] = None
    if not wanted and not without:
        return True
    return next(iter(wanted)) if len(wanted) == 1 and not without else All(tuple(wanted), tuple(without))


def _any(parts: Iterable[Expression]) -> Expression:
    found: dict[Expression, None] = {}
    for part in parts:
        if part is True:
            return True
        if isinstance(part, Any):
            found.update(dict.fromkeys(part.parts))
        elif part is not False:
            found[part] = None
    return next(iter(found)) if len(found) == 1 else Any(tuple(found)) if found else False


def groups(items: Sequence[Expression], width: int) -> Iterator[Sequence[Expression]]:
    """`items` in groups of at most `width`."""
    for at in range(0, len(items), width):
        yield items[at : at + width]
