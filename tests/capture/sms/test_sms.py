"""What becomes of each thing in a backup of SMS Backup & Restore."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.connector import Unreadable
from muniment.capture.sms import connector
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Assurance, Header
from tests.archives import Place, bring_in, check
from tests.capture.exports import Imported, read
from tests.capture.fuzz import XML, cut_and_paste, fuzz_files
from tests.capture.sms.samples import (
    CALL,
    CARD,
    DRAFT,
    EMOJI,
    FAILED,
    MESSAGES,
    MISSED,
    MMS,
    ODD,
    PICTURE,
    SENT_MMS,
    SMS,
    backup,
)
from tests.capture.xml_leaves import check_elements

SEEDS = [("sms.xml", backup(*MESSAGES)), ("calls.xml", backup(CALL, MISSED, root="calls"))]


def export(*messages: str, root: str = "smses") -> Imported:
    return read(connector, backup(*messages, root=root), "sms-20240514.xml")


def one(message: str, root: str = "smses") -> Event:
    (event,) = export(message, root=root).events
    return event


def decode(raw: bytes) -> list[Event]:
    header = Header(by="sms", v=1, part="message", assurance=Assurance.VENDOR_EXPORT, key="k")
    return list(connector.decode(header, raw))


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    imported = export(*MESSAGES)
    assert (imported.kinds, imported.rejected) == ({"message": 6, "system": 1}, [])
    assert export(CALL, MISSED, root="calls").kinds == {"call": 2}


def test_a_received_message_has_its_sender_time_and_words() -> None:
    event = one(SMS)
    assert (event.sender, event.sender_display, event.recipients) == ("+85291234567", "陈大文", ())
    assert (event.conversation, event.conversation_display) == ("+85291234567", "陈大文")
    assert event.text == "你好，明天见 & bye\nsecond line"
    assert (event.sent_at, event.sent_at_precision, event.sent_at_raw) == (
        1_715_680_801_123_000,
        Precision.MILLISECOND,
        "1715680801123",
    )
    assert event.flags == ("inbound",)
    assert event.extra["service_center"] == "+85290000001" and "toa" not in event.extra


def test_an_emoji_as_two_halves_is_one_and_the_phone_itself_is_no_address() -> None:
    event = one(EMOJI)
    assert event.text == "ok \U0001f60e done"
    assert (event.sender, event.recipients, event.flags) == (None, ("+85291234567",), ("outbound",))
    assert event.conversation_display is None


@pytest.mark.parametrize(
    "message, flags",
    [
        (DRAFT, ("outbound", "draft", "partial")),
        (FAILED, ("outbound", "failed")),
        (FAILED.replace('type="5"', 'type="4"'), ("outbound", "outbox")),
        (FAILED.replace('type="5"', 'type="6"'), ("outbound", "queued")),
        (FAILED.replace('type="5"', 'type="9"'), ("partial",)),
        (FAILED.replace("try", "a&#0;b&#55357;"), ("outbound", "failed", "repaired")),
    ],
)
def test_what_was_not_sent_or_not_understood_says_so(message: str, flags: tuple[str, ...]) -> None:
    assert one(message).flags == flags


def test_characters_that_are_none_are_named() -> None:
    event = one(FAILED.replace("try", "a&#0;b&#55357;"))
    assert (event.text, event.extra["$unrepresentable"]) == ("a\ufffdb\ufffd", ["&#0;", "&#55357;"])


def test_a_picture_message_has_its_people_words_and_files() -> None:
    imported = export(MMS)
    (event,) = imported.events
    assert (event.sender, event.recipients) == ("+85291234567", ("+85290001111", "+85298887777"))
    assert event.conversation == "+85291234567~+85298887777"
    assert event.text == f"see this 图\n{CARD}"
    assert [(a.name, a.status, a.size, a.content_type) for a in event.attachments] == [
        ("deal.png", AttachmentStatus.STORED, len(PICTURE), "image/png"),
        ("chan.vcf", AttachmentStatus.STORED, len(CARD.encode()), "text/x-vCard"),
        ("gone.mp4", AttachmentStatus.MISSING, None, "video/mp4"),
    ]
    (part,) = imported.messages
    assert part.missing == ("gone.mp4",)
    assert [connector.embedded(part.raw, place) for place in (-1, 0, 1, 2, 3)] == [
        None,
        PICTURE,
        CARD.encode(),
        None,
        None,
    ]
    assert connector.embedded(b"none", 0) is None
    assert [addr["type"] for addr in event.extra["$addrs"]] == ["137", "151", "130"]


def test_a_sent_picture_message_names_whom_it_went_to_and_its_subject_is_mended() -> None:
    event = one(SENT_MMS)
    assert (event.sender, event.recipients, event.flags) == (None, ("+85291234567",), ("outbound",))
    assert (event.text, event.extra["sub"]) == ("été\nbonjour", "Ã©tÃ©")


def test_data_that_is_no_base64_is_said() -> None:
    event = one(MMS.replace('data="', 'data="*'))
    assert event.attachments[0].status is AttachmentStatus.MISSING
    assert "partial" in event.flags and event.extra["$parts"][1]["data"].startswith("*")


def test_calls_are_events_too() -> None:
    call, missed = export(CALL, MISSED, root="calls").events
    assert (call.kind, call.sender, call.flags, call.extra["duration"]) == (
        Kind.CALL,
        "+85291234567",
        ("inbound",),
        "62",
    )
    assert missed.flags == ("inbound", "missed")


def test_what_nobody_knows_is_kept_and_said_to_be_partial() -> None:
    event = one(ODD)
    assert (event.kind, event.text, event.flags) == (Kind.SYSTEM, "new kind", ("partial",))
    assert (event.extra["$native_type"], event.extra["mood"]) == ("rcs", "happy")


@pytest.mark.parametrize("message", [*MESSAGES, CALL, MISSED])
def test_each_value_of_a_message_is_in_its_event(message: str) -> None:
    whole = message.replace("&#55357;&#56846;", "\U0001f60e")
    assert check_elements(whole, decode, nothing=["null", ""], skip=["data"], coded=["type", "msg_box"]) > 3


def test_a_message_has_one_key_in_every_backup_and_equal_ones_have_their_own() -> None:
    first, longer = export(SMS, EMOJI), export(SMS, EMOJI, EMOJI, MMS)
    assert [part.key for part in longer.messages][:2] == [part.key for part in first.messages]
    assert [part.raw for part in longer.messages][:2] == [part.raw for part in first.messages]
    assert len({part.key for part in longer.messages}) == 4


@pytest.mark.parametrize(
    "damage, messages, rejected",
    [
        (lambda raw: raw[: raw.index(b"<mms") + 200], 4, 1),
        (lambda raw: raw[: raw.index(b"</smses")], 7, 1),
        (lambda raw: raw.replace("你好".encode(), "你好".encode("gb18030")), 6, 1),
        (lambda raw: raw.replace(b"not sent", b"not & sent"), 6, 1),
        (lambda raw: raw.replace(b"not sent", b"&lol;"), 6, 1),
        (lambda raw: raw.replace(b'body="not sent"', b'body="not sent'), 6, 1),
        (lambda raw: raw.replace(b"</mms>", b"", 1), 6, 1),
        (lambda raw: raw.replace(b"</parts>", b"<x>" * 1000, 1), 6, 1),
        (lambda raw: raw + raw, 14, 1),
        (lambda raw: b"\xef\xbb\xbf" + raw, 7, 0),
    ],
    ids=["cut", "no end", "gb18030", "ampersand", "entity", "quote", "end tag", "deep", "twice", "mark"],
)
def test_damage_costs_no_more_than_it_touches(damage: Callable[[bytes], bytes], messages: int, rejected: int) -> None:
    imported = read(connector, damage(backup(*MESSAGES)), "sms.xml")
    assert (len(imported.messages), len(imported.rejected)) == (messages, rejected)
    assert all(reason.startswith("expected ") for reason in imported.rejected)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"<html></html>",
        "<smses/>".encode("utf-16"),
        b"<?xml version='1.0' encoding='big5'?><smses/>",
        b"<!DOCTYPE s [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><smses>&b;</smses>",
    ],
)
def test_what_is_no_backup_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, "sms.xml")


def test_an_import_again_and_a_longer_backup_add_what_is_new(place: Place, fast_path: Path) -> None:
    with place.open() as archive:
        short, long = fast_path / "a.xml", fast_path / "b.xml"
        short.write_bytes(backup(*MESSAGES[:3]))
        long.write_bytes(backup(*MESSAGES))
        sheet = bring_in(archive, short, connector)
        assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 3)
        again = bring_in(archive, short, connector)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 3)
        more = bring_in(archive, long, connector)
        assert (more.balanced, more.counts["messages"].stored, more.counts["messages"].duplicate) == (True, 4, 3)
    check(place)


def test_a_sample_of_mutated_backups_is_survived() -> None:
    fuzz_files(connector, SEEDS, 300, [cut_and_paste(XML)])


@pytest.mark.deep
def test_many_mutated_backups_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, [cut_and_paste(XML)])
