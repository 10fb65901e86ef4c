"""The calls beside the archive, against a real server on this machine."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from muniment.capture.http import Http
from muniment.capture.wecom import connector
from muniment.capture.wecom.companion import ALARMED, Asked, Companion
from muniment.record.event import Event, Kind
from muniment.record.record import Header
from tests.capture.wecom.conftest import Clock
from tests.capture.wecom.platform import Platform, serving

Data = Callable[[str], Path]
SECOND = 1_000_000


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as made:
        yield made


@pytest.fixture
def companion(platform: Platform, clock: Clock) -> Companion:
    return Companion("ww1", platform.secret, base=platform.base, http=Http(timeout=10), clock=clock, chance=lambda: 1.0)


def events(asked: Asked) -> Sequence[Event]:
    assert asked.state == "ok" and asked.item is not None
    item = asked.item
    header = Header(by="wecom", v=1, part=item.part, assurance=connector.assurance, key=item.key, meta=item.meta)
    return connector.decode(header, item.raw)


def test_a_roster_comes_as_it_was_answered(
    shared_data: Data, platform: Platform, companion: Companion, clock: Clock
) -> None:
    given = next(shared_data("wecom-callbacks").rglob("CgibinMessageAuditGroupChatGetResponse.json")).read_bytes()
    platform.answers["msgaudit/groupchat/get"] = given

    asked = companion.internal_room("wrN")

    assert asked.item is not None and asked.item.raw == given
    assert asked.item.meta == {
        "corpid": "ww1",
        "call": "msgaudit/groupchat/get",
        "asked": {"roomid": "wrN"},
        "at": clock.at,
    }
    (event,) = events(asked)
    assert (event.kind, event.conversation, event.conversation_display) == (Kind.MEMBERSHIP, "wrN", "蓦然回首")
    assert platform.calls[1] == ("msgaudit/groupchat/get", {"roomid": "wrN"})


def test_every_call_asks_what_it_should(platform: Platform, companion: Companion, clock: Clock) -> None:
    contacts = Companion("ww1", platform.contacts, base=platform.base, clock=clock)
    companion.single_agreements([("amy", "wmX"), ("bob", "wmY")])
    companion.room_agreements("wrR")
    companion.permitted()
    companion.permitted(3)
    companion.robot("wbR")
    contacts.external_room("wrE")
    contacts.client("wmX")
    contacts.colleague("amy")

    assert [(call, asked) for call, asked in platform.calls if call != "gettoken"] == [
        ("msgaudit/check_single_agree", {"info": [{"userid": "amy", "exteranalopenid": "wmX"}, {"userid": "bob", "exteranalopenid": "wmY"}]}),
        ("msgaudit/check_room_agree", {"roomid": "wrR"}),
        ("msgaudit/get_permit_user_list", {}),
        ("msgaudit/get_permit_user_list", {"type": 3}),
        ("msgaudit/get_robot_info", {"robot_id": "wbR"}),
        ("externalcontact/groupchat/get", {"chat_id": "wrE", "need_name": 1}),
        ("externalcontact/get", {"external_userid": "wmX"}),
        ("user/get", {"userid": "amy"}),
    ]  # fmt: skip


def test_consent_is_read_from_the_answer(platform: Platform, companion: Companion) -> None:
    platform.answers["msgaudit/check_single_agree"] = (
        b'{"errcode":0,"agreeinfo":[{"status_change_time":1562766651,"userid":"amy","exteranalopenid":"wmX","agree_status":"Disagree"}]}'
    )

    (event,) = events(companion.single_agreements([("amy", "wmX")]))

    assert event.kind is Kind.CONSENT
    assert event.extra["consent"] == {"subject": "wmX", "status": "disagree", "at": 1562766651000000}


def test_one_token_serves_many_calls_until_shortly_before_its_end(
    platform: Platform, companion: Companion, clock: Clock
) -> None:
    for _ in range(3):
        companion.permitted()
    assert platform.tokens == 1
    clock.at += 7081 * SECOND

    assert companion.permitted().state == "ok"
    assert platform.tokens == 2


def test_a_token_that_is_no_longer_good_is_replaced_once(platform: Platform, companion: Companion) -> None:
    companion.permitted()
    platform.token_dies()

    assert companion.permitted().state == "ok"
    assert [call for call, _ in platform.calls] == [
        "gettoken", "msgaudit/get_permit_user_list", "msgaudit/get_permit_user_list", "gettoken", "msgaudit/get_permit_user_list"
    ]  # fmt: skip


@pytest.mark.parametrize("code", [40014, 42001])
def test_a_token_that_is_never_good_ends_in_an_alarm(platform: Platform, companion: Companion, code: int) -> None:
    bad = (200, f'{{"errcode":{code}}}'.encode())
    companion.permitted()
    platform.faults = [bad, (200, b'{"access_token":"x","expires_in":7200}'), bad]

    assert (asked := companion.permitted()).state == "alarm" and asked.code == str(code)


def test_a_wrong_secret_asks_for_a_person(platform: Platform, clock: Clock) -> None:
    asked = Companion("ww1", "wrong", base=platform.base, clock=clock).permitted()

    assert (asked.state, asked.code, asked.next_at) == ("alarm", "40001", clock.at + ALARMED)


@pytest.mark.parametrize(
    "fault, code",
    [
        ((200, b'{"errcode":45009}'), "45009"),
        ((200, b'{"errcode":-1}'), "-1"),
        ((500, b"oops"), "HTTP 500"),
        ((200, b"<html>"), "answer"),
        ((200, b'{"errcode":"x"}'), "answer"),
        ((0, b""), "connection"),
    ],
)
def test_faults_are_tried_again_later(
    platform: Platform, companion: Companion, clock: Clock, fault: tuple[int, bytes], code: str
) -> None:
    companion.permitted()
    platform.faults = [fault, fault]

    first, second = companion.permitted(), companion.permitted()

    assert (first.state, first.code, first.next_at) == ("retry", code, clock.at + SECOND)
    assert second.next_at == clock.at + 2 * SECOND
    assert companion.permitted().state == "ok"


def test_a_server_that_says_how_long_is_heard(platform: Platform, companion: Companion, clock: Clock) -> None:
    companion.permitted()
    platform.faults = [(503, b"")]

    assert companion.permitted().next_at == clock.at + 77 * SECOND


def test_nobody_there_is_a_fault_without_an_address(clock: Clock) -> None:
    asked = Companion("ww1", "s3cret", base="http://127.0.0.1:9", clock=clock).permitted()

    assert (asked.state, asked.code) == ("retry", "connection")
    assert "s3cret" not in repr(asked)


def test_a_token_that_does_not_come_is_tried_again(platform: Platform, companion: Companion) -> None:
    platform.faults = [(200, b'{"errcode":0}')]

    assert companion.permitted().code == "answer"


def test_calls_are_spaced(platform: Platform, clock: Clock) -> None:
    companion = Companion("ww1", platform.secret, base=platform.base, clock=clock, calls=3)
    assert [companion.permitted().state for _ in range(3)] == ["ok", "ok", "retry"]
    clock.at += 60 * SECOND

    assert companion.permitted().state == "ok"


def test_no_secret_and_no_token_is_in_a_record(platform: Platform, companion: Companion) -> None:
    asked = companion.permitted()

    assert asked.item is not None
    assert b"t1" not in asked.item.raw and "t1" not in repr(asked.item.meta) and platform.secret not in repr(asked)
