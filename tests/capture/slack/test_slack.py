"""What becomes of each thing in a workspace export of Slack."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest

from muniment.capture.connector import Unreadable
from muniment.capture.slack import connector
from muniment.capture.whatsapp import reassemble
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.capture.exports import Imported, leaves, lost_leaves, read, with_strangers, zipped
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_files, within_zip
from tests.capture.slack.samples import CHANNELS, DAY, DMS, FILE, USERS, export, message, write

NAME = "workspace.zip"


def imported(*messages: dict[str, Any], **lists: Any) -> Imported:
    return read(connector, export({"general/2024-05-14.json": list(messages)}, **lists), NAME)


def one(**more: Any) -> list[Event]:
    return imported(message("1715680801.000100", **more)).events


@pytest.mark.shared
def test_the_public_export_is_read_message_for_message(shared_data: Callable[[str], Path]) -> None:
    content = (shared_data("slack-export") / "testarchive.zip").read_bytes()
    got = read(connector, content, "testarchive.zip")

    assert len(got.messages) == 158
    assert got.rejected == []
    assert got.kinds == {"message": 147, "membership": 11, "edit": 1, "reaction": 1}
    assert {event.conversation for event in got.events} == {"C0JGLMMNX", "C0JL6CGQ2"}
    assert sum("bot" in event.flags for event in got.events) == 100
    for part in got.messages:
        assert lost_leaves(part.raw, got.of(part)) == []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            assert b"".join(part.raw for part in got.parts if part.member == name) == archive.read(name)


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    got = imported(*DAY)

    assert len(got.messages) == len(DAY)
    assert got.kinds == {
        "message": 8, "edit": 2, "reaction": 3, "membership": 2, "recall": 2, "conversation_update": 1, "system": 1,
    }  # fmt: skip


def test_a_message_has_its_words_sender_time_and_channel() -> None:
    (event,) = one()

    assert (event.text, event.extra["written"]) == ("你好 & <hi>", "你好 &amp; &lt;hi&gt;")
    assert (event.sender, event.sender_display) == ("U1", "阿美")
    assert (event.conversation, event.conversation_display, event.key) == ("C1", "general", "C1/1715680801.000100")
    assert (event.sent_at, event.sent_at_precision) == (1_715_680_801_000_100, Precision.MICROSECOND)
    assert event.sent_at_raw == "1715680801.000100"


def test_an_edit_names_who_made_it_and_the_message_no_longer_has_its_first_words() -> None:
    original, edit = one(text="now", edited={"user": "U2", "ts": "1715680900.000000"})

    assert (original.text, original.flags) == ("", ("edited", "original_unknown"))
    assert (edit.kind, edit.text, edit.target) == (Kind.EDIT, "now", original.key)
    assert (edit.sender, edit.sender_display, edit.sent_at) == ("U2", "Bob Lee", 1_715_680_900_000_000)


def test_changes_that_are_told_as_they_happened_point_at_their_message() -> None:
    changed, deleted = (imported(each).events[0] for each in DAY[10:12])

    assert (changed.kind, changed.text, changed.target) == (Kind.EDIT, "new words", "C1/1715680801.000100")
    assert changed.sender == "U2"
    assert "old words" in list(leaves(changed.extra))
    assert (deleted.kind, deleted.target) == (Kind.RECALL, "C1/1715680801.000100")
    assert "gone words" in list(leaves(deleted.extra))


def test_a_tombstone_is_the_recall_of_a_message() -> None:
    message_, recall = one(text="", subtype="tombstone")

    assert "original_unknown" in message_.flags
    assert (recall.kind, recall.target, recall.flags) == (Kind.RECALL, message_.key, ("time_inferred",))


def test_reactions_are_events_of_everybody_named_and_of_the_rest() -> None:
    _, *reactions = one(reactions=[{"name": "+1", "users": ["U1", "U2"], "count": 5}])

    assert [(event.text, event.sender, event.sender_display) for event in reactions] == [
        ("+1", "U1", "阿美"), ("+1", "U2", "Bob Lee"), ("+1", None, None),
    ]  # fmt: skip
    assert len({event.key for event in reactions}) == 3


def test_answers_in_a_thread_point_at_its_first_message() -> None:
    first, answer = imported(DAY[2], DAY[3]).events

    assert first.target is None
    assert (answer.target, answer.flags) == ("C1/1715680803.000100", ("reply",))


def test_files_are_links_that_the_export_leaves_out() -> None:
    (event,) = one(files=[FILE, {"id": "F2", "mode": "tombstone"}])
    given, gone = event.attachments

    assert (given.name, given.size, given.status) == ("报告.pdf", 999, AttachmentStatus.OMITTED)
    assert given.content_type == "application/pdf"
    assert (gone.name, gone.status) == ("F2", AttachmentStatus.MISSING)


def test_what_a_bot_says_in_attachments_can_be_read() -> None:
    (event,) = imported(DAY[7]).events

    assert event.text == "build <1>\npassed"
    assert (event.sender, event.sender_display, event.flags) == ("B1", "ci", ("bot",))


def test_an_unknown_subtype_is_a_notice_with_all_that_it_held() -> None:
    (event,) = imported(DAY[-1]).events

    assert event.kind is Kind.SYSTEM
    assert event.extra["payload"] == {"n": {"$number": "1.5"}, "big": {"$number": "12345678901234567890"}}


@pytest.mark.parametrize("absent", [("dms",), ("channels",), ("users",), ("channels", "users", "dms")])
def test_lists_may_be_missing(absent: tuple[str, ...]) -> None:
    days = {"general/2024-05-14.json": [DAY[0]], "D1/2024-05-14.json": [DAY[1]]}
    got = read(connector, export(days, **dict.fromkeys(absent)), NAME)

    assert len(got.messages) == 2
    assert got.rejected == []
    names = {event.conversation for event in got.events}
    assert names == ({"general", "D1"} if "channels" in absent else {"C1", "D1"})


def test_a_direct_conversation_is_called_by_its_people() -> None:
    got = read(connector, export({"D1/2024-05-14.json": [DAY[0]]}), NAME)

    assert {event.conversation_display for event in got.events} == {"阿美, Bob Lee"}


def test_a_message_of_two_days_has_one_key_and_one_content() -> None:
    got = read(connector, export({f"general/2024-05-1{day}.json": [DAY[0]] for day in (4, 5)}), NAME)
    one_, other = got.messages

    assert (one_.key, one_.raw) == (other.key, other.raw)


def test_an_export_in_a_folder_of_its_own_and_with_files_put_in_is_read() -> None:
    content = zipped({
        "export/channels.json": write(CHANNELS), "export/users.json": write(USERS), "export/dms.json": write(DMS),
        "export/general/2024-05-14.json": write(DAY), "export/general/attachments/F1-报告.pdf": b"%PDF-1.7",
    })  # fmt: skip
    got = read(connector, content, NAME)

    assert len(got.messages) == len(DAY)
    assert {event.conversation for event in got.events} == {"C1"}
    assert [part.member for part in got.attachments] == ["export/general/attachments/F1-报告.pdf"]
    assert reassemble(got.items) == content


def test_a_day_that_was_cut_short_loses_its_end_alone() -> None:
    whole = write(DAY)
    members: dict[str, bytes | str] = {
        "channels.json": write(CHANNELS), "general/2024-05-13.json": whole[: len(whole) // 2], "general/2024-05-14.json": whole,
    }  # fmt: skip
    got = read(connector, zipped(members), NAME)

    assert len(got.rejected) == 1
    assert "cut short" in got.rejected[0]
    assert len(DAY) < len(got.messages) < 2 * len(DAY)


@pytest.mark.parametrize("day", ['"x"', "{}", "[1, null, []]", "", "[[[[", "\x00", '[{"ts": 5}, {"text": "no ts"}]'])
def test_a_day_that_is_no_list_of_messages_is_kept(day: str) -> None:
    got = read(connector, zipped({"channels.json": write(CHANNELS), "general/2024-05-14.json": day}), NAME)

    assert got.messages == []
    assert got.rejected != [] or day == "{}"


@pytest.mark.parametrize("name", ["../general/2024-05-14.json", "/general/2024-05-14.json", "C:\\x/2024-05-14.json"])
def test_a_name_that_leads_out_is_not_unpacked(name: str) -> None:
    got = read(connector, zipped({"channels.json": write(CHANNELS), name: write(DAY)}), NAME)

    assert got.messages == []
    assert got.rejected == ["a member of the zip is not unpacked: its name leads out of the archive"]


def test_a_bomb_is_refused() -> None:
    bomb = zipped({"channels.json": write(CHANNELS), "general/2024-05-14.json": b"[" + b" " * (66 << 20) + b"]"})

    with pytest.raises(Unreadable, match="bomb"):
        read(connector, bomb, NAME)


@pytest.mark.parametrize("content", [b"", b"[]", b"PK\x03\x04", zipped({}), zipped({"a.txt": "b"}), export()[:-30]])
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


def test_an_encrypted_member_is_kept_packed() -> None:
    raw = bytearray(export())
    with zipfile.ZipFile(BytesIO(bytes(raw))) as archive:
        offset = archive.getinfo("general/2024-05-14.json").header_offset
    raw[offset + 6] |= 1
    place = raw.rindex(b"PK\x01\x02")
    while raw[place + 46 : place + 53] != b"general":
        place = raw.rindex(b"PK\x01\x02", 0, place)
    raw[place + 8] |= 1

    assert read(connector, bytes(raw), NAME).rejected == ["a member of the zip is not unpacked: it is encrypted"]


def test_each_leaf_of_a_message_is_in_its_events() -> None:
    got = imported(*DAY)

    for part in got.messages:
        assert lost_leaves(part.raw, got.of(part)) == []


@pytest.mark.parametrize("seed", range(25))
def test_members_nobody_knows_are_kept(seed: int) -> None:
    messages, tokens = with_strangers(DAY, Random(seed))
    kept = set(leaves([event.extra for event in imported(*messages).events]))

    assert [token for token in tokens if token not in kept] == []


MUTATES = [within_zip(cut_and_paste(JSON)), within_zip(change_values)]


def test_a_sample_of_mutated_exports_is_survived() -> None:
    fuzz_files(connector, [(NAME, export())], 60, MUTATES)


@pytest.mark.deep
def test_many_mutated_exports_are_survived() -> None:
    fuzz_files(connector, [(NAME, export())], 100_000, MUTATES)
