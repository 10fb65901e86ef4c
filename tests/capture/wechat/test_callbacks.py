"""What becomes of each callback: its kind, its words, who and where, under which key."""

import json
from typing import Any

import pytest

from muniment.capture.connector import Undecodable
from muniment.capture.wechat.files import KEPT, due
from muniment.capture.wechat.tree import read_xml
from muniment.record.event import Kind
from tests.capture.leaves import check_leaves
from tests.capture.wechat.conftest import NOW, SECOND, decode, xml
from tests.capture.wechat.own import CALLBACKS, GH, OPENID, said


def test_every_public_callback_is_read(samples: dict[str, bytes]) -> None:
    kinds = {name: decode(raw).kind for name, raw in samples.items()}
    assert kinds == {
        "KfAccountAuthChangeEvent": Kind.SYSTEM,
        "KfMessageEvent": Kind.SYSTEM,
        "ConversationNewMessageEvent": Kind.SYSTEM,
        "ChatArchiveAuditApprovedSingleEvent": Kind.CONSENT,
        "ChangeExternalContactEvent.AddHalfExternalContact": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.TransferFail": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.AddExternalContact": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.DeleteFollowUser": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.EditExternalContact": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.DeleteHalfExternalContact": Kind.IDENTITY_CHANGE,
        "ChangeExternalContactEvent.MessageAuditApproved": Kind.CONSENT,
        "ChangeExternalChatEvent.Dismiss": Kind.CONVERSATION_UPDATE,
        "ChangeExternalChatEvent.Create": Kind.CONVERSATION_UPDATE,
        "ChangeExternalChatEvent.Update": Kind.MEMBERSHIP,
    }
    assert not any("partial" in decode(raw).flags for raw in samples.values())
    assert sum(raw.startswith(b"\xef\xbb\xbf") for raw in samples.values()) == 9


def test_the_public_consent_and_membership_say_who(samples: dict[str, bytes]) -> None:
    consent = decode(samples["ChangeExternalContactEvent.MessageAuditApproved"])
    assert consent.extra["consent"] == {
        "subject": "woAJ2GCAAABiuyujaWJHDDGi0mACHAAA", "status": "agree", "at": 1403610513 * SECOND, "with": "zhangsan",
    }  # fmt: skip
    change = decode(samples["ChangeExternalChatEvent.Update"])
    assert (change.conversation, change.recipients, change.extra["op"]) == ("CHAT_ID", ("Jack", "Rose"), "add")
    assert change.extra["MemChangeCnt"] == "10"  # the platform says ten and names two


@pytest.mark.parametrize(
    "name, kind, text, conversation, flags, media",
    [
        ("text", Kind.MESSAGE, "你好 <b>&amp;</b> 早晨", OPENID, (), []),
        ("image", Kind.MESSAGE, "", OPENID, (), ["M1.jpg"]),
        ("voice", Kind.MESSAGE, "買入", OPENID, (), ["M2.speex"]),
        ("video", Kind.MESSAGE, "", OPENID, (), ["M3.mp4", "M4.jpg"]),
        ("shortvideo", Kind.MESSAGE, "", OPENID, (), ["M5.mp4", "M6.jpg"]),
        ("location", Kind.MESSAGE, "中環\n23.134, 113.358", OPENID, (), []),
        ("link", Kind.MESSAGE, "T\nD\nhttps://example.com", OPENID, (), []),
        ("from the future", Kind.MESSAGE, "look\nM7", OPENID, ("partial",), []),
        ("to an application", Kind.MESSAGE, "to the app", "1000002/amy", (), []),
        ("subscribe", Kind.MEMBERSHIP, "", OPENID, (), []),
        ("unsubscribe", Kind.MEMBERSHIP, "", OPENID, (), []),
        ("click", Kind.SYSTEM, "BUY", OPENID, (), []),
        ("view", Kind.SYSTEM, "https://example.com/p", OPENID, (), []),
        ("place", Kind.SYSTEM, "", OPENID, (), []),
        ("template sent", Kind.RECEIPT, "", OPENID, (), []),
        ("template blocked", Kind.DELIVERY_FAILURE, "failed:user block", OPENID, (), []),
        ("pictures", Kind.SYSTEM, "k", OPENID, (), []),
        ("an event from the future", Kind.SYSTEM, "of a bull", OPENID, ("partial",), []),
        ("members gone", Kind.MEMBERSHIP, "", "wr1", (), []),
        ("name changed", Kind.CONVERSATION_UPDATE, "", "wr1", (), []),
        ("agreed in a group", Kind.CONSENT, "", "wr1", (), []),
        ("colleague", Kind.IDENTITY_CHANGE, "", "", (), []),
        ("with attributes", Kind.MESSAGE, "", "", ("partial",), []),
    ],
)  # fmt: skip
def test_each_callback_is_an_event_of_its_kind(
    name: str, kind: Kind, text: str, conversation: str, flags: tuple[str, ...], media: list[str]
) -> None:
    event = decode(CALLBACKS[name])
    assert (event.kind, event.text, event.conversation, event.flags) == (kind, text, conversation, flags)
    assert [file.name for file in event.attachments] == media


def test_a_message_has_its_author_time_and_key() -> None:
    event = decode(CALLBACKS["text"])
    assert (event.sender, event.recipients, event.sent_at, event.sent_at_raw) == (OPENID, (GH,), NOW * SECOND, str(NOW))
    assert event.key == f"{GH}:6054768590064713728"


def test_who_follows_and_who_left() -> None:
    assert decode(CALLBACKS["subscribe"]).extra["op"] == "join"
    assert decode(CALLBACKS["unsubscribe"]).extra["members"] == [{"id": OPENID}]
    assert decode(CALLBACKS["members gone"]).extra["members"] == [{"id": "wm1"}]


def test_json_says_the_same_as_xml() -> None:
    members = {
        "ToUserName": GH,
        "FromUserName": OPENID,
        "CreateTime": NOW,
        "MsgType": "text",
        "Content": "a",
        "MsgId": 6_054_768_590_064_713_728,
    }
    assert decode(members) == decode(said("text", Content="a"))


def test_the_files_of_a_callback_are_owed_for_three_days() -> None:
    owed = due(CALLBACKS["video"].encode())
    assert [(one.media, one.name, one.until) for one in owed] == [
        ("M3", "M3.mp4", NOW * SECOND + KEPT),
        ("M4", "M4.jpg", NOW * SECOND + KEPT),
    ]
    assert [one.media for one in due(CALLBACKS["from the future"].encode())] == ["M7"]
    assert due(b"") == due(b"<xml>") == due(b"[1]") == []


@pytest.mark.parametrize("name", CALLBACKS)
def test_every_leaf_of_a_callback_comes_out(name: str) -> None:
    root, members = read_xml(CALLBACKS[name].encode())
    assert root == "xml"
    assert check_leaves(members, lambda raw: [decode(raw)], constants=("event",))


def test_every_leaf_of_the_public_callbacks_comes_out(samples: dict[str, bytes]) -> None:
    for name, raw in samples.items():
        _, members = read_xml(raw)
        assert check_leaves(members, lambda raw: [decode(raw)], constants=("event",)), name


def test_xml_and_its_members_in_json_are_the_same_event(samples: dict[str, bytes]) -> None:
    """So that what holds for members, as above, holds for the platform's XML."""
    for raw in [*samples.values(), *(callback.encode() for callback in CALLBACKS.values())]:
        members: dict[str, Any] = read_xml(raw)[1]
        assert decode(json.dumps(members)) == decode(raw)


@pytest.mark.parametrize(
    "raw", [b"", b"no", b"<xml>", b"[]", b"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>&a;</xml>", b"\xff\xfe"]
)
def test_what_is_no_message_is_undecodable(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(raw)


def test_a_message_without_an_id_bears_the_key_of_its_content() -> None:
    first, other = decode(xml(MsgType="text", Content="a")), decode(xml(MsgType="text", Content="b"))
    assert first.key == decode(xml(MsgType="text", Content="a")).key != other.key
    assert "partial" in first.flags


def test_a_consent_at_the_end_of_time_can_be_written_down() -> None:
    event = decode(CALLBACKS["agreed in a group"].replace(str(NOW), "176200000000"))
    assert (event.extra["consent"]["at"], event.sent_at) == (None, 176_200_000_000 * SECOND)
