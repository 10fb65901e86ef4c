"""Groups in which somebody writes are asked about, once in a while, and what the platform says of them is a record and a history."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection, Errand
from muniment.capture.http import Http
from muniment.capture.wecom.live import WeComLive
from muniment.capture.wecom.rosters import EVERY
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk, open_desk
from muniment.record.errors import Refused
from tests.archives import Place
from tests.capture.wecom.archive import Scenario, text
from tests.capture.wecom.platform import Platform, serving

SOURCE = "a00000000000000ww"
INSIDE, OUTSIDE = "wrInside", "wrOutside"


@pytest.fixture
def platform() -> Iterator[Platform]:
    with serving(Platform()) as made:
        made.answers["msgaudit/groupchat/get"] = json.dumps(
            {
                "errcode": 0,
                "roomname": "desk",
                "members": [{"memberid": "amy", "jointime": 1_603_000_000}, {"memberid": "bob"}],
            }
        ).encode()
        yield made


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    """An empty archive."""
    with open_desk(place.home, place.keys, "alice") as opened:
        yield opened


@pytest.fixture
def errand(desk: Desk, scenario: Scenario, platform: Platform) -> Errand:
    """The connector at work. The double finds its folder by the secret, so the platform's secret is that."""
    platform.secret = str(scenario.folder)
    settings = {
        "corpid": "ww1", "secret": str(scenario.folder), "private_keys": scenario.keys[1].private.decode(),
        "library_path": str(scenario.library), "library_sha256": scenario.sha256, "api": platform.base,
    }  # fmt: skip
    connection = Connection(SOURCE, "wecom", settings)
    return Errand(desk.archive, Ledger(desk.archive), connection, WeComLive(Http(timeout=10)), threading.Event())


def asked(platform: Platform) -> list[object]:
    """The groups that were asked about."""
    return [said for call, said in platform.calls if call.endswith("groupchat/get")]


def test_a_group_is_asked_about_once_when_somebody_writes_in_it(
    desk: Desk, scenario: Scenario, platform: Platform, errand: Errand
) -> None:
    scenario.serve([text(1, roomid=INSIDE), text(2, roomid=INSIDE), text(3)])
    errand.live.pull(errand)
    errand.live.pull(errand)
    assert asked(platform) == [{"roomid": INSIDE}]

    scenario.serve([text(4, roomid=INSIDE)], first=4)
    errand.live.pull(errand)
    assert len(asked(platform)) == 1, "it was asked about just now"
    later = desk.archive.clock() + EVERY
    scenario.serve([text(5, roomid=INSIDE)], first=5)
    tomorrow = replace(errand, archive=replace(desk.archive, clock=lambda: later))
    errand.live.pull(tomorrow)
    assert len(asked(platform)) == 2

    actions.settle(desk)
    (conversation,) = {hit.conversation for hit in access.search(desk, f'in:"{INSIDE}" type:membership').hits}
    found = access.members(desk, conversation)
    assert {stay.key for stay in found.stays} == {"amy", "bob"} and found.rosters == 2
    assert errand.troubles == []


def test_a_group_with_clients_is_asked_about_with_the_contacts_secret_alone(
    scenario: Scenario, platform: Platform, errand: Errand
) -> None:
    scenario.serve([text(1, roomid=OUTSIDE, msgid="1_2_external")])
    errand.live.pull(errand)
    assert asked(platform) == []

    with_contacts = Connection(SOURCE, "wecom", {**errand.connection.settings, "contacts_secret": str(scenario.folder)})
    scenario.serve([text(2, roomid=OUTSIDE, msgid="2_2_external")], first=2)
    again = replace(errand, connection=with_contacts)
    again.live.pull(again)
    assert asked(platform) == [{"chat_id": OUTSIDE, "need_name": 1}]


def test_a_refusal_is_told_and_what_is_busy_is_asked_again(
    scenario: Scenario, platform: Platform, errand: Errand
) -> None:
    scenario.serve([text(1, roomid=INSIDE), text(2, roomid="wrOther")])
    platform.faults = [(200, b'{"errcode":-1}')]
    errand.live.pull(errand)
    assert errand.troubles == ["-1"] and asked(platform) == []

    errand.troubles.clear()
    platform.answers["msgaudit/groupchat/get"] = b'{"errcode":301052}'
    errand.live.pull(errand)
    errand.live.pull(errand)
    assert errand.troubles == ["301052", "301052"] and len(asked(platform)) == 2, "each once"


def test_an_address_that_must_not_be_called_is_refused(scenario: Scenario, errand: Errand, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        errand.live.check({**errand.connection.settings, "api": "http://example.com/"})
