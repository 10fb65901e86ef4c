"""What becomes of each thing in a channel that DiscordChatExporter wrote."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from muniment.capture.connector import Unreadable
from muniment.capture.discord import connector
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.capture.discord.samples import MESSAGES, PICTURE, channel, message
from tests.capture.exports import Imported, dumps, leaves, lost_leaves, read, with_strangers
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_files

NAME = "general.json"


def export(document: object, **more: Any) -> Imported:
    return read(connector, dumps(document), NAME, **more)


def one(**more: Any) -> list[Event]:
    return export(channel([message(1, **more)])).events


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    got = export(channel())

    assert len(got.messages) == len(MESSAGES)
    assert got.rejected == []
    assert got.kinds == {"message": 7, "edit": 1, "reaction": 2, "membership": 1, "call": 1, "system": 1}


def test_a_message_has_its_words_sender_time_and_channel() -> None:
    (event,) = one()

    assert (event.text, event.sender, event.sender_display) == ("你好", "5", "amy 昵称")
    assert (event.conversation, event.conversation_display) == ("22", "general 一般")
    assert (event.sent_at, event.sent_at_precision) == (1_715_680_801_123_000, Precision.MILLISECOND)
    assert event.key == "22/1100000000000000001"


def test_an_edit_keeps_the_moment_to_seven_digits_as_written() -> None:
    original, edit = one(content="now", timestampEdited="2024-05-14T11:00:00.1234567+00:00")

    assert original.flags == ("edited", "original_unknown")
    assert (edit.text, edit.sent_at, edit.sent_at_raw) == (
        "now",
        1_715_684_400_123_456,
        "2024-05-14T11:00:00.1234567+00:00",
    )


def test_reactions_answers_forwards_and_bots_are_told() -> None:
    events = export(channel()).events
    reactions = [event for event in events if event.kind is Kind.REACTION]

    assert [(event.text, event.sender, event.sender_display) for event in reactions] == [
        ("👍", "6", "bob 昵称"), ("👍", None, None),
    ]  # fmt: skip
    assert [event.target for event in events if "reply" in event.flags] == ["22/1100000000000000001"]
    assert [event.text for event in events if "forwarded" in event.flags] == ["look"]
    assert [event.text for event in events if "bot" in event.flags] == ["Build\npassed\nn\nv"]


def test_files_beside_the_export_come_along_and_links_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "general_Files").mkdir()
    (tmp_path / str(PICTURE["url"])).write_bytes(b"picture")
    got = export(channel(), beside=tmp_path)
    (event,) = [event for event in got.events if event.attachments]

    assert [part.member for part in got.attachments] == ["general_Files/a-1.png"]
    assert [(each.name, each.status) for each in event.attachments] == [
        ("a.png", AttachmentStatus.STORED), ("b.pdf", AttachmentStatus.OMITTED), ("Wave", AttachmentStatus.OMITTED),
    ]  # fmt: skip
    assert [part.missing for part in export(channel()).messages if part.missing] == [("general_Files/a-1.png",)]


@pytest.mark.parametrize("count", [0, 11, None, "10"])
def test_a_file_that_holds_another_number_of_messages_than_it_says_is_told_of(count: Any) -> None:
    got = export(channel(messageCount=count))

    assert len(got.messages) == len(MESSAGES)
    assert len(got.rejected) == 1
    assert "got 10 where messageCount says" in got.rejected[0]


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.995])
def test_of_a_file_that_was_cut_short_the_whole_messages_are_read_and_the_rest_is_said(keep: float) -> None:
    content = dumps(channel())
    got = read(connector, content[: int(len(content) * keep)], NAME)

    assert got.messages
    assert len(got.rejected) == 1
    assert "cut short" in got.rejected[0]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"<html>", dumps({"channel": 5, "messages": [message(1)]})])
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


def test_each_leaf_of_a_message_is_in_its_events() -> None:
    got = export(channel())

    for part in got.messages:
        assert lost_leaves(part.raw, got.of(part)) == []


@pytest.mark.parametrize("seed", range(25))
def test_members_nobody_knows_are_kept(seed: int) -> None:
    messages, tokens = with_strangers(MESSAGES, Random(seed))
    kept = set(leaves([event.extra for event in export(channel(messages)).events]))

    assert [token for token in tokens if token not in kept] == []


SEEDS = [(NAME, dumps(channel())), (NAME, dumps(channel(), indent=None))]
MUTATES = [cut_and_paste(JSON), change_values]


def test_a_sample_of_mutated_exports_is_survived() -> None:
    fuzz_files(connector, SEEDS, 60, MUTATES)


@pytest.mark.deep
def test_many_mutated_exports_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, MUTATES)
