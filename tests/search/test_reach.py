"""What a query reaches is never narrower than the query: each match lies within its span and among those whose messages it asks for."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.search.ast import And, Everything, Field, Node, Not, Or, Sent, Text
from muniment.search.grammar import parse
from muniment.search.reach import span, whose

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def node(text: str) -> Node:
    return parse(text, zone=ZoneInfo("UTC"), now=NOW).node


def at(day: int) -> int:
    return int(datetime(2026, 11, day, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("term sheet", (None, None)),
        ("on:2026-11-05 term", (at(5), at(6))),
        ("on:2026-11-05 OR on:2026-11-09", (at(5), at(10))),
        ("on:2026-11-05 OR term", (None, None)),
        ("NOT on:2026-11-05", (None, None)),
        ("before:2026-11-05 before:2026-11-03", (None, at(3))),
    ],
)
def test_the_time_that_a_query_asks_about(query: str, expected: tuple[int | None, int | None]) -> None:
    assert span(node(query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("term", Everything()),
        ("from:lee term", And((Field("from", "lee"), Everything()))),
        ("from:lee OR term", Everything()),
        ("from:lee OR in:desk", Or((Field("from", "lee"), Field("in", "desk")))),
        ("NOT from:lee", Not(Field("from", "lee"))),
        ("NOT (from:lee term)", Everything()),
    ],
)
def test_whose_messages_a_query_asks_for(query: str, expected: Node) -> None:
    assert whose(node(query)) == expected


_PEOPLE = ("lee", "zhao")
_leaves: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from([Field("from", name) for name in _PEOPLE]),
    st.sampled_from([Text("a"), Text("b"), Everything()]),
    st.builds(Sent, st.integers(0, 9), st.integers(10, 19)),
)
_nodes: st.SearchStrategy[Node] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.tuples(inner, inner)),
        st.builds(Or, st.tuples(inner, inner)),
    ),
    max_leaves=8,
)


def holds(node: Node, person: str, text: str, sent: int) -> bool:
    """Whether a message matches."""
    match node:
        case Everything():
            return True
        case Text(text=wanted):
            return wanted == text
        case Field(value=wanted):
            return wanted == person
        case Sent(first=first, end=end):
            return (first is None or first <= sent) and (end is None or sent < end)
        case Not(part):
            return not holds(part, person, text, sent)
        case And(parts):
            return all(holds(part, person, text, sent) for part in parts)
        case Or(parts):
            return any(holds(part, person, text, sent) for part in parts)
    raise AssertionError(node)


@given(_nodes, st.sampled_from(_PEOPLE), st.sampled_from("ab"), st.integers(0, 25))
def test_whatever_matches_lies_within_reach(node: Node, person: str, text: str, sent: int) -> None:
    if holds(node, person, text, sent):
        first, end = span(node)
        assert first is None or first <= sent
        assert end is None or sent < end
        assert holds(whose(node), person, text, sent)
