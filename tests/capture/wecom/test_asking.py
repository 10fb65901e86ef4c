"""What stands beside the messages is asked for by the connector as it pulls, kept where it is new, and never in a message's way."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from muniment.capture.feeds.questions import Questions
from muniment.capture.wecom import asking, seen
from tests.archives import Place
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.driven import HOUR, SOURCE, Driven, driven, settings
from tests.capture.wecom.platform import Platform, serving

CLIENT = "wmErxtDgAAhteCglUZH2kUt3rq431qmg"
ROBOT = "wbErxtDgAAhteCglUZH2kUt3rq431qmg"
AGREED = 1_562_766_651


@pytest.fixture
def account(place: Place) -> Iterator[Driven]:
    with driven(place) as found:
        yield found


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform(CORP)) as made:
        made.answers = {
            "msgaudit/groupchat/get": _json(
                roomname="自己人",
                creator="amy",
                members=[{"memberid": "amy", "jointime": 1}, {"memberid": "bob", "jointime": 2}],
            ),
            "externalcontact/groupchat/get": external_room("amy"),
            "msgaudit/check_single_agree": single,
            "msgaudit/check_room_agree": _json(
                agreeinfo=[{"status_change_time": AGREED, "exteranalopenid": CLIENT, "agree_status": "Agree"}]
            ),
            "msgaudit/get_permit_user_list": _json(ids=["amy", "bob"]),
            "msgaudit/get_robot_info": _json(data={"robot_id": ROBOT, "name": "助手", "creator_userid": "amy"}),
            "externalcontact/get": lambda asked: _json(
                external_contact={"external_userid": asked["external_userid"], "name": "陳大文"}, follow_user=[]
            ),
            "user/get": lambda asked: _json(userid=asked["userid"], name=f"{asked['userid'].title()} Lee"),
        }
        yield made


def _json(**members: Any) -> bytes:
    return json.dumps({"errcode": 0, "errmsg": "ok", **members}, ensure_ascii=False).encode()


def single(asked: dict[str, Any], status: str = "Agree", at: int = AGREED) -> bytes:
    return _json(agreeinfo=[{"status_change_time": at, **pair, "agree_status": status} for pair in asked["info"]])


def external_room(*colleagues: str) -> bytes:
    members: list[dict[str, Any]] = [
        {"userid": each, "type": 1, "join_time": 5, "name": each.title()} for each in colleagues
    ]
    members.append({"userid": CLIENT, "type": 2, "join_time": 9, "name": "大文"})
    return _json(group_chat={"chat_id": "wrE", "name": "客户群", "owner": "amy", "member_list": members})


def room(number: int, roomid: str, *to: str, sender: str = "amy", suffix: str = "") -> bytes:
    return text(number, roomid=roomid, tolist=list(to), msgid=f"{1000 + number}_1603875612{suffix}", **{"from": sender})


def told(scenario: Scenario) -> None:
    """A client alone, a group of colleagues, one with a client, a robot."""
    scenario.serve([
        text(1),
        room(2, "wrI", "bob"),
        room(3, "wrE", CLIENT, suffix="_external"),
        room(4, "wrI", "bob", "amy", sender=ROBOT),
    ])  # fmt: skip


def entered(scenario: Scenario, platform: Platform, **more: str) -> dict[str, str]:
    both = {"companion_secret": platform.secret, "contacts_secret": platform.contacts, "api": platform.base}
    return settings(scenario, (1,), **{**both, **more})


def asked(platform: Platform) -> list[str]:
    """The calls since the last time, tokens aside."""
    found = sorted(call for call, _ in platform.calls if call != "gettoken")
    platform.calls.clear()
    return found


ALL = [
    "externalcontact/get",
    "externalcontact/groupchat/get",
    "msgaudit/check_room_agree",
    "msgaudit/check_single_agree",
    "msgaudit/get_permit_user_list",
    "msgaudit/get_robot_info",
    "msgaudit/groupchat/get",
    "user/get",
    "user/get",
]


def test_what_the_messages_speak_of_is_asked_once_and_comes_as_records(
    account: Driven, scenario: Scenario, platform: Platform
) -> None:
    told(scenario)
    account.look(entered(scenario, platform))

    assert asked(platform) == ALL
    assert {part: account.records(part) for part in ("message", "roster", "consent", "directory")} == {
        "message": 4, "roster": 2, "consent": 2, "directory": 5,
    }  # fmt: skip
    members = {
        json.loads(body)["conversation"]: json.loads(body)["recipients"] for _, body in account.events("membership")
    }
    assert members == {"wrI": ["amy", "bob"], "wrE": ["amy", CLIENT]}
    assert account.desk.catalog.execute("SELECT count(*) FROM membership WHERE whole = 1").fetchone() == (2,)
    consents = [json.loads(body) for _, body in account.events("consent")]
    assert {(each["conversation"], each["extra"]["consent"]["status"]) for each in consents} == {
        (f"amy|{CLIENT}", "agree"), ("wrE", "agree"),
    }  # fmt: skip
    names = {
        (json.loads(body)["sender"], json.loads(body)["sender_display"])
        for _, body in account.events("identity_change")
    }
    assert names == {
        ("amy", "Amy Lee"), ("bob", "Bob Lee"), (CLIENT, "陳大文"), (ROBOT, "助手"), ("amy", "Amy"), (CLIENT, "大文"),
    }  # fmt: skip
    feed = account.ledger.feed(SOURCE)
    assert feed is not None and feed.failures == 0

    account.restart()
    account.look(entered(scenario, platform))
    assert asked(platform) == []


def test_the_same_answer_is_kept_once_a_day_and_says_nothing_new(
    account: Driven, scenario: Scenario, platform: Platform
) -> None:
    told(scenario)
    account.look(entered(scenario, platform))
    before = len(account.events("consent")), len(account.events("identity_change"))
    asked(platform)

    # A group that is written in is asked about again after an hour; what is as it was is not kept.
    account.ahead = 2 * HOUR
    scenario.serve([room(5, "wrE", CLIENT, suffix="_external")], first=5)
    account.look(entered(scenario, platform))
    assert asked(platform) == ["externalcontact/groupchat/get", "msgaudit/check_room_agree"]
    assert (account.records("roster"), account.records("consent")) == (2, 2)

    platform.answers["externalcontact/groupchat/get"] = external_room("amy", "bob")
    account.ahead = 4 * HOUR
    scenario.serve([room(6, "wrE", CLIENT, suffix="_external")], first=6)
    account.look(entered(scenario, platform))
    asked(platform)
    assert account.records("roster") == 3

    # A day later everything but names is asked and kept, and the events that have a time of their own are the same.
    account.ahead = 29 * HOUR
    account.restart()
    account.look(entered(scenario, platform))
    assert asked(platform) == sorted({*ALL} - {"externalcontact/get", "user/get", "msgaudit/get_robot_info"})
    assert (account.records("roster"), account.records("consent")) == (5, 4)
    assert len(account.events("membership")) == 5
    assert (len(account.events("consent")), len(account.events("identity_change"))) == (before[0], before[1] + 1)


def test_a_client_who_takes_back_their_consent_is_an_event_of_that_time(
    account: Driven, scenario: Scenario, platform: Platform
) -> None:
    told(scenario)
    account.look(entered(scenario, platform))
    platform.answers["msgaudit/check_single_agree"] = lambda asked: single(asked, "Disagree", AGREED + 60)
    account.ahead = 25 * HOUR
    account.look(entered(scenario, platform))

    said = [json.loads(body)["extra"]["consent"] for _, body in account.events("consent")]
    assert {"subject": CLIENT, "status": "disagree", "at": (AGREED + 60) * 1_000_000} in said


def test_what_fails_is_told_and_stops_no_message(account: Driven, scenario: Scenario, platform: Platform) -> None:
    told(scenario)
    platform.faults = [(503, b"")] * 2  # with the wish not to be asked for 77 seconds
    account.look(entered(scenario, platform))

    feed = account.ledger.feed(SOURCE)
    assert feed is not None
    assert (feed.cursor, feed.failure, feed.failures) == ("4", "companion HTTP 503", 1)
    assert feed.contacted_at is not None and feed.received_at is not None
    assert account.records("message") == 4
    platform.calls.clear()
    account.look(entered(scenario, platform))  # it is not asked again before its time, and still told
    feed = account.ledger.feed(SOURCE)
    assert asked(platform) == [] and feed is not None and feed.failure == "companion HTTP 503"

    account.ahead = HOUR
    errand = account.look(entered(scenario, platform))
    assert errand.troubles == []
    assert asked(platform) == ALL


def test_a_wrong_secret_stands_alone(account: Driven, scenario: Scenario, platform: Platform) -> None:
    told(scenario)
    errand = account.look(entered(scenario, platform, contacts_secret="wrong"))

    assert errand.troubles == ["companion 40001"]
    assert asked(platform) == [each for each in ALL if each.startswith("msgaudit/")]
    feed = account.ledger.feed(SOURCE)
    assert feed is not None and feed.failure == "companion 40001"
    assert "wrong" not in repr(feed)


def test_an_id_that_nobody_knows_spoils_no_other(account: Driven, scenario: Scenario, platform: Platform) -> None:
    other = "wmErxtDgAAhteCglUZH2kUt3rq431xxx"
    scenario.serve([text(1), text(2, tolist=[other])])

    def strict(asked: dict[str, Any]) -> bytes:
        wrong = any(each["exteranalopenid"] == other for each in asked["info"])
        return b'{"errcode":40096,"errmsg":"invalid external userid"}' if wrong else single(asked)

    platform.answers["msgaudit/check_single_agree"] = strict
    platform.answers["externalcontact/get"] = b'{"errcode":84061,"errmsg":"not external contact"}'
    errand = account.look(entered(scenario, platform))

    assert errand.troubles == []
    assert len(account.events("consent")) == 1
    stand = {each.kind: each for each in Questions(account.desk.archive).standing(SOURCE)}
    assert (stand[seen.SINGLE_CONSENT].answered, stand[seen.SINGLE_CONSENT].refused) == (1, 1)
    assert (stand[seen.CLIENT].refused, stand[seen.CLIENT].code) == (2, "84061")


def test_without_a_secret_nothing_is_asked_and_what_could_be_is_known(
    account: Driven, scenario: Scenario, platform: Platform
) -> None:
    told(scenario)
    account.look(settings(scenario, api=platform.base))

    assert platform.calls == []
    assert {each.kind: each.number for each in Questions(account.desk.archive).standing(SOURCE)} == {
        "client": 1, "colleague": 2, "external_room": 1, "internal_room": 1, "permitted": 1, "robot": 1, "room_consent": 1,
        "single_consent": 1,
    }  # fmt: skip
    rows = account.desk.archive.intake.database.execute("SELECT * FROM question").fetchall()
    assert CLIENT not in repr(rows) and "wrE" not in repr(rows)

    account.look(entered(scenario, platform))  # the secret comes: what was seen before is asked
    assert asked(platform) == ALL


def test_one_look_asks_so_much_and_no_more(
    account: Driven, scenario: Scenario, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST", 4)
    told(scenario)
    found: list[str] = []
    for _ in range(4):
        account.look(entered(scenario, platform))
        some = asked(platform)
        assert len(some) <= 4
        found += some

    assert sorted(found) == ALL
