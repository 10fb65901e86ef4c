"""What becomes of each thing in a dump of Bloomberg's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.bloomberg import connector
from muniment.capture.connector import Unreadable
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from muniment.record.record import Assurance, Header
from tests.archives import Place, bring_in, check
from tests.capture.bloomberg.samples import (
    AGAIN,
    ATTACHMENT,
    BOB_ENTERED,
    BOB_LEFT,
    CHAT,
    ENTERED,
    HISTORY,
    INVITE,
    MAIL,
    MESSAGE,
    ODD,
    OLDER,
    ROWS,
    dump,
    mail_dump,
)
from tests.capture.exports import Imported, read
from tests.capture.fuzz import XML, cut_and_paste, fuzz_files
from tests.capture.leaves import said
from tests.capture.xml_leaves import check_elements

NAME = "f848135.ib19.200316.xml"
SEEDS = [(NAME, dump(*ROWS)), (NAME, mail_dump(MAIL))]


def export(*rows: str, beside: Path | None = None) -> Imported:
    return read(connector, dump(*rows), NAME, beside=beside)


def rows_of(imported: Imported) -> list[Event]:
    """The events of rows, without those of the conversation's own beginning and end."""
    return [event for event in imported.events if not str(event.extra.get("$op", "")).startswith("conversation")]


def decode(raw: bytes) -> list[Event]:
    meta = {"room": CHAT, "title": "HARBOUR DESK"}
    header = Header(by="bloomberg", v=1, part="message", assurance=Assurance.VENDOR_EXPORT, key="k", meta=meta)
    return list(connector.decode(header, raw))


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    imported = export(*ROWS)
    assert (imported.kinds, imported.rejected) == ({"system": 4, "membership": 4, "message": 4}, [])


def test_a_message_has_its_words_people_time_and_chat() -> None:
    event = rows_of(export(ENTERED, BOB_ENTERED, MESSAGE))[-1]
    assert event.text == "buy 5mm of the 五年期 <0688 HK>\nsecond line"
    assert (event.sender, event.sender_display, event.recipients) == ("AWONG12", "AMY WONG", ("BCHAN",))
    assert (event.conversation, event.conversation_display) == (CHAT, "HARBOUR DESK")
    assert (event.sent_at, event.sent_at_precision, event.sent_at_raw) == (
        1_584_376_641_000_000,
        Precision.SECOND,
        "1584376641",
    )
    assert event.extra["DateTime"] == "03/16/2020 16:37:21"
    assert (event.extra["@DeviceType"], event.extra["User"]["CorporateEmailAddress"]) == ("M", "amy@example.com")
    assert event.flags == ()


def test_a_time_without_its_utc_twin_is_read_as_utc_and_says_so() -> None:
    (event,) = rows_of(export(MESSAGE.replace("<DateTimeUTC>1584376641</DateTimeUTC>", "")))
    assert (event.sent_at, event.flags) == (1_584_376_641_000_000, ("zone_assumed",))
    (event,) = rows_of(export(MESSAGE.replace("1584376641", "soon").replace("03/16/2020", "16.3.2020")))
    assert (event.sent_at, event.flags) == (None, ("partial",))


def test_milliseconds_are_not_taken_for_seconds() -> None:
    (event,) = rows_of(export(MESSAGE.replace("1584376641", "1584376641123")))
    assert (event.sent_at, event.sent_at_precision) == (1_584_376_641_123_000, Precision.MILLISECOND)


def test_whoever_left_receives_no_more() -> None:
    *_, last = rows_of(export(ENTERED, BOB_ENTERED, BOB_LEFT, MESSAGE))
    assert last.recipients == ()


def test_entrances_exits_and_invitations_are_memberships() -> None:
    entered, left, invite = rows_of(export(BOB_ENTERED, BOB_LEFT, INVITE))
    assert [event.kind for event in (entered, left, invite)] == [Kind.MEMBERSHIP] * 3
    assert [event.extra["$op"] for event in (entered, left, invite)] == ["join", "leave", "invite"]
    assert (invite.sender, invite.recipients, invite.text) == ("AWONG12", ("CLI",), "join us")


def test_what_history_tells_again_is_no_message_and_what_it_alone_tells_is_one() -> None:
    imported = export(AGAIN, HISTORY, OLDER)
    again, older = rows_of(imported)
    assert (again.text, again.flags, older.text, older.flags) == ("ok", (), "from yesterday", ("history",))
    repeated = [part for part in imported.parts if "repeats" in part.meta]
    assert [part.raw.strip() for part in repeated] == [HISTORY.encode()]
    assert len(rows_of(export(HISTORY, AGAIN))) == 2  # the row itself came later; both are kept, one says what it is


def test_equal_rows_of_one_second_are_two_and_have_the_same_keys_in_every_dump() -> None:
    first, second = export(AGAIN, AGAIN), export(MESSAGE, AGAIN, AGAIN)
    keys = [part.key for part in first.messages if part.meta.get("loose") is None]
    assert len(set(keys)) == 2
    assert [part.key for part in second.messages if part.meta.get("loose") is None][1:] == keys


def test_a_file_comes_from_beside_the_dump_or_is_missing(tmp_path: Path) -> None:
    (event,) = rows_of(export(ATTACHMENT))
    (attachment,) = event.attachments
    assert (attachment.name, attachment.status, attachment.size) == ("grid 图.gif", AttachmentStatus.MISSING, 48721)
    (tmp_path / "5E6FAB380000F0D3.gif").write_bytes(b"GIF89a")
    imported = export(ATTACHMENT, beside=tmp_path)
    assert [part.raw for part in imported.attachments] == [b"GIF89a"]
    assert rows_of(imported)[0].attachments[0].status is AttachmentStatus.STORED
    assert rows_of(imported)[0].attachments[0].size == 6


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../b", "x" * 5000, "C:\\a", ".", "\u202egpj.exe"])
def test_no_file_is_read_outside_the_folder_of_the_dump(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    inner = tmp_path / "inner"
    inner.mkdir()
    imported = export(ATTACHMENT.replace("5E6FAB380000F0D3.gif", name), beside=inner)
    assert imported.attachments == []
    assert [part.missing for part in imported.messages if part.missing] == [(name,)]


def test_rows_nobody_knows_are_kept_and_found() -> None:
    event = rows_of(export(ODD))[0]
    assert (event.kind, event.flags, event.extra["$native_type"]) == (Kind.SYSTEM, ("partial",), "Poll")
    assert "lunch?" in event.text


def test_a_mail_has_its_people_roles_words_and_files() -> None:
    imported = read(connector, mail_dump(MAIL), "f848135.msg.200316.xml")
    (event,) = imported.events
    assert (event.sender, event.sender_display) == ("awong12@bloomberg.net", "AMY WONG")
    assert event.recipients == ("bchan@bloomberg.net", "cli@bloomberg.net")
    assert [one["@DeliveryType"] for one in event.extra["$recipients"]] == ["TO", "CC"]
    assert (event.text, event.key, event.attachments[0].name) == ("报价\nsee attached", "msg:5E6F-AB38", "a.pdf")


@pytest.mark.parametrize("row", [*ROWS, MAIL])
def test_each_value_of_a_row_is_in_its_event(row: str) -> None:
    assert check_elements(row, decode) > 1


def test_what_a_conversation_says_of_itself_is_kept() -> None:
    text = said(export(MESSAGE).events)
    for value in ("HARBOUR DESK", "03/16/2020 00:00:00", "1584316800", "1584403199", "03/16/2020 23:59:59"):
        assert value in text


@pytest.mark.parametrize(
    "damage, messages, rejected",
    [
        (lambda raw: raw[: raw.index(b"<Invite") + 300], 7, 1),
        (lambda raw: raw.replace("五年期".encode(), b"\xff\xfe"), 11, 1),
        (lambda raw: raw.replace(b"HARBOUR &amp; CO", b"HARBOUR & CO", 1), 11, 1),
        (lambda raw: raw.replace(b"</Message>", b"", 1), 11, 1),
        (lambda raw: raw.replace(b"  </Conversation>", b""), 12, 1),
        (lambda raw: raw.replace(b"room closed", b"&lol;"), 11, 1),
    ],
    ids=["cut", "bytes", "ampersand", "end tag", "conversation", "entity"],
)
def test_damage_costs_no_more_than_it_touches(damage: Callable[[bytes], bytes], messages: int, rejected: int) -> None:
    imported = read(connector, damage(dump(*ROWS)), NAME)
    assert (len(imported.messages), len(imported.rejected)) == (messages, rejected)


@pytest.mark.parametrize(
    "content",
    [b"", b"-----BEGIN PGP MESSAGE-----", b"<smses/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><FileDump/>", b"\x1f\x8b\x08"],
)
def test_what_is_no_dump_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


def test_the_same_dump_again_adds_nothing(place: Place, fast_path: Path) -> None:
    with place.open() as archive:
        file = fast_path / NAME
        file.write_bytes(dump(*ROWS))
        sheet = bring_in(archive, file, connector)
        assert (sheet.balanced, sheet.counts["messages"].stored) == (True, 12)
        again = bring_in(archive, file, connector)
        assert (again.balanced, again.counts["messages"].stored, again.counts["messages"].duplicate) == (True, 0, 12)
    check(place)


def test_a_sample_of_mutated_dumps_is_survived() -> None:
    fuzz_files(connector, SEEDS, 300, [cut_and_paste(XML)])


@pytest.mark.deep
def test_many_mutated_dumps_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, [cut_and_paste(XML)])
