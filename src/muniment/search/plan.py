"""From a tree to what an index can answer: windows of ids, newest first, each with an expression free of names and times.

Conditions on time cut the line of ids into windows within which each of them is simply true or false. So they may stand
anywhere in a query, under OR and NOT too, and no database has to combine them with the match.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
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


def plan(nodes: Iterable[Node], lookup: Lookup, *, before: int | None = None) -> list[Window]:
    """The windows, newest first, in which documents of all `nodes` with an id under `before` can be found."""
    whole = And(tuple(nodes))
    fields = {node: tuple(lookup(node)) for node in walk(whole) if isinstance(node, Field)}
    ceiling = LATEST << SEQUENCE_BITS if before is None else min(before, LATEST << SEQUENCE_BITS)
    undated = 1 << SEQUENCE_BITS
    cuts = {0, undated, ceiling}
    for node in walk(whole):
        if isinstance(node, Sent):
            cuts.update(_id(seconds) for seconds in (node.first, node.end) if seconds is not None)
    windows: list[Window] = []
    edges = sorted(cut for cut in cuts if 0 <= cut <= ceiling)
    for first, end in pairwise(edges):
        expression = _reduce(whole, fields, first)
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


def _reduce(node: Node, fields: dict[Field, tuple[str, ...]], first: int) -> Expression:
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
            after = node.first is None or first >= _id(node.first)
            return first >= 1 << SEQUENCE_BITS and after and (node.end is None or first < _id(node.end))
        case Not(part):
            return _not(_reduce(part, fields, first))
        case And(parts):
            return _all(_reduce(part, fields, first) for part in parts)
        case Or(parts):
            return _any(_reduce(part, fields, first) for part in parts)


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
