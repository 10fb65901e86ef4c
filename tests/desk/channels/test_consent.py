"""Consent from the platform to the page: a client who refuses turns the conversation red, and whose conversation it is is told."""

import html
import json
from typing import TYPE_CHECKING

from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.ledger import Ledger
from muniment.desk.archive.access import withdrawn
from muniment.desk.archive.actions import settle
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.record.record import Assurance
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.driven import Driven
from tests.capture.wecom.samples import message
from tests.desk.channels.looks import look
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

CLIENT = "wmErxtDgAAhteCglUZH2kUt3rq431qmg"
T = 1_795_000_000
"""Seconds: when the client refuses."""


def word(number: int, status: str, at: int, *, roomid: str = "", to: str = "lee") -> bytes:
    """A client agrees or refuses, at a second."""
    body = {"userid": CLIENT, f"{status}_time": at * 1000}
    return message(
        status, body, msgid=f"{number}_1_external", roomid=roomid, tolist=[to], msgtime=at * 1000, **{"from": CLIENT}
    )


def callback(desk: Desk, at: int, colleague: str = "lee") -> None:
    """The platform calls an application of the corporation: a client agreed."""
    raw = (
        f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>{at}</CreateTime>"
        "<MsgType>event</MsgType><Event>change_external_contact</Event><ChangeType>msg_audit_approved</ChangeType>"
        f"<UserID>{colleague}</UserID><ExternalUserID>{CLIENT}</ExternalUserID></xml>"
    )
    ledger = Ledger(desk.archive)
    item = Captured(raw=raw.encode(), meta={"form": "callback"})
    ledger.accept("a0000000000000cb", ledger.seal("a0000000000000cb", "wechat", 1, Assurance.API_SIGNED, [item]))
    settle(desk)


def red(browser: "Client", path: str) -> list[str]:
    said = html.unescape(browser.get(path).content.decode())
    return [part.split("</div>")[0] for part in said.split('<div class="need bad">')[1:] if "withdrew consent" in part]


def test_a_refusal_from_the_platform_is_red_at_once_and_names_whose_conversation_it_is(
    wecom: Driven, desk: Desk, firm: Firm, scenario: Scenario, client_as: ClientAs
) -> None:
    officer = client_as("compliance")
    scenario.serve([text(1, tolist=[CLIENT], **{"from": "lee"}), word(2, "agree", T - 100)])
    look(wecom)
    assert red(officer, "/") == []

    scenario.serve([word(3, "disagree", T)], first=3)
    look(wecom)
    (line,) = red(officer, "/")
    assert "lee on WeCom" in line
    assert "Owner: Leung Ka-yan." in line
    (found,) = withdrawn(desk, Capability.ATTENTION)
    assert (found.source, found.at) == (wecom.source, T * 1_000_000)
    page = f"/conversations/{found.conversation}/"
    assert page in line
    assert "withdrew consent" in officer.get(page).content.decode()
    mine = client_as("adviser", own=firm.lee).get("/own/").content.decode()
    assert "Stop doing business there" in mine and f"/own/conversations/{found.conversation}/" in mine

    # An agreement that was given before comes late, and one that was given to somebody else: both change nothing.
    scenario.serve([word(4, "agree", T - 50), word(5, "agree", T + 60, to="zhao")], first=4)
    look(wecom)
    callback(desk, T - 10)
    callback(desk, T + 10, "zhao")
    assert len(red(officer, "/")) == 1

    # The client agrees again, and it is a callback that tells: of another account, under the client's own id.
    callback(desk, T + 20)
    assert red(officer, "/") == []
    assert "withdrew consent" not in officer.get(page).content.decode()
    assert "Stop doing business there" not in client_as("adviser", own=firm.lee).get("/own/").content.decode()


def test_a_refusal_in_a_group_is_ended_there_alone_and_by_the_later_record_of_one_second(
    wecom: Driven, desk: Desk, scenario: Scenario
) -> None:
    scenario.serve([word(1, "disagree", T, roomid="wrG"), word(2, "agree", T + 5)])
    look(wecom)
    (found,) = withdrawn(desk, Capability.ATTENTION)

    scenario.serve([word(3, "agree", T, roomid="wrG")], first=3)
    look(wecom)
    assert withdrawn(desk, Capability.ATTENTION) == []
    scenario.serve([word(4, "disagree", T, roomid="wrG")], first=4)
    look(wecom)
    assert [each.conversation for each in withdrawn(desk, Capability.ATTENTION)] == [found.conversation]


def test_a_refusal_is_found_behind_any_number_of_agreements(wecom: Driven, desk: Desk) -> None:
    ledger = Ledger(desk.archive)

    def say(number: int, client: str, status: str) -> Captured:
        raw = word(number, status, T + number).replace(CLIENT.encode(), client.encode())
        return Captured(raw=raw, key=f"k{number}", meta={"corpid": CORP})

    words = [say(0, CLIENT, "disagree"), *(say(n, f"wm{n:030d}", "agree") for n in range(1, 1_201))]
    ledger.accept(wecom.source, ledger.seal(wecom.source, "wecom", 1, Assurance.API_TLS, words))
    settle(desk)

    (found,) = withdrawn(desk, Capability.ATTENTION)
    assert found.at == T * 1_000_000
    bodies = [json.loads(body) for _, body in wecom.events("consent")]
    assert len(bodies) == 1_201
