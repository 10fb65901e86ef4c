"""What becomes of each thing in a dump in Actiance's XML."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.actiance import connector
from muniment.capture.connector import Unreadable
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Assurance, Header
from tests.archives import Place, bring_in, check
from tests.capture.actiance.samples import (
    AMY,
    BOB,
    BOB_LEFT,
    BOT,
    DELETED,
    EDITED,
    ENDED,
    FILE_GONE,
    NEWER,
    ODD,
    ORIGINAL,
    PLAIN,
    RECORDS,
    ROOM,
    STARTED,
    TOUCHED,
    dump,
)
from tests.capture.exports import Imported, read
from tests.capture.fuzz import XML, cut_and_paste, fuzz_files
from tests.capture.leaves import said
from tests.capture.xml_leaves import check_elements

NAME = "actiance_export.xml"
SEEDS = [(NAME, dump(*RECORDS))]


def export(*records: str, beside: Path | None = None) -> Imported:
    return read(connector, dump(*records), NAME, beside=beside)


def of(imported: Imported) -> list[Event]:
    """The events of records, without those of the conversation's own beginning and end."""
    return [event for event in imported.events if not str(event.extra.get("$op", "")).startswith("export_")]


def one(record: str) -> Event:
    (event,) = of(export(record))
    return event


def decode(raw: bytes) -> list[Event]:
    meta = {"room": ROOM, "title": "Desk Channel 桌"}
    header = Header(by="actiance", v=1, part="message", assurance=Assurance.VENDOR_EXPORT, key="k", meta=meta)
    return list(connector.decode(header, raw))


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    imported = export(*RECORDS)
    assert imported.rejected == []
    assert imported.kinds == {"system": 6, "membership": 3, "message": 4, "edit": 2, "recall": 1}


def test_a_message_has_its_words_people_time_and_chat() -> None:
    event = of(export(AMY, BOB, PLAIN))[-1]
    assert (event.text, event.sender, event.recipients) == ("你好 <all> 👍", "amy@example.com", ("bob@example.com",))
    assert (event.conversation, event.conversation_display, event.key) == (ROOM, "Desk Channel 桌", "m1")
    assert (event.sent_at, event.sent_at_precision) == (1_715_680_800_001_000, Precision.MILLISECOND)
    assert of(export(AMY, BOB, BOB_LEFT, PLAIN))[-1].recipients == ()


def test_seconds_and_milliseconds_stand_in_one_file() -> None:
    event = one(AMY)
    assert (event.kind, event.sent_at, event.sent_at_precision) == (
        Kind.MEMBERSHIP,
        1_715_680_800_000_000,
        Precision.SECOND,
    )
    assert event.extra["$op"] == "join"


def test_a_bot_is_one() -> None:
    assert one(BOT).flags == ("bot",)


@pytest.mark.parametrize(
    "record, kind, key, target, text, flags",
    [
        (ORIGINAL, Kind.MESSAGE, "m31/EditedOriginalMsg/1715680900000", None, "5mm", ("edited",)),
        (EDITED, Kind.EDIT, "m3/EditedNewMsg/1715680900000", "m3", "50mm", ()),
        (TOUCHED, Kind.EDIT, "m4/UpdatedNoMsgChange/1715680900000", "m4", "liked", ("unchanged",)),
        (DELETED, Kind.RECALL, "m5/Deleted/1715680900000", "m5", "oops", ()),
        (FILE_GONE, Kind.SYSTEM, "m6/FileDeleted/1715680900000/delete 2024/deal.pdf", None, "delete 2024/deal.pdf", ("file_deleted",)),
        (NEWER, Kind.SYSTEM, "m7/Translated/1715680900000", None, "who knows", ("partial",)),
    ],
)  # fmt: skip
def test_an_update_says_what_happened_to_which_message(
    record: str, kind: Kind, key: str, target: str | None, text: str, flags: tuple[str, ...]
) -> None:
    event = one(record)
    assert (event.kind, event.key, event.target, event.text, event.flags) == (kind, key, target, text, flags)
    if kind is not Kind.MESSAGE:
        assert event.sent_at == 1_715_680_900_000_000


def test_a_file_comes_from_beside_the_dump_or_is_missing(tmp_path: Path) -> None:
    imported = export(STARTED)
    assert of(imported)[0].attachments[0].status is AttachmentStatus.MISSING
    assert [part.missing for part in imported.messages if part.missing] == [("20240514/deal.pdf",)]
    (tmp_path / "20240514").mkdir()
    (tmp_path / "20240514" / "deal.pdf").write_bytes(b"%PDF-")
    imported = export(STARTED, ENDED, STARTED, beside=tmp_path)
    assert [part.raw for part in imported.attachments] == [b"%PDF-"]
    started, ended, _ = of(imported)
    assert (started.attachments[0].name, started.attachments[0].size) == ("合同.pdf", 5)
    assert (ended.kind, ended.extra["Status"]) == (Kind.SYSTEM, "Completed")


def test_records_nobody_knows_are_kept_and_found() -> None:
    event = one(ODD)
    assert (event.kind, event.flags, event.extra["$native_type"]) == (Kind.SYSTEM, ("partial",), "Whiteboard")
    assert "circle 圆" in event.text


@pytest.mark.parametrize("record", RECORDS)
def test_each_value_of_a_record_is_in_its_event(record: str) -> None:
    assert check_elements(record, decode, coded=["UserType"]) > 2


def test_what_a_conversation_says_of_itself_is_kept() -> None:
    text = said(export(PLAIN).events)
    for value in ("Desk Channel 桌", ROOM, "1715644800", "1715731199"):
        assert value in text


@pytest.mark.parametrize(
    "damage, messages, rejected",
    [
        (lambda raw: raw[: raw.index(b"m31") + 3], 5, 1),
        (lambda raw: raw.replace("你好".encode(), "你好".encode("big5")), 15, 1),
        (lambda raw: raw.replace(b"</Message>", b"", 1), 15, 1),
        (lambda raw: raw.replace(b"build done", b"<a>" * 500), 15, 1),
        (lambda raw: raw.replace(b"build done", b"\x00\x0b"), 16, 0),
    ],
    ids=["cut", "big5", "end tag", "deep", "controls"],
)
def test_damage_costs_no_more_than_it_touches(damage: Callable[[bytes], bytes], messages: int, rejected: int) -> None:
    imported = read(connector, damage(dump(*RECORDS)), NAME)
    assert (len(imported.messages), len(imported.rejected)) == (messages, rejected)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<a/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><FileDump/>"])
def test_what_is_no_dump_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


def test_the_same_dump_again_adds_nothing_and_the_next_one_its_own(place: Place, fast_path: Path) -> None:
    with place.open() as archive:
        file, next_ = fast_path / NAME, fast_path / "next.xml"
        file.write_bytes(dump(*RECORDS))
        next_.write_bytes(dump(AMY, PLAIN, message_of_tomorrow()))
        sheet = bring_in(archive, file, connector)
        assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 16)
        again = bring_in(archive, file, connector)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 16)
        more = bring_in(archive, next_, connector)
        assert (more.balanced, more.counts["messages"].stored) == (True, 1)
    check(place)


def message_of_tomorrow() -> str:
    return PLAIN.replace("m1", "m100")


def test_a_sample_of_mutated_dumps_is_survived() -> None:
    fuzz_files(connector, SEEDS, 300, [cut_and_paste(XML)])


@pytest.mark.deep
def test_many_mutated_dumps_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, [cut_and_paste(XML)])
