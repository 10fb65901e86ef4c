"""Canonical JSON is RFC 8785 without floating-point numbers, in both ways that it is written."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.codec import SAFE_INTEGER, canonical
from muniment.record.errors import Refused
from muniment.record.record import Assurance, Header, join_payload, split_payload

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SAFE_INTEGER, SAFE_INTEGER) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_reads_back(value: object) -> None:
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(TEXT, VALUES, max_size=6))
def test_members_stand_in_order_of_their_utf_16_code_units(value: dict[str, object]) -> None:
    names = list(json.loads(canonical(value)))

    assert names == sorted(value, key=lambda name: name.encode("utf-16-be"))


def test_the_escapes_are_the_shortest() -> None:
    assert (
        canonical('\x00\b\t\n\f\r\x1f"\\/\x7fé\u2028') == '"\\u0000\\b\\t\\n\\f\\r\\u001f\\"\\\\/\x7fé\u2028"'.encode()
    )


@pytest.mark.parametrize(
    "value", [1.5, float("nan"), 2**53, -(2**53), "\ud800", {1: 2}, {"a": "\udfff"}, b"bytes", {"\ud800": 1}]
)
def test_it_refuses_what_others_would_read_otherwise(value: object) -> None:
    with pytest.raises(Refused):
        canonical(value)


@given(st.dictionaries(TEXT, VALUES, max_size=5), TEXT, st.binary())
def test_a_header_is_canonical_whatever_its_meta_holds(meta: dict[str, object], key: str, raw: bytes) -> None:
    header = Header(by="x", v=1, part="message", assurance=Assurance.EXPORT_TEXT, key=key, at=(0, len(raw)), meta=meta)

    line = join_payload(header, raw).partition(b"\n")[0]

    assert line == canonical(json.loads(line))
    assert split_payload(join_payload(header, raw)) == (header, raw)


@given(st.dictionaries(st.text(string.printable), VALUES, max_size=5))
def test_a_header_with_ascii_names_is_canonical_too(meta: dict[str, object]) -> None:
    line = join_payload(Header(by="x", v=1, part="message", assurance=Assurance.EXPORT_TEXT, meta=meta), b"").partition(
        b"\n"
    )[0]

    assert line == canonical(json.loads(line))
