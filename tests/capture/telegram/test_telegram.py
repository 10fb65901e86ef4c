"""What becomes of each thing in an export of Telegram Desktop."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from muniment.capture.connector import ImportOptions, Unreadable
from muniment.capture.telegram import connector
from muniment.capture.telegram.repair import repair
from muniment.record.errors import Refused
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.capture.exports import Imported, dumps, leaves, lost_leaves, read, with_strangers
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_files
from tests.capture.telegram.samples import MESSAGES, NOT_INCLUDED, PHOTO, account, chat, message


def export(document: object, **more: Any) -> Imported:
    return read(connector, dumps(document), "result.json", **more)


def one(**more: object) -> list[Event]:
    """The events of a chat of one message."""
    return export(chat([message(1, **more)])).events


def test_every_kind_of_event_comes_out_in_its_number() -> None:
    imported = export(chat())

    assert len(imported.messages) == len(MESSAGES)
    assert imported.rejected == []
    assert imported.kinds == {
        "membership": 3, "message": 10, "edit": 1, "reaction": 3, "call": 1, "conversation_update": 1, "system": 1,
    }  # fmt: skip


def test_a_message_has_its_words_sender_time_and_chat() -> None:
    (event,) = one()

    assert (event.kind, event.text) == (Kind.MESSAGE, "你好，世界")
    assert (event.sender, event.sender_display) == ("user111", "陈大文")
    assert (event.conversation, event.conversation_display) == ("channel1234567890", "Desk 桌")
    assert (event.sent_at, event.sent_at_precision) == (1_715_680_801_000_000, Precision.SECOND)
    assert (event.sent_at_raw, event.key) == ("1715680801", "channel1234567890/1")
    assert event.flags == ()


def test_pieces_of_text_are_put_together_and_their_links_are_kept() -> None:
    (event,) = one(text=["see ", {"type": "text_link", "text": "this", "href": "https://example.com/a?b=1"}, "!"])

    assert event.text == "see this!"
    assert "https://example.com/a?b=1" in list(leaves(event.extra))


def test_an_edited_message_is_the_message_unknown_and_the_edit_with_its_words() -> None:
    message_, edit = one(text="now", edited="2024-05-14T19:00:00", edited_unixtime="1715684400")

    assert (message_.kind, message_.text) == (Kind.MESSAGE, "")
    assert message_.flags == ("edited", "original_unknown")
    assert (edit.kind, edit.text, edit.target) == (Kind.EDIT, "now", message_.key)
    assert edit.sent_at == 1_715_684_400_000_000


def test_reactions_are_events_of_who_is_named_and_of_the_rest() -> None:
    imported = export(chat())
    reactions = [event for event in imported.events if event.kind is Kind.REACTION]

    assert [(event.text, event.sender) for event in reactions] == [
        ("👍", "user222"), ("👍", None), ("stickers/a.webm", None),
    ]  # fmt: skip
    assert {event.target for event in reactions} == {"channel1234567890/5"}
    assert reactions[1].extra["state"]["count"] == 3
    assert all("time_inferred" in event.flags for event in reactions)


def test_an_answer_points_at_what_it_answers_in_this_chat_or_another() -> None:
    (here,) = one(reply_to_message_id=7)
    (there,) = one(reply_to_message_id=7, reply_to_peer_id="user5")

    assert (here.target, here.flags) == ("channel1234567890/7", ("reply",))
    assert there.target == "user5/7"


def test_media_come_along_from_beside_the_export_and_what_was_left_out_is_said(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / PHOTO).write_bytes(b"\xff\xd8\xff picture")
    imported = export(chat(), beside=tmp_path)

    assert [part.member for part in imported.attachments] == [PHOTO]
    photo, left_out = (event.attachments[0] for event in imported.events if event.attachments)
    assert (photo.status, photo.size) == (AttachmentStatus.STORED, 11)
    assert (left_out.status, left_out.name, left_out.size) == (AttachmentStatus.OMITTED, "报告.pdf", 12345)


def test_a_photo_that_did_not_come_is_missing() -> None:
    imported = export(chat())

    assert [part.missing for part in imported.messages if part.missing] == [(PHOTO,)]


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "photos/../../secret.txt", "C:\\x/y", "secret.txt"])
def test_no_file_is_read_that_an_export_would_not_have_written(path: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "in" / "secret.txt").write_bytes(b"secret")

    assert export(chat([message(1, photo=path)]), beside=tmp_path / "in").attachments == []


def test_a_message_that_telegram_cannot_tell_is_kept_and_said_to_be_partial() -> None:
    (event,) = export(chat([{"id": 14, "type": "unsupported"}])).events

    assert (event.kind, event.flags, event.sent_at) == (Kind.MESSAGE, ("partial",), None)


def test_escapes_that_are_no_json_are_mended_for_reading_and_kept_as_they_are() -> None:
    raw = dumps(chat([message(1, "PLACE")])).replace(b"PLACE", rb"a\x0Bb\\x0Bc\x1F")
    imported = read(connector, raw, "result.json")

    assert [event.text for event in imported.events] == ["a\x0bb\\x0Bc\x1f"]
    assert rb"a\x0Bb\\x0Bc\x1F" in imported.messages[0].raw
    assert repair(rb"\\\x41") == rb"\\\u0041"


def test_a_whole_account_has_each_message_in_its_own_chat() -> None:
    person = chat([message(1)], type="personal_chat", id=222, name="Mei")
    group = chat([message(1), message(2)], type="private_group", id=222, name="Group")
    left = chat([message(1)], type="public_channel", id=222, name="News")
    imported = export(account(person, group, left=(left,)))

    assert [part.key for part in imported.messages] == ["user222/1", "chat222/1", "chat222/2", "channel222/1"]
    assert [event.conversation_display for event in imported.events] == ["Mei", "Group", "Group", "News"]
    assert imported.rejected == []


def test_what_a_chat_is_called_is_found_behind_its_messages_too() -> None:
    document = {"messages": [message(1)], "type": "personal_chat", "name": "Mei", "id": 5}

    assert export(document).events[0].conversation == "user5"


def test_local_times_of_old_exports_need_a_zone() -> None:
    old = message(1)
    del old["date_unixtime"]

    with pytest.raises(Refused, match="--timezone"):
        export(chat([old]))
    (event,) = export(chat([old]), options=ImportOptions(timezone="Asia/Hong_Kong")).events
    assert (event.sent_at, event.flags) == (1_715_680_800_000_000, ("declared_timezone",))


def test_messages_without_ids_have_keys_of_their_own_even_when_they_are_equal() -> None:
    bare = {"type": "message", "date_unixtime": "1544006350", "from": "A", "text": "same"}
    imported = export(chat([bare, dict(bare)]))

    assert len({part.key for part in imported.messages}) == 2
    assert len({event.text for event in imported.events}) == 1


@pytest.mark.shared
@pytest.mark.parametrize("name", ["test_single_export.json", "test_batch_export.json"])
def test_the_public_exports_are_read(name: str, shared_data: Callable[[str], Path]) -> None:
    content = (shared_data("telegram-export") / "telegram" / name).read_bytes()
    imported = read(connector, content, name)

    assert [(event.sender, event.text, event.sent_at) for event in imported.events] == [
        ("Author 1", "Minimal Message", 1_544_006_350_000_000),
        ("Author 2", "Link:https://telegram.org/", 1_544_006_964_000_000),
    ]
    assert imported.rejected == []


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9, 0.99])
def test_of_a_file_that_was_cut_short_the_whole_messages_are_read_and_the_rest_is_said(keep: float) -> None:
    content = dumps(chat())
    imported = read(connector, content[: int(len(content) * keep)], "result.json")

    assert 0 < len(imported.messages) <= len(MESSAGES)
    assert len(imported.rejected) == 1
    assert "cut short" in imported.rejected[0]


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b'{"a": 1}', b"[]", dumps(chat()).decode().encode("utf-16"), b"PK\x03\x04", b"\x00" * 100],
)
def test_what_is_no_export_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, "result.json")


def test_a_bomb_of_brackets_costs_one_message() -> None:
    bomb = json.dumps(message(2, "x")).replace('"x"', "[" * 100_000 + "]" * 100_000).encode()
    content = b'{"messages": [%s, %s, %s]}' % (dumps(message(1)), bomb, dumps(message(3)))
    imported = read(connector, content, "result.json")

    assert [event.sent_at_raw for event in imported.events] == ["1715680801", "1715680803"]
    assert len(imported.rejected) == 1
    assert "nesting" in imported.rejected[0]


def test_a_chat_that_went_on_holds_the_same_bytes_for_what_was_there() -> None:
    then, now = export(chat(MESSAGES[:8])).messages, export(chat()).messages

    assert [(part.key, part.raw) for part in then] == [(part.key, part.raw) for part in now[:8]]
    assert len(read(connector, dumps(chat()), "result.json").parts) == len(MESSAGES) + 2


def test_each_leaf_of_a_message_is_in_its_events() -> None:
    imported = export(chat())

    for part in imported.messages:
        assert [leaf for leaf in lost_leaves(part.raw, imported.of(part)) if leaf not in ("plain", NOT_INCLUDED)] == []


@pytest.mark.parametrize("seed", range(25))
def test_members_nobody_knows_are_kept(seed: int) -> None:
    messages, tokens = with_strangers(MESSAGES, Random(seed))
    imported = export(chat(messages))
    kept = set(leaves([event.extra for event in imported.events]))

    assert [token for token in tokens if token not in kept] == []


SEEDS = [("result.json", dumps(chat())), ("result.json", dumps(account(chat(), left=(chat(),))))]
MUTATES = [cut_and_paste(JSON), change_values]


def test_a_sample_of_mutated_exports_is_survived() -> None:
    fuzz_files(connector, SEEDS, 60, MUTATES, options=ImportOptions(timezone="UTC"))


@pytest.mark.deep
def test_many_mutated_exports_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, MUTATES, options=ImportOptions(timezone="UTC"))
