"""What becomes of each thing in an archive of X."""

from random import Random
from typing import Any

import pytest

from muniment.capture.connector import Unreadable
from muniment.capture.whatsapp import reassemble
from muniment.capture.x import connector
from muniment.capture.x.times import moment
from muniment.record.event import AttachmentStatus, Event, Kind, Precision
from tests.capture.exports import Imported, leaves, lost_leaves, read, with_strangers, zipped
from tests.capture.fuzz import JSON, cut_and_paste, fuzz_files, within_zip
from tests.capture.x.samples import ACCOUNT, DELETED, NOTES, POSTS, TALKS, archive, direct, script, tweet

NAME = "twitter-2024.zip"


def posts(*given: Any, what: str = "tweets") -> list[Event]:
    return read(connector, script(what, list(given)), "tweets.js").events


def talk(*messages: Any) -> Imported:
    document = [{"dmConversation": {"conversationId": "1-2", "messages": list(messages)}}]
    return read(connector, script("direct_messages", document), "direct-messages.js")


def test_an_archive_is_read_and_can_be_made_again() -> None:
    content = archive()
    got = read(connector, content, NAME)

    assert got.rejected == []
    assert len(got.messages) == 4 + 1 + 1 + 3 + 5
    assert got.kinds == {
        "message": 8, "edit": 1, "recall": 1, "reaction": 1, "membership": 3, "conversation_update": 1, "system": 1,
    }  # fmt: skip
    assert reassemble(got.items) == content


def test_a_post_is_by_the_archives_account_in_words_as_they_were_shown() -> None:
    event = read(connector, archive(), NAME).events[0]

    assert (event.text, event.extra["written"]) == ("你好 & <hi>", "你好 &amp; &lt;hi&gt;")
    assert (event.sender, event.sender_display, event.conversation, event.conversation_display) == (
        "1",
        "阿美",
        "posts/1",
        "@amy_ho",
    )
    assert (event.sent_at, event.sent_at_precision) == (1_715_680_841_000_000, Precision.SECOND)
    assert event.key == "tweet/101"


def test_answers_edits_and_pictures_are_told() -> None:
    _, answer, picture, edit = read(connector, archive(), NAME).events[:4]

    assert (answer.target, answer.flags) == ("tweet/55", ("reply",))
    assert [(each.name, each.status, each.size) for each in picture.attachments] == [
        ("103-Abc.jpg", AttachmentStatus.STORED, 11)
    ]
    assert (edit.kind, edit.target, edit.text) == (Kind.EDIT, "tweet/100", "second words")


def test_a_picture_that_is_not_in_the_archive_is_left_out() -> None:
    (event,) = posts(POSTS[2])

    assert [(each.name, each.status) for each in event.attachments] == [("Abc.jpg", AttachmentStatus.OMITTED)]


def test_a_deleted_post_keeps_its_words_and_has_its_recall() -> None:
    post, recall = posts(*DELETED, what="deleted_tweets")

    assert (post.kind, post.text, post.flags) == (Kind.MESSAGE, "gone", ())
    assert (recall.kind, recall.target, recall.sent_at) == (Kind.RECALL, "tweet/105", 1_715_767_200_000_000)


def test_a_long_post_has_all_its_words() -> None:
    (event,) = posts(*NOTES, what="note_tweet")

    assert (event.text, event.key, event.sent_at) == ("long > short", "note/106", 1_715_680_806_000_000)


def test_direct_messages_reactions_and_what_happens_to_groups_are_told() -> None:
    events = [event for event in read(connector, archive(), NAME).events if not event.conversation.startswith("posts/")]

    assert [(event.kind, event.text, event.sender, event.conversation) for event in events] == [
        (Kind.MESSAGE, "hi & 你好", "1", "1-2"), (Kind.REACTION, "like", "2", "1-2"), (Kind.MESSAGE, "", "1", "1-2"),
        (Kind.MESSAGE, "old", "1", "1-2"), (Kind.MEMBERSHIP, "", "2", "9001"), (Kind.MEMBERSHIP, "", "1", "9001"),
        (Kind.MEMBERSHIP, "", None, "9001"), (Kind.CONVERSATION_UPDATE, "Desk 桌", "1", "9001"), (Kind.SYSTEM, "", None, "9001"),
    ]  # fmt: skip
    assert events[0].recipients == ("2",)
    assert [event.extra.get("op") for event in events[4:7]] == ["join", "add", "leave"]


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ("Tue May 14 10:00:41 +0000 2024", 1_715_680_841_000_000), ("Tue May 14 18:00:41 +0800 2024", 1_715_680_841_000_000),
        ("2024-05-14T10:00:41.250Z", 1_715_680_841_250_000), ("1715680841250", 1_715_680_841_250_000), (1715680841250, 1_715_680_841_250_000),
        ("Tue Foo 14 10:00:41 +0000 2024", None), ("Tue May 44 10:00:41 +0000 2024", None), ("soon", None), (None, None), ("9" * 15, None),
    ],
)  # fmt: skip
def test_times_are_read_in_each_of_their_forms(given: Any, at: int | None) -> None:
    found = moment(given)

    assert (found[0] if found else None) == at


def test_several_parts_in_one_file_are_read() -> None:
    content = script("tweets", POSTS[:1]) + "\n" + script("tweets", POSTS[1:2], 1) + ";\n"
    got = read(connector, content, "tweets.js")

    assert [event.key for event in got.events] == ["tweet/101", "tweet/102"]
    assert got.rejected == []


def test_what_is_no_post_is_rejected_by_itself() -> None:
    got = read(connector, script("tweets", [tweet(1), 5, {"tweet": {}}, {"other": 1}, tweet(2)]), "tweets.js")

    assert [event.key for event in got.events] == ["tweet/1", "tweet/2"]
    assert len(got.rejected) == 3


@pytest.mark.parametrize("keep", [0.5, 0.8, 0.99])
def test_of_a_file_that_was_cut_short_the_whole_posts_are_read_and_the_rest_is_said(keep: float) -> None:
    content = script("tweets", POSTS)
    got = read(connector, content[: int(len(content) * keep)], "tweets.js")

    assert got.messages
    assert len(got.rejected) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"", b"[]", b"window.YTD.tweets = []", script("like", []).encode(), zipped({"data/like.js": script("like", [])}),
        zipped({"a.txt": "b"}), archive()[:-10], script("tweets", []).encode("utf-16"),
    ],
)  # fmt: skip
def test_what_holds_no_messages_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read(connector, content, NAME)


@pytest.mark.parametrize("name", ["../tweets.js", "/data/tweets.js", "data/../../tweets.js"])
def test_a_name_that_leads_out_is_not_unpacked(name: str) -> None:
    content = zipped({name: script("tweets", POSTS), "data/note-tweet.js": script("note_tweet", NOTES)})
    got = read(connector, content, NAME)

    assert len(got.messages) == 1
    assert got.rejected == ["a member of the zip is not unpacked: its name leads out of the archive"]


def test_an_account_that_cannot_be_read_leaves_posts_without_a_sender() -> None:
    got = read(connector, archive(**{"data/account.js": "window.YTD.account.part0 = [["}), NAME)

    assert {event.sender for event in got.events if event.conversation == "posts/"} == {None}
    assert ACCOUNT


def test_each_leaf_of_a_message_is_in_its_events() -> None:
    got = read(connector, archive(), NAME)

    for part in got.messages:
        assert lost_leaves(part.raw, got.of(part)) == []


@pytest.mark.parametrize("seed", range(25))
def test_members_nobody_knows_are_kept(seed: int) -> None:
    given, tokens = with_strangers(
        [POSTS, DELETED, NOTES, [[direct(4), {"joinConversation": {"createdAt": "soon"}}], direct(5)]], Random(seed)
    )
    made = [
        *posts(*given[0]), *posts(*given[1], what="deleted_tweets"), *posts(*given[2], what="note_tweet"),
        *talk(*given[3][0], given[3][1]).events,
    ]  # fmt: skip
    kept = set(leaves([event.extra for event in made]))

    assert [token for token in tokens if token not in kept] == []


SEEDS = [("tweets.js", script("tweets", POSTS).encode()), ("dm.js", script("direct_messages", TALKS).encode())]
MUTATES = [cut_and_paste(JSON)]


def test_a_sample_of_mutated_archives_is_survived() -> None:
    fuzz_files(connector, SEEDS, 50, MUTATES)
    fuzz_files(connector, [(NAME, archive())], 30, [within_zip(MUTATES[0])])


@pytest.mark.deep
def test_many_mutated_archives_are_survived() -> None:
    fuzz_files(connector, SEEDS, 90_000, MUTATES)
    fuzz_files(connector, [(NAME, archive())], 10_000, [within_zip(MUTATES[0])])
