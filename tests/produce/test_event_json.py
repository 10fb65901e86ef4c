"""An event as JSON goes out and comes back, and its bytes are always the same."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.produce.event_json import event_json, read_event_json, read_time, time_text
from muniment.record.decoded import DecodedEvent
from muniment.record.errors import Refused
from muniment.record.event import Attachment, AttachmentStatus, Kind, Precision
from muniment.record.record import Assurance
from tests.produce.some_events import FIRST, LAST, decoded_events, make


@given(decoded_events)
def test_what_is_written_is_read_back(decoded: DecodedEvent) -> None:
    line = event_json(decoded)

    assert read_event_json(line) == decoded
    assert event_json(read_event_json(line)) == line
    assert b"\n" not in line and json.loads(line)["id"] == decoded.id


def test_an_event_is_these_bytes() -> None:
    decoded = make(
        7,
        ordinal=1,
        kind=Kind.EDIT,
        sender_display="何太 🙂",
        text='a "b"\n\u202e',
        target="m1",
        attachments=(Attachment(name="a.jpg", status=AttachmentStatus.STORED, size=3, sha256="ab" * 32),),
        extra={"z": {"$number": "0.5"}, "a": None},
    )

    assert event_json(decoded).decode() == (
        '{"id":"7-1","kind":"edit","sent_at":"2026-11-18T07:42:06Z","sent_at_precision":"s","sent_at_raw":null,'
        '"received_at":"2026-11-18T07:42:07.311000Z","source":"desk-3","channel":"ndjson","assurance":"vendor_export",'
        '"conversation":"room-12","conversation_display":null,"sender":"+85298765432","sender_display":"何太 🙂",'
        '"recipients":[],"text":"a \\"b\\"\\n\u202e","attachments":[{"name":"a.jpg","size":3,"sha256":"'
        + "ab"
        * 32
        + '",'
        '"status":"stored","content_type":null}],"key":"m7","target":"m1","flags":[],'
        '"extra":{"a":null,"z":{"$number":"0.5"}},"record":7}'
    )


def test_the_order_in_which_extra_was_read_does_not_show() -> None:
    assert event_json(make(extra={"a": 1, "b": {"c": 2, "d": 3}})) == event_json(
        make(extra={"b": {"d": 3, "c": 2}, "a": 1})
    )


@given(st.integers(FIRST, LAST), st.sampled_from(Precision))
def test_a_time_keeps_its_microseconds_at_any_precision(at: int, precision: Precision) -> None:
    text = time_text(at, precision)

    assert read_time(text) == at
    assert datetime.fromisoformat(text).tzinfo == UTC


@pytest.mark.parametrize(
    "at, precision, text",
    [
        (0, Precision.DAY, "1970-01-01T00:00:00Z"),
        (0, Precision.MINUTE, "1970-01-01T00:00:00Z"),
        (0, Precision.SECOND, "1970-01-01T00:00:00Z"),
        (500_000, Precision.MILLISECOND, "1970-01-01T00:00:00.500Z"),
        (500_000, Precision.MICROSECOND, "1970-01-01T00:00:00.500000Z"),
        (500_001, Precision.MILLISECOND, "1970-01-01T00:00:00.500001Z"),
        (-1, Precision.SECOND, "1969-12-31T23:59:59.999999Z"),
        (FIRST, Precision.SECOND, "0001-01-01T00:00:00Z"),
    ],
)
def test_a_time_shows_as_many_digits_as_it_was_told_with(at: int, precision: Precision, text: str) -> None:
    assert time_text(at, precision) == text


@pytest.mark.parametrize("at", [FIRST - 1, LAST + 1, 10**30])
def test_a_time_that_no_calendar_has_is_refused(at: int) -> None:
    with pytest.raises(Refused):
        time_text(at)


@pytest.mark.parametrize(
    "old, new",
    [
        (b'"record":7', b'"record":8'),
        (b'"id":"7-0"', b'"id":"07-0"'),
        (b'"id":"7-0"', b'"id":"7"'),
        (b'"kind":"message"', b'"kind":"gossip"'),
        (b'"record":7', b'"record":7,"more":1'),
        (b'"text":""', b'"text":5'),
        (b"06Z", b"06+08:00"),
        (b"}", b""),
    ],
)
def test_a_line_of_another_form_is_refused(old: bytes, new: bytes) -> None:
    line = event_json(make(7))
    assert old in line

    with pytest.raises(Refused, match="expected an event as JSON"):
        read_event_json(line.replace(old, new))


PAGE = Path(__file__).parents[2] / "docs" / "formats" / "commands-json.md"


def test_the_page_lists_the_members_in_their_order() -> None:
    section = PAGE.read_text(encoding="utf-8").split("\n## Event\n")[1].split("\n## ")[0]
    event_table, attachment_table = section.split("An attachment:")
    members = json.loads(event_json(make(attachments=(Attachment(name="a", status=AttachmentStatus.MISSING),))))

    assert re.findall(r"^\| `(\w+)` \|", event_table, re.MULTILINE) == list(members)
    assert re.findall(r"^\| `(\w+)` \|", attachment_table, re.MULTILINE) == list(members["attachments"][0])


def test_the_pages_example_is_an_event_of_that_form() -> None:
    (example,) = re.findall(r'^\{"id".*$', PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert event_json(read_event_json(example.encode())).decode() == example


def test_the_page_names_every_kind_precision_status_and_assurance() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for words in (Kind, Precision, AttachmentStatus, Assurance):
        assert [word for word in words if f"`{word}`" not in text] == []
