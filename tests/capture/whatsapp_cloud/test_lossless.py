"""Nothing that a webhook says is lost: every leaf of every public payload and of our own, and of members that nobody knows."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.record.event import Event
from tests.capture.leaves import check_leaves, places, said
from tests.capture.whatsapp_cloud.conftest import Payloads, decode
from tests.capture.whatsapp_cloud.own import OWN

CONSTANTS = ("whatsapp_business_account", "whatsapp")
"""Said by the connector's own name."""


def test_all_public_payloads_are_here(payloads: Payloads) -> None:
    assert sum(name.startswith("meta/") for name in payloads) == 16
    assert sum(name.startswith("pywa/") for name in payloads) == 74 + 1  # one file holds two payloads within each other


def _fields(payload: Any) -> set[str]:
    return {str(change.get("field")) for entry in payload["entry"] for change in entry["changes"]}


def test_every_leaf_of_every_public_payload_comes_out(payloads: Payloads) -> None:
    for name, payload in payloads.items():
        try:
            assert check_leaves(payload, decode, constants=(*CONSTANTS, *_fields(payload)))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


@pytest.mark.parametrize("name", OWN)
def test_every_leaf_of_our_own_payloads_comes_out(name: str) -> None:
    fields = ("messages", "history", "smb_message_echoes", "smb_app_state_sync")
    assert check_leaves(OWN[name], decode, constants=(*CONSTANTS, *fields))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


def _objects(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        return [value, *(found for item in value.values() for found in _objects(item))]
    return [found for item in value for found in _objects(item)] if isinstance(value, list) else []


@given(st.sampled_from(sorted(OWN)), st.data())
def test_a_member_that_nobody_knows_is_kept_wherever_it_stands(name: str, data: st.DataObject) -> None:
    payload = copy.deepcopy(OWN[name])
    place = data.draw(st.integers(0, len(_objects(payload)) - 1))
    value = data.draw(json_values)
    _objects(payload)[place]["zz_new"] = {"v": value, "mark": "m4rk"}
    out = said(decode(payload))
    assert "m4rk" in out
    for way in places(value):
        leaf: Any = value
        for step in way:
            leaf = leaf[step]
        if isinstance(leaf, str) and leaf and not any(0xD800 <= ord(c) < 0xE000 for c in leaf):
            assert leaf in out
        elif type(leaf) is int:
            assert str(leaf) in out
        elif type(leaf) is float:
            assert json.dumps(leaf) in out


@given(st.sampled_from(sorted(OWN)), st.integers(0, 3))
def test_reading_twice_gives_the_same(name: str, indent: int) -> None:
    raw = json.dumps(OWN[name], indent=indent).encode()
    first: list[Event] = decode(raw)
    assert first == decode(raw)
    assert len({event.key for event in first}) == len(first), "two events of one body bear one key"
