"""What WeCom's directory calls people and groups stands where their messages bear ids, as of the time of each message."""

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from muniment.capture.audit import Entry
from muniment.capture.feeds.captured import Captured
from muniment.desk.archive import access
from muniment.desk.archive.actions import rebuild
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND
from tests.desk.archive.test_members import ARCHIVE, CALLBACKS, CORP, HOUR, NOON, place_of, roster, take, text
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

OTHER = "a00000000000000dd"
CLIENT, NAMESAKE = "wmKwan", "wmOther"


def client(hour: float, handle: str, name: str) -> Captured:
    """The directory's answer about a client, asked at an hour."""
    return _told(hour, "externalcontact/get", {"external_contact": {"external_userid": handle, "name": name}})


def colleague(hour: float, handle: str, name: str) -> Captured:
    """And about a colleague."""
    return _told(hour, "user/get", {"userid": handle, "name": name})


def in_group(hour: float, handle: str, name: str) -> Captured:
    """The roster of another group, in which somebody has a name of their own."""
    said = {
        "chat_id": "wrElsewhere",
        "name": "Elsewhere",
        "member_list": [{"userid": handle, "name": name, "join_time": NOON - HOUR}],
    }
    raw = json.dumps({"errcode": 0, "group_chat": said}).encode()
    return Captured(raw=raw, part="roster", meta=_asked(hour, "externalcontact/groupchat/get"))


def alone(hour: float, sender: str, to: str, words: str) -> Captured:
    """A message to one colleague."""
    raw = {
        "msgid": "alone", "action": "send", "from": sender, "tolist": [to], "roomid": "",
        "msgtime": int((NOON + hour * HOUR) * 1000), "msgtype": "text", "text": {"content": words},
    }  # fmt: skip
    return Captured(raw=json.dumps(raw).encode(), key=f"{CORP}/alone", meta={"corpid": CORP})


def _told(hour: float, call: str, said: dict[str, object]) -> Captured:
    return Captured(raw=json.dumps({"errcode": 0, **said}).encode(), part="directory", meta=_asked(hour, call))


def _asked(hour: float, call: str) -> dict[str, object]:
    return {"corpid": CORP, "call": call, "asked": {}, "at": int((NOON + hour * HOUR) * SECOND)}


@pytest.fixture
def group(desk: Desk, firm: Firm) -> int:
    """A group whose messages bear ids alone; its name and those of its people come beside them."""
    for source, name in ((ARCHIVE, "the archive"), (OTHER, "another corporation"), (CALLBACKS, "the app")):
        detail = {"connector": "wechat" if source == CALLBACKS else "wecom", "name": name, "source": source}
        desk.audit(Entry(act="account.add", actor="system:test", object=source, detail=detail), type="cfg")
    take(
        desk,
        ARCHIVE,
        "wecom",
        [
            text(1, 1, CLIENT, "first words here"),
            text(2, 5, CLIENT, "second words here"),
            text(3, 6, NAMESAKE, "third words here"),
            text(4, 7, "okafor", "fourth words here"),
            client(2, CLIENT, "關先生"),
            client(4, CLIENT, "關生 \u202etxt.exe"),
            client(4, NAMESAKE, "關生 \u202etxt.exe"),
            in_group(2, "okafor", "somebody else's business"),
            alone(8, CLIENT, "lee", "fifth words here"),
            roster(3, CLIENT, NAMESAKE, "okafor"),
        ],
    )
    take(desk, OTHER, "wecom", [colleague(0, "okafor", "Another Okafor")])
    (hit,) = access.workspace(desk, '"first words"').hits
    return hit.conversation


def said(browser: "Client", path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.content.decode())


def writers(page: str) -> list[tuple[str, str]]:
    """Name and handle at the head of each message, without marks for what is hidden in them."""
    found = []
    for head in re.findall(r'<div class="who">(.*?)</div>', page, re.DOTALL):
        parts = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<bdi[^>]*>(.*?)</bdi>", head, re.DOTALL)]
        found.append((parts[0], parts[1] if len(parts) > 1 else ""))
    return found


def test_a_conversation_says_what_its_people_and_itself_were_called_at_the_time(
    desk: Desk, group: int, client_as: ClientAs
) -> None:
    officer = client_as("compliance")
    page = said(officer, f"/conversations/{group}/")
    assert re.search(r"<h1><bdi[^>]*>Kwan family</bdi></h1>", page)
    first, second, third, fourth = writers(page)
    assert first == ("關先生", CLIENT), "before the directory said anything: the nearest that it said"
    assert second[0].startswith("關生") and second[1] == CLIENT
    assert third[0] == second[0] and third[1] == NAMESAKE, "a namesake is somebody else, by their own handle"
    assert fourth == ("okafor", ""), "neither another corporation nor another group gives a name"
    alone_in = re.findall("(?:<bdi[^>]*>|\u2068)關生 \u202etxt.exe(?:</bdi>|\u2069)", page)
    assert page.count("\u202e") == len(alone_in) > 2, "each name is isolated"
    header = page.split("On this page:")[1].split("</p>")[0]
    assert CLIENT in header and NAMESAKE in header

    elsewhere = page.split("The same people elsewhere:")[1].split("</p>")[0]
    assert "關生" in elsewhere and "|" not in elsewhere
    _, both = place_of(desk, "fifth words")
    alone_page = said(officer, f"/conversations/{both}/")
    assert re.search(r"<h1><bdi[^>]*>[^<]*關生", alone_page), "a conversation of two is called by its people"
    assert "Kwan family" in alone_page.split("The same people elsewhere:")[1].split("</p>")[0]

    hits = said(officer, '/search/?q="second words"')
    assert "關生" in hits and CLIENT in hits.split('class="hit')[1]
    assert "members changed" in re.sub(r"<[^>]+>", "", hits.split("↳")[1].split("</div>")[0]), (
        "what came before, though it has no words"
    )
    leaf, _ = place_of(desk, "second words")
    one = said(officer, f"/events/{leaf}-0/")
    assert "關生" in one and f"<code><bdi>{CLIENT}</bdi></code>" in re.sub(r"<bdi[^>]*>", "<bdi>", one)
    assert "關生" in said(officer, f"/conversations/{group}/members/")


def test_the_names_are_the_same_after_a_rebuild(desk: Desk, group: int, client_as: ClientAs) -> None:
    before = said(client_as("compliance"), f"/conversations/{group}/")

    rebuild(desk.archive.home.path, desk.archive.home.keys)

    after = said(client_as("compliance"), f"/conversations/{group}/")
    assert writers(after) == writers(before)
    assert "Kwan family" in after


def test_what_was_captured_is_answered_as_it_was(desk: Desk, group: int) -> None:
    shown = access.conversation(desk, group)
    assert [each.decoded.event.sender_display for each in shown.events if each.decoded.event.text] == [None] * 4
