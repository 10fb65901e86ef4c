"""What a query reaches beyond its matches: the time it asks about, and whose messages, whatever they say.

A message that never came cannot match. What may have been missed is asked for with these two: wider than the query, never narrower.
"""

from collections.abc import Iterable

from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent

PLACES = frozenset({"from", "to", "with", "in", "account", "channel"})
"""Fields that say whose messages are asked for, not what is in them."""


def span(node: Node) -> tuple[int | None, int | None]:
    """From when (inclusive) until when (exclusive) a match can have been sent, seconds UTC; None is open."""
    match node:
        case Sent(first=first, end=end):
            return first, end
        case And(parts):
            firsts, ends = zip(*map(span, parts), strict=True)
            return max(_known(firsts), default=None), min(_known(ends), default=None)
        case Or(parts):
            firsts, ends = zip(*map(span, parts), strict=True)
            return (
                None if None in firsts else min(_known(firsts)),
                None if None in ends else max(_known(ends)),
            )
    return None, None


def whose(node: Node) -> Node:
    """The same question without words, times and kinds: everything of the people, conversations and channels it asks for."""
    match node:
        case Field(name=name) if name in PLACES:
            return node
        case And(parts):
            return And(tuple(map(whose, parts)))
        case Or(parts):
            kept = tuple(map(whose, parts))
            return Everything() if Everything() in kept else Or(kept)
        case Not(part):
            return node if _places_alone(part) else Everything()
    return Everything()


def _places_alone(node: Node) -> bool:
    match node:
        case Field(name=name):
            return name in PLACES
        case And(parts) | Or(parts):
            return all(map(_places_alone, parts))
        case Not(part):
            return _places_alone(part)
    return False


def _known(values: Iterable[int | None]) -> list[int]:
    return [value for value in values if value is not None]
