"""JSON read exactly, members taken once, times never guessed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Undecodable
from muniment.capture.epoch import LAST, from_seconds
from muniment.capture.exact import DEPTH, read_json, text_of
from muniment.capture.item import Item, beside, words_in
from muniment.record.codec import SAFE_INTEGER, canonical

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5).filter(lambda name: name[:1] != "$"), inner, max_size=4),
)  # fmt: skip


@given(plain, st.booleans())
def test_plain_values_come_back_as_they_were(value: Any, ascii_only: bool) -> None:
    found = read_json(json.dumps(value, ensure_ascii=ascii_only).encode())
    assert (found.value, found.whole) == (value, True)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6) | st.integers(2**53, 2**90))
def test_a_number_that_no_double_holds_keeps_its_text(number: Any) -> None:
    written = str(number).replace("E+", "e").replace("E", "e")
    assert read_json(f"[{written}]".encode()).value == [{"$number": written}]


def test_what_comes_twice_and_what_looks_like_ours_is_kept() -> None:
    found = read_json(b'{"a":1,"a":2,"$number":"x","$again":3,"$$again":4,"b":NaN}').value
    assert found == {
        "a": 2,
        "$$number": "x",
        "$$again": 3,
        "$$$again": 4,
        "b": {"$number": "NaN"},
        "$again": [["a", 1]],
    }


@pytest.mark.parametrize(
    "raw, text",
    [
        (b'"\\ud800"', "\ufffd"),
        (b'"\\uDFFF"', "\ufffd"),
        (b'"\\udc00a"', "\ufffda"),
        (b'"\xff"', "\ufffd"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_half_a_character_is_marked(raw: bytes, text: str) -> None:
    found = read_json(raw)
    assert found.value == text
    assert found.whole == (text == "\U0001f600")


@pytest.mark.parametrize("raw", [b'{"\\ud800":1,"\\ud801":2}', b'{"\\ud800":{"a":1},"\xff":2}'])
def test_names_that_differ_in_their_halves_alone_are_both_kept(raw: bytes) -> None:
    value = read_json(raw).value
    assert len(value["$again"]) == 1
    canonical(value)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"nul", b"'a'", b"1 2", b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), b"[" * 10**6, b"\xff\xfe[\x00]\x00"],
)
def test_what_is_no_json_or_too_deep_is_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        read_json(raw)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_canonically_or_undecodable(raw: bytes) -> None:
    try:
        canonical(read_json(raw).value)
    except Undecodable:
        pass


@pytest.mark.parametrize(
    "value, text",
    [
        ("a", "a"),
        (7, "7"),
        ({"$number": "1.5"}, "1.5"),
        ("", None),
        (True, None),
        (None, None),
        ([], None),
        ({"$number": 5}, None),
        ({"a": "b"}, None),
    ],
)
def test_an_id_is_text_or_a_number(value: Any, text: str | None) -> None:
    assert text_of(value) == text


def test_a_member_is_taken_once_and_only_when_it_is_of_its_kind() -> None:
    item = Item({"a": "x", "b": 5, "c": {"d": 1}, "e": [{"f": 1}, 7], "g": "known"})
    assert (item.words("a"), item.words("a"), item.words("b"), item.ident("b"), item.ident("b")) == (
        "x",
        "",
        "",
        "5",
        None,
    )
    inner = item.inner("c")
    assert inner.ident("d") == "1"
    item.put("c", inner)
    assert item.items("e") == [{"f": 1}]
    item.back("e", [{"f": 2}])
    assert not item.constant("g", "other") and item.constant("g", "known")
    assert item.left == {"e": [{"f": 2}, 7]}


@given(st.dictionaries(st.sampled_from(["a", "$a", "$$a", "b"]), st.integers(), max_size=4))
def test_what_we_found_and_what_was_left_stand_beside_each_other(left: dict[str, int]) -> None:
    both = beside(left, {"a": "ours", "b": "ours"})
    assert both["a"] == both["b"] == "ours"
    assert sorted(value for value in both.values() if value != "ours") == sorted(left.values())


def test_all_words_are_found() -> None:
    assert words_in({"a": ["x", {"b": "y", "n": {"$number": "1.5"}}], "c": 5, "d": None}) == "x\ny\n1.5"


@pytest.mark.parametrize(
    "value, at",
    [
        ("1762000000", 1_762_000_000_000_000),
        (0, 0),
        (LAST, LAST * 10**6),
        (LAST + 1, None),
        ("1762000000000", None),
        (-1, None),
        ("-1", None),
        ("１", None),
        ("", None),
        (True, None),
        (1.5, None),
        (None, None),
    ],
)
def test_seconds_are_read_and_nothing_else(value: Any, at: int | None) -> None:
    assert from_seconds(value) == at
