"""What becomes of each thing in messages of Teams, and of each way in which they are saved."""

import json
from base64 import b64encode
from random import Random
from typing import Any

import pytest

from muniment.capture.connector import Unreadable
from muniment.capture.teams import connector
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.capture.exports import Imported, dumps, leaves, lost_leaves, read, with_strangers
from tests.capture.fuzz import JSON, change_values, cut_and_paste, fuzz_files
from tests.capture.teams.samples import CHAT, MESSAGES, event, message

NAME = "messages.json"


def export(document: object) -> Imported:
    return read(connector, dumps(document), NAME)


def one(*given: Any, **more: Any) -> list[Event]:
    return export(message(1, *given, **more)).events


def lines(*documents: Any) -> bytes:
    return b"".join(dumps(each, indent=None) + b"\n" for each in documents)


PAGE = {"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#x", "@odata.count": 15, "value": MESSAGES, "@odata.nextLink": "y"}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        dumps(MESSAGES), dumps(PAGE), dumps(PAGE, indent=None), lines(*MESSAGES), lines(PAGE), b"\xef\xbb\xbf" + dumps(MESSAGES),
        lines(PAGE | {"value": MESSAGES[:5]}, PAGE | {"value": []}, PAGE | {"value": MESSAGES[5:]}), lines(MESSAGES[:5], MESSAGES[5:]),
        lines(MESSAGES[0], {"value": MESSAGES[1:]}), b"\n\n".join(dumps(each) for each in MESSAGES),
    ],
)  # fmt: skip
def test_the_same_messages_come_out_however_they_were_saved(content: bytes) -> None:
    got = read(connector, content, NAME)

    assert got.rejected == []
    assert got.events == export(MESSAGES).events
    assert got.kinds == {
        "message": 10, "edit": 1, "recall": 1, "reaction": 1, "membership": 2, "conversation_update": 1, "call": 1, "system": 1,
    }  # fmt: skip


def test_a_single_message_is_a_file_too() -> None:
    (got,) = one()

    assert (got.text, got.sender, got.sender_display) == ("你好", "8ea0", "陈大文")
    assert (got.conversation, got.key) == (CHAT, f"{CHAT}/1715680800001")
    assert (got.sent_at, got.sent_at_precision) == (1_715_680_801_123_456, Precision.MICROSECOND)
    assert got.sent_at_raw == "2024-05-14T10:00:01.1234567Z"
    assert got.flags == ()


def test_html_becomes_what_a_reader_sees_and_stays_beside_it() -> None:
    (got,) = one('<p>Hi <at id="0">Bob</at> &amp; 大家<br>bye</p>')

    assert got.text == "Hi Bob & 大家\nbye"
    assert got.extra["body"]["content"].startswith("<p>Hi")


def test_an_edit_and_a_deletion_are_events_at_their_own_time() -> None:
    original, edit = one(text="now", lastEditedDateTime="2024-05-14T11:00:00.5Z")
    gone, recall = one("", deletedDateTime="2024-05-14T12:00:00.5Z")

    assert (original.text, edit.text, edit.target, edit.sent_at) == ("", "now", original.key, 1_715_684_400_500_000)
    assert (gone.flags, recall.kind, recall.target) == (("deleted", "original_unknown"), Kind.RECALL, gone.key)
    assert recall.sent_at == 1_715_688_000_500_000


def test_a_deleted_message_of_which_graph_retains_the_words_keeps_them() -> None:
    retained, recall = one(text="kept", deletedDateTime="2024-05-14T12:00:00.5Z")

    assert (retained.text, retained.flags, recall.kind) == ("kept", (), Kind.RECALL)


def test_notices_are_told_by_their_type_and_who_began_them() -> None:
    events = export(MESSAGES[9:14]).events

    assert [(got.kind, got.text, got.sender) for got in events] == [
        (Kind.MEMBERSHIP, "members added: 新人", "1"),
        (Kind.MEMBERSHIP, "members deleted: 9", "1"),
        (Kind.CONVERSATION_UPDATE, "chat renamed: Desk", "1"),
        (Kind.CALL, "call ended: PT5M", "1"),
        (Kind.SYSTEM, "invented yesterday", "1"),
    ]
    assert [got.extra.get("op") for got in events[:2]] == ["add", "remove"]


def test_answers_point_at_what_they_quote_or_at_their_thread() -> None:
    quote, thread = export([MESSAGES[5], MESSAGES[14]]).events

    assert (quote.target, quote.text) == (f"{CHAT}/1715680800001", "yes")
    assert (thread.conversation, thread.target) == ("t1/19:c@thread.tacv2", "t1/19:c@thread.tacv2/1715680800001")
    assert "reply" in quote.flags


def test_a_thread_that_came_with_its_first_message_is_read_too() -> None:
    root, reply = one(replies=[message(2, text="inside", replyToId="1715680800001")])

    assert (reply.text, reply.key, reply.target) == ("inside", f"{CHAT}/1715680800002", root.key)


def test_files_pictures_and_cards_are_told() -> None:
    linked, picture, card = export([MESSAGES[6], MESSAGES[7], MESSAGES[8]]).events

    assert [(each.name, each.status) for each in linked.attachments] == [("报告.docx", AttachmentStatus.OMITTED)]
    assert [(each.name, each.status) for each in picture.attachments] == [("aWQ9eF8x", AttachmentStatus.OMITTED)]
    assert (card.text, card.sender, card.flags) == ("Approve?", "b1", ("bot",))


def test_contents_that_the_message_holds_are_given_out() -> None:
    held = {"id": "h1", "contentType": "image/png", "contentBytes": b64encode(b"picture").decode()}
    document = message(1, hostedContents=[held, {"id": "h2", "contentBytes": "?", "contentType": None}])
    (got,) = export(document).events

    assert [(each.status, each.size) for each in got.attachments] == [
        (AttachmentStatus.STORED, 7), (AttachmentStatus.OMITTED, None),
    ]  # fmt: skip
    assert [connector.embedded(dumps(document), place) for place in (-1, 0, 1, 2)] == [None, b"picture", None, None]
    assert connector.embedded(b"[", 0) is None


@pytest.mark.parametrize("missing", ["from", "body", "createdDateTime", "messageType", "chatId"])
def test_a_message_that_lacks_something_is_read_as_far_as_it_goes(missing: str) -> None:
    document = message(1)
    del document[missing]
    (got,) = export(document).events

    assert got.kind is Kind.MESSAGE


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"value": []}', b'[{"a": 1}]', b'{"id": "1"}', b"hello", b"[[[["]
)
def test_what_holds_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


def test_what_is_no_message_among_messages_is_rejected_by_itself() -> None:
    got = export([message(1), None, 5, {"a": 1}, message(2, text="x" * 10), {"id": "3"}])

    assert len(got.messages) == 2
    assert len(got.rejected) == 4


@pytest.mark.parametrize("content", [dumps(MESSAGES), dumps(PAGE), lines(*MESSAGES)])
@pytest.mark.parametrize("keep", [0.4, 0.8, 0.97])
def test_of_a_file_that_was_cut_short_the_whole_messages_are_read_and_the_rest_is_said(
    content: bytes, keep: float
) -> None:
    got = read(connector, content[: int(len(content) * keep)], NAME)

    assert got.messages
    assert len(got.rejected) == 1


def test_text_behind_the_messages_is_kept_and_said() -> None:
    got = read(connector, dumps([message(1)]) + b" and more", NAME)

    assert len(got.messages) == 1
    assert got.rejected == [f"expected nothing more, got text after the end at byte {len(dumps([message(1)])) + 1}"]


def test_each_leaf_of_a_message_is_in_its_events() -> None:
    got = export(MESSAGES)

    for part in got.messages:
        assert lost_leaves(part.raw, got.of(part)) == []


@pytest.mark.parametrize("seed", range(25))
def test_members_nobody_knows_are_kept(seed: int) -> None:
    messages, tokens = with_strangers([*MESSAGES, event(16, "callStarted")], Random(seed))
    kept = set(leaves([got.extra for got in export(messages).events]))

    assert [token for token in tokens if token not in kept] == []


SEEDS = [(NAME, dumps(MESSAGES)), (NAME, json.dumps(PAGE).encode()), (NAME, lines(*MESSAGES))]
MUTATES = [cut_and_paste(JSON), change_values]


def test_a_sample_of_mutated_files_is_survived() -> None:
    fuzz_files(connector, SEEDS, 60, MUTATES)


@pytest.mark.deep
def test_many_mutated_files_are_survived() -> None:
    fuzz_files(connector, SEEDS, 100_000, MUTATES)
