"""Answers of the companion calls, as events."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.connector import Undecodable
from muniment.capture.wecom import connector
from muniment.record.event import Event, Kind
from muniment.record.record import Header

Data = Callable[[str], Path]
AT = 1_790_000_000_000_000


def decode(raw: bytes, part: str, call: str, **asked: object) -> list[Event]:
    meta = {"corpid": "ww1", "call": call, "at": AT, "asked": asked}
    header = Header(by="wecom", v=1, part=part, assurance=connector.assurance, meta=meta)
    return list(connector.decode(header, raw))


def answer(shared_data: Data, name: str) -> bytes:
    return next(shared_data("wecom-callbacks").rglob(name)).read_bytes()


def test_the_roster_of_an_internal_group(shared_data: Data) -> None:
    raw = answer(shared_data, "CgibinMessageAuditGroupChatGetResponse.json")
    (event,) = decode(raw, "roster", "msgaudit/groupchat/get", roomid="wrN")

    assert (event.kind, event.conversation, event.conversation_display) == (Kind.MEMBERSHIP, "wrN", "蓦然回首")
    assert event.recipients == ("ZhangWenChao", "xujinsheng")
    assert event.sent_at == AT
    assert event.extra["op"] == "snapshot"
    assert event.extra["members"][1] == {"id": "xujinsheng", "joined_at": 1592377076000000}


def test_the_roster_of_an_external_group() -> None:
    raw = """{"errcode":0,"group_chat":{"chat_id":"wrE","name":"客户群","owner":"amy","member_list":[
        {"userid":"amy","type":1,"join_time":1592361605},{"userid":"wmX","type":2,"join_time":1592377076,"name":"陈"}]}}"""
    event, *names = decode(raw.encode(), "roster", "externalcontact/groupchat/get", chat_id="wrE")

    assert (event.conversation, event.conversation_display, event.recipients) == ("wrE", "客户群", ("amy", "wmX"))
    (called,) = names
    assert (called.kind, called.sender, called.sender_display) == (Kind.IDENTITY_CHANGE, "wmX", "陈")
    assert (called.sent_at, called.flags) == (1592377076000000, ("time_inferred",))
    later = decode(raw.replace("陈", "陳").encode(), "roster", "externalcontact/groupchat/get", chat_id="wrE")
    assert later[1].key != called.key


def test_an_answer_that_is_repeated_says_the_same_events() -> None:
    """What has a time of its own does not hang on when it was asked."""
    agreed = b'{"agreeinfo":[{"exteranalopenid":"wmX","userid":"amy","agree_status":"Agree","status_change_time":1562766651}]}'
    first, again = (
        connector.decode(
            Header(
                by="wecom",
                v=1,
                part="consent",
                assurance=connector.assurance,
                meta={"corpid": "ww1", "call": "c", "at": at},
            ),
            agreed,
        )
        for at in (AT, AT + 86_400_000_000)
    )

    assert first == again
    assert first[0].key is not None


def test_what_a_client_and_a_colleague_are_called() -> None:
    client = """{"errcode":0,"external_contact":{"external_userid":"wmX","name":"陳大文","type":1},"follow_user":[{"userid":"amy"}]}"""
    (event,) = decode(client.encode(), "directory", "externalcontact/get", external_userid="wmX")
    (other,) = decode(b'{"errcode":0,"userid":"amy","name":"Amy Lee"}', "directory", "user/get", userid="amy")

    assert (event.kind, event.sender, event.sender_display) == (Kind.IDENTITY_CHANGE, "wmX", "陳大文")
    assert event.extra["answer"]["follow_user"] == [{"userid": "amy"}]
    assert (other.kind, other.sender, other.sender_display) == (Kind.IDENTITY_CHANGE, "amy", "Amy Lee")


def test_consent_one_to_one(shared_data: Data) -> None:
    raw = answer(shared_data, "CgibinChatDataGetAgreeStatusSingleResponse.json").replace(b"open_userid", b"userid")
    events = decode(raw, "consent", "msgaudit/check_single_agree")

    assert [event.extra["consent"]["status"] for event in events] == ["agree", "disagree", "agree"]
    assert {event.kind for event in events} == {Kind.CONSENT}
    assert events[0].conversation == "XuJinSheng|wmeDKaCPAAGdvxciQWxVsAKwV2HxNAAA"
    assert events[0].sent_at == 1562766651000000


def test_consent_in_a_group(shared_data: Data) -> None:
    raw = answer(shared_data, "CgibinChatDataGetAgreeStatusRoomResponse.json")
    events = decode(raw, "consent", "msgaudit/check_room_agree", roomid="wrG")

    assert {event.conversation for event in events} == {"wrG"}
    assert len(events) == 3


def test_consent_that_nobody_gave_by_hand_is_its_own_status() -> None:
    raw = (
        b'{"agreeinfo":[{"exteranalopenid":"wmX","userid":"amy","agree_status":"Default_Agree"},{"agree_status":"?"}]}'
    )
    default, odd = decode(raw, "consent", "msgaudit/check_single_agree")

    assert default.extra["consent"]["status"] == "default"
    assert (odd.extra["consent"]["status"], odd.flags) == ("unknown", ("partial",))


def test_a_robot_and_the_people_in_the_archive(shared_data: Data) -> None:
    (robot,) = decode(
        answer(shared_data, "CgibinMessageAuditGetRobotInfoResponse.json"), "directory", "msgaudit/get_robot_info"
    )
    (people,) = decode(b'{"errcode":0,"ids":["a","b"]}', "directory", "msgaudit/get_permit_user_list", type=1)

    assert (robot.kind, robot.sender_display) == (Kind.IDENTITY_CHANGE, "机器人A")
    assert (people.kind, people.recipients) == (Kind.SYSTEM, ("a", "b"))


@pytest.mark.parametrize("part", ["roster", "consent", "directory"])
def test_an_answer_that_answers_nothing_is_undecodable(part: str) -> None:
    with pytest.raises(Undecodable):
        decode(b'{"errcode":0}', part, "call")
