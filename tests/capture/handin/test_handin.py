"""Handed-in messages: the form's bytes, what is read in them, and how they stand in an archive."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Undecodable
from muniment.capture.handin import File, Form, connector, encode_form, seal_form
from muniment.capture.handin.form import LARGEST_FILE, LONGEST_TEXT, MOST_FILES
from muniment.capture.registry import decode
from muniment.catalog.database import open_catalog
from muniment.record.codec import canonical
from muniment.record.errors import Refused
from muniment.record.event import AttachmentStatus, Kind, Precision
from muniment.record.record import Assurance, Header
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from tests.archives import Place, check, drain, project

HEADER = Header(by="handin", v=1, part="message", assurance=Assurance.SELF_REPORTED, key="t1")
SOURCE = "c0123456789abcdef"


def form(**given: object) -> Form:
    return Form(
        **{  # type: ignore[arg-type]
            "token": "t1", "by": "E1", "by_name": "梁家欣", "channel": "Telegram", "sender": "Mrs Ho", "recipients": ("Leung Ka-yan",),
            "sent_at": "2026-11-21T20:43", "zone": "Asia/Hong_Kong", "text": "聽日賣晒", "why": "She wrote to my private phone", **given,
        }
    )  # fmt: skip


def test_a_form_is_one_message_with_all_that_was_said() -> None:
    (event,) = connector.decode(HEADER, encode_form(form()))
    assert (event.kind, event.text, event.key, event.flags) == (Kind.MESSAGE, "聽日賣晒", "t1", ("handed_in",))
    assert (event.sender, event.recipients) == ("Mrs Ho", ("Leung Ka-yan",))
    assert event.conversation == "Telegram: Leung Ka-yan, Mrs Ho"
    at = datetime(2026, 11, 21, 12, 43, tzinfo=UTC)
    assert (event.sent_at, event.sent_at_precision) == (int(at.timestamp()) * 1_000_000, Precision.MINUTE)
    assert event.sent_at_raw == "2026-11-21T20:43 Asia/Hong_Kong"
    assert event.extra == {
        "channel": "Telegram", "why": "She wrote to my private phone", "handed_in_by": "E1", "handed_in_by_name": "梁家欣",
    }  # fmt: skip


def test_a_day_is_no_more_than_a_day() -> None:
    (event,) = connector.decode(HEADER, encode_form(form(sent_at="2026-11-21")))
    assert event.sent_at_precision is Precision.DAY
    assert event.sent_at == int(datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Hong_Kong")).timestamp()) * 1_000_000


@given(st.text(max_size=50), st.lists(st.text(min_size=1, max_size=10), max_size=3), st.text(max_size=20))
def test_whatever_is_typed_comes_back_as_it_was(text: str, recipients: list[str], why: str) -> None:
    given_form = form(text=text, recipients=tuple(recipients), why=why)
    (event,) = connector.decode(HEADER, encode_form(given_form))
    assert (event.text, list(event.recipients), event.extra["why"]) == (text, recipients, why)
    assert encode_form(given_form) == canonical(json.loads(encode_form(given_form)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"v":2}',
        encode_form(form(sent_at="yesterday")),
        encode_form(form(zone="Nowhere/City")),
        b"\xff",
    ],
)
def test_what_is_no_form_is_kept_undecoded(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        connector.decode(HEADER, raw)
    assert decode(HEADER, raw)[0].kind is Kind.UNDECODED


@pytest.mark.parametrize(
    "given_form",
    [
        form(text=" \n"),
        form(text="x" * (LONGEST_TEXT + 1)),
        form(files=(File(name="a", raw=b"x"),) * (MOST_FILES + 1)),
        form(files=(File(name="a", raw=b"x" * (LARGEST_FILE + 1)),)),
    ],
    ids=["nothing", "long", "many", "large"],
)
def test_nothing_and_too_much_are_refused(given_form: Form, place: Place) -> None:
    with place.open() as archive, pytest.raises(Refused):
        seal_form(archive.sealer, given_form, SOURCE)


def test_a_hand_in_is_sealed_found_and_its_file_is_its_own_record(place: Place, tmp_path: Path) -> None:
    screenshot = File(name="shot<1>.png", raw=b"\x89PNG...", content_type="image/png")
    with place.open() as archive:
        archive.intake.accept(seal_form(archive.sealer, form(files=(screenshot,)), SOURCE))
        drain(archive)
        project(archive)
        with closing(open_catalog(archive.home.catalog)) as catalog:
            rows = catalog.execute(
                "SELECT part, assurance, status FROM record WHERE source = ? ORDER BY leaf", (SOURCE,)
            ).fetchall()
            assert rows == [("attachment", "self_reported", "stored"), ("message", "self_reported", "decoded")]
            assert open_index(catalog).count(Query(Field("is", "handed_in"))) == 1
            (body,) = catalog.execute("SELECT body FROM event WHERE leaf = 1").fetchone()
            (attachment,) = json.loads(body)["attachments"]
            assert attachment["status"] == AttachmentStatus.STORED
            assert catalog.execute("SELECT leaf FROM blob WHERE sha256 = ?", (attachment["sha256"],)).fetchall() == [
                (0,)
            ]
    check(place)


def test_the_same_form_again_says_nothing_new(place: Place) -> None:
    with place.open() as archive:
        for _ in range(2):
            archive.intake.accept(seal_form(archive.sealer, form(), SOURCE))
        drain(archive)
        project(archive)
        with closing(open_catalog(archive.home.catalog)) as catalog:
            assert [row[0] for row in catalog.execute("SELECT status FROM record ORDER BY leaf")] == [
                "decoded",
                "duplicate",
            ]
            assert open_index(catalog).count(Query(Field("is", "handed_in"))) == 1
