"""Cutting a JSON document into spans agrees with reading it, and stops where it stops being one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.spans import Span, Stop, walk

PATTERNS = (("messages", "*"), ("chats", "list", "*", "messages", "*"))

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(['"', "\\", "]", "}", "[{", '\\"']),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


def cut(data: bytes) -> tuple[list[Span], Stop]:
    *spans, stop = walk(data, PATTERNS)
    assert isinstance(stop, Stop)
    return [span for span in spans if isinstance(span, Span)], stop


@given(
    st.lists(_json, max_size=6), st.lists(st.lists(_json, max_size=4), max_size=3), _json, st.sampled_from([None, 1])
)
def test_spans_are_the_values_at_their_paths(
    top: list[Any], chats: list[list[Any]], other: Any, indent: int | None
) -> None:
    document = {
        "a": other,
        "messages": top,
        "chats": {"about": other, "list": [{"messages": each, "name": other} for each in chats]},
    }
    data = json.dumps(document, indent=indent).encode()
    spans, stop = cut(data)

    assert (stop.at, stop.reason) == (len(data), None)
    wanted = [json.loads(data[span.start : span.end]) for span in spans if span.wanted]
    assert wanted == [*top, *(item for each in chats for item in each)]
    for span in spans:
        value: Any = document
        for step in span.path:
            value = value[step]
        assert json.loads(data[span.start : span.end]) == value


@given(_json, st.data())
def test_a_document_cut_anywhere_gives_the_values_before_the_cut_and_says_that_it_is_cut(
    value: Any, data: st.DataObject
) -> None:
    whole = json.dumps({"messages": [value, value, value]}).encode()
    length = data.draw(st.integers(0, len(whole) - 1))
    spans, stop = cut(whole[:length])

    assert stop.reason is not None
    assert stop.at <= length
    for span in spans[:-1]:  # a number that stands last may itself be cut
        if span.wanted:
            assert json.loads(whole[span.start : span.end]) == value


@pytest.mark.parametrize(
    "data", [b"", b" ", b"{", b"[", b'"', b'{"messages"', b'{"messages":', b'{"messages":[', b'{"messages":[1 2]}', b'{"messages":[,]}', b"}", b"{1:2}", b'{"a" 1}', b'{"messages":[{"a":"}]}']
)  # fmt: skip
def test_what_is_no_whole_document_is_said_to_be_none(data: bytes) -> None:
    assert cut(data)[1].reason is not None


@pytest.mark.parametrize("one", [b"[", b'{"a":', b'[{"a":'])
def test_depth_is_counted_not_followed(one: bytes) -> None:
    spans, stop = cut(b'{"messages":[1,' + one * 200_000)

    assert [span.path for span in spans] == [("messages", 0)]
    assert "cut short" in str(stop.reason)


def test_a_whole_bomb_is_one_span() -> None:
    bomb = b"[" * 200_000 + b"]" * 200_000
    spans, stop = cut(b'{"messages":[' + bomb + b",2]}")

    assert [span.end - span.start for span in spans] == [400_000, 1]
    assert stop.reason is None
