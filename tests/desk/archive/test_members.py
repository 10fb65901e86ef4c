"""Who could see a message: rosters and callbacks of one WeCom group, a text export that says little, and what each reader may see."""

import json
import re
from typing import Any

import pytest

from muniment.capture.audit import Entry
from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.registry import decoder
from muniment.catalog.memberships import kin_of
from muniment.catalog.placed import talk
from muniment.catalog.rebuild import build, logical_hash
from muniment.desk.archive import access, actions
from muniment.desk.archive.disposal import destroy
from muniment.desk.catalog.schema import make_catalog
from muniment.desk.desk import Desk
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound
from muniment.record.membership import read_key
from muniment.record.roll import Basis, Stay
from muniment.vault.sqlite import SqliteDatabase
from tests.archives import Place
from tests.firms import ClientAs, Firm

CORP = "ww1"
ROOM = "wrGroup"
HOUR = 3600
NOON = 1_794_370_000
"""Seconds: 18 November 2026."""
ARCHIVE, CALLBACKS = "a00000000000000aa", "a00000000000000cc"


def text(number: int, hour: float, sender: str, words: str) -> Captured:
    """A message in the group."""
    raw = {
        "msgid": f"m{number}", "action": "send", "from": sender, "tolist": [], "roomid": ROOM,
        "msgtime": int((NOON + hour * HOUR) * 1000), "msgtype": "text", "text": {"content": words},
    }  # fmt: skip
    return Captured(raw=json.dumps(raw).encode(), key=f"{CORP}/m{number}", meta={"corpid": CORP})


def roster(hour: float, *members: str, **joined: float) -> Captured:
    """The answer of the call for an external group, asked for at an hour."""
    listed = [
        {"userid": one, **({"join_time": int(NOON + joined[one] * HOUR)} if one in joined else {})} for one in members
    ]
    raw = {"errcode": 0, "group_chat": {"chat_id": ROOM, "name": "Kwan family", "member_list": listed}}
    meta = {"corpid": CORP, "call": "externalcontact/groupchat/get", "asked": {"chat_id": ROOM},
            "at": int((NOON + hour * HOUR) * SECOND)}  # fmt: skip
    return Captured(raw=json.dumps(raw).encode(), part="roster", meta=meta)


def callback(hour: float, detail: str, *members: str) -> Captured:
    """The platform tells that members were put in or taken out."""
    items = "".join(f"<Item>{one}</Item>" for one in members)
    return Captured(
        raw=(
            f"<xml><ToUserName>{CORP}</ToUserName><FromUserName>sys</FromUserName><CreateTime>{int(NOON + hour * HOUR)}"
            f"</CreateTime><MsgType>event</MsgType><Event>change_external_chat</Event><ChatId>{ROOM}</ChatId>"
            f"<ChangeType>update</ChangeType><UpdateDetail>{detail}</UpdateDetail><MemChangeList>{items}</MemChangeList></xml>"
        ).encode()
    )


def take(desk: Desk, source: str, connector: str, items: list[Captured]) -> None:
    """Bring items in as the worker does."""
    found, ledger = decoder(connector), Ledger(desk.archive)
    ledger.accept(source, ledger.seal(source, connector, found.version, found.assurance, items))
    actions.settle(desk)


@pytest.fixture
def group(desk: Desk) -> int:
    """The number of a WeCom group whose members changed. Its rosters and messages and its callbacks are two accounts."""
    for source, name, connector in ((ARCHIVE, "the archive", "wecom"), (CALLBACKS, "the app", "wechat")):
        detail = {"connector": connector, "name": name, "source": source}
        desk.audit(Entry(act="account.add", actor="system:test", object=source, detail=detail), type="cfg")
    take(
        desk,
        ARCHIVE,
        "wecom",
        [
            roster(0, "lee", "wmKwan", lee=-48),
            text(1, 1, "lee", "first words here"),
            roster(2, "lee", "wmKwan", "wmOther"),
            text(2, 3, "wmKwan", "second words here"),
            roster(6, "lee", "okafor", okafor=4),
            text(3, 9, "okafor", "third words here"),
            text(4, 3.5, "lee", "fourth words here"),
        ],
    )
    take(desk, CALLBACKS, "wechat", [callback(2.5, "del_member", "wmOther"), callback(7, "add_member", "zhao")])
    (hit,) = access.workspace(desk, '"first words"').hits
    return hit.conversation


def place_of(desk: Desk, words: str) -> tuple[int, int]:
    """The leaf of the message with these words, and its conversation's number."""
    (hit,) = access.workspace(desk, f'"{words}"').hits
    return hit.decoded.record, hit.conversation


def names(stays: tuple[Stay, ...]) -> set[str]:
    """Who stays."""
    return {read_key(stay.key)[0] or "" for stay in stays}


def test_rosters_and_callbacks_say_who_could_see_each_message(desk: Desk, group: int) -> None:
    seen = {}
    for words in ("first words", "second words", "third words", "fourth words"):
        audience = access.message(desk, place_of(desk, words)[0], 0).audience
        seen[words] = (names(audience.members), names(audience.unsure))
    assert seen == {
        "first words": ({"lee", "wmKwan"}, {"wmOther"}),
        # Kwan is on the roster before and not on the one after, but wrote it; the other was taken out by then, says a callback.
        "second words": ({"lee", "wmKwan"}, set()),
        "third words": ({"lee", "okafor", "zhao"}, set()),
        "fourth words": ({"lee"}, {"wmKwan"}),
    }


def test_only_what_stands_around_a_message_is_read_for_it_and_by_an_index(desk: Desk, group: int) -> None:
    audience = access.message(desk, place_of(desk, "fourth words")[0], 0).audience
    assert len(audience.told) == 3 and audience.near == (), "two rosters, and the callback between them, of five"
    here = talk(desk.catalog, group)
    assert here is not None
    if isinstance(desk.catalog, SqliteDatabase):
        asked: list[str] = []
        desk.catalog.set_trace_callback(asked.append)
        access.then(desk, group, audience.before or "")
        desk.catalog.set_trace_callback(None)
        plans = [
            str(row)
            for sql in asked
            if sql.startswith("SELECT") and ("membership" in sql or "native = " in sql)
            for row in desk.catalog.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
        assert any("membership_conversation" in plan for plan in plans)
        assert any("SEARCH conversation" in plan for plan in plans)
        assert not any("SCAN" in plan for plan in plans)


def test_the_history_names_what_each_end_rests_on(desk: Desk, group: int) -> None:
    stays = {str(read_key(stay.key)[0]): stay for stay in access.members(desk, group).stays}
    assert set(stays) == {"lee", "wmKwan", "wmOther", "okafor", "zhao"}
    since = {key: stay.since.basis for key, stay in stays.items()}
    until = {key: stay.until.basis for key, stay in stays.items()}
    assert since == {
        "lee": Basis.DATED, "wmKwan": Basis.SHOWN, "wmOther": Basis.SHOWN, "okafor": Basis.DATED, "zhao": Basis.SAID,
    }  # fmt: skip
    assert until == {
        "lee": Basis.OPEN, "wmKwan": Basis.SHOWN, "wmOther": Basis.SAID, "okafor": Basis.OPEN, "zhao": Basis.OPEN,
    }  # fmt: skip
    assert stays["okafor"].since.sure.at == (NOON + 4 * HOUR) * SECOND
    assert len(stays["wmKwan"].until.evidence) == 2
    for stay in stays.values():
        for event in (*stay.since.evidence, *stay.until.evidence):
            leaf, ordinal = map(int, event.split("-"))
            assert access.message(desk, leaf, ordinal).event.decoded.event.kind == "membership"


def test_only_what_is_said_of_the_group_by_the_same_platform_is_joined(desk: Desk, group: int) -> None:
    here = talk(desk.catalog, group)
    assert here is not None and len(kin_of(desk.catalog, here)) == 2
    _, other = place_of(desk, "Term sheet attached")
    elsewhere = talk(desk.catalog, other)
    assert elsewhere is not None and kin_of(desk.catalog, elsewhere) == (other,)


def test_the_pages_say_it_in_words_and_link_the_evidence(desk: Desk, group: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    leaf, _ = place_of(desk, "fourth words")
    page = client.get(f"/events/{leaf}-0/").content.decode()
    (section,) = re.findall(r'<section class="card" id="audience">.*?</section>', page, re.DOTALL)
    assert "Who could see this message" in section
    assert "There when it was sent" in section and "Perhaps there" in section
    assert "last shown" in section and "no longer" in section and "nothing says since when" not in section
    evidence = set(re.findall(r'href="(/events/\d+-\d+/)"', section))
    assert len(evidence) == 2, "the rosters around it"
    assert "Kwan family" in client.get(f"/conversations/{group}/members/").content.decode()
    for address in evidence:
        assert "op" in client.get(address).content.decode()

    everybody = re.findall(r'href="(/conversations/\d+/members/\?at=[^"]+)"', section)[0]
    page = client.get(everybody).content.decode()
    assert 'id="there"' in page and 'id="unsure"' in page and "What this does not say" in page
    page = client.get(f"/conversations/{group}/members/").content.decode()
    assert 'id="history"' in page and "5 events say something of the members" in page and "3 lists of everybody" in page
    assert "as a list of members says" in page and "came" in page

    page = client.get(f"/conversations/{group}/").content.decode()
    lines = [
        re.sub(r"(?:<[^>]+>|\s)+", " ", each) for each in re.findall(r'<div class="note".*?</div>', page, re.DOTALL)
    ]
    assert any("3 members" in each and "new: wmOther" in each for each in lines)
    assert any("2 members" in each and "no longer: wmKwan , wmOther" in each for each in lines)
    assert f'href="/conversations/{group}/members/"' in page


def test_a_text_export_says_what_it_does_not_know(desk: Desk, client_as: ClientAs) -> None:
    client = client_as("compliance")
    leaf, conversation = place_of(desk, "早晨")
    page = client.get(f"/events/{leaf}-0/").content.decode()
    assert "A text export has no list of members" in page
    assert "Only who came and who went is told" in page
    assert "wrote in" in page and "Amy" in page
    page = client.get(f"/conversations/{conversation}/members/").content.decode()
    assert "Carol" in page and "brought in by" in page


def test_a_conversation_of_two_is_said_to_be_one(desk: Desk, client_as: ClientAs) -> None:
    leaf, conversation = place_of(desk, "Term sheet attached")
    client = client_as("compliance")
    page = client.get(f"/events/{leaf}-0/").content.decode()
    assert "this is a conversation of two" in page and "Mrs Ho" in page and "the message itself names them" in page
    assert "Nothing says who was here" in client.get(f"/conversations/{conversation}/members/").content.decode()


def test_what_a_reader_may_not_see_is_no_evidence_for_them(
    desk: Desk, group: int, firm: Firm, place: Place, client_as: ClientAs
) -> None:
    from muniment.desk.people.models import Handle

    Handle.objects.create(person_id=firm.okafor, channel="wecom", native="okafor", origin="feed")
    leaf, _ = place_of(desk, "third words")
    earlier, _ = place_of(desk, "first words")
    client = client_as("reviewer", person=firm.okafor)
    page = client.get(f"/events/{leaf}-0/").content.decode()
    (section,) = re.findall(r'<section class="card" id="audience">.*?</section>', page, re.DOTALL)
    assert "Only what you may read was used" in section
    assert "zhao" not in section and "lee" in section, (
        "the roster with Okafor on it is theirs to read, the callback is not"
    )
    assert client.get(f"/events/{earlier}-0/").status_code == 404
    page = client.get(f"/conversations/{group}/members/").content.decode()
    assert "wmKwan" not in page and "1 event says something of the members" in page
    assert client.get(f"/conversations/{group}/members/?at={earlier}-0").status_code == 404
    assert client_as("reviewer", person=firm.zhou).get(f"/conversations/{group}/members/").status_code == 404


def test_each_read_of_the_members_leaves_an_entry(desk: Desk, group: int) -> None:
    before = desk.archive.intake.backlog()[0]
    access.members(desk, group)
    assert desk.archive.intake.backlog()[0] == before + 1
    with pytest.raises(NotFound):
        access.members(desk, group + 1)
    assert desk.archive.intake.backlog()[0] == before + 1


def api(client: Any, address: str) -> dict[str, Any]:
    """What the API answers."""
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_api_answers_the_same(desk: Desk, group: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    leaf, _ = place_of(desk, "fourth words")
    found = api(client, f"/events/{leaf}-0/audience")
    assert [each["handle"] for each in found["members"]] == ["lee"]
    assert [each["handle"] for each in found["unsure"]] == ["wmKwan"]
    assert found["unsure"][0]["until"]["basis"] == "shown" and len(found["unsure"][0]["until"]["evidence"]) == 2
    assert (found["sender"], found["recipients"], found["notes"]) == ("lee", [], ["beyond"])
    history = api(client, f"/conversations/{group}/members")
    assert {each["handle"] for each in history["stays"]} == {"lee", "wmKwan", "wmOther", "okafor", "zhao"}
    assert (history["evidence"], history["rosters"], history["limited"]) == (5, 3, False)
    first = api(client, f"/conversations/{group}/members?limit=2")
    rest = api(client, f"/conversations/{group}/members?limit=9&after={first['later']}")
    assert [*first["stays"], *rest["stays"]] == history["stays"] and rest["later"] is None
    assert client.get(f"/api/v1/events/{leaf}-9/audience").status_code == 404


def test_a_rebuild_makes_the_same_rows_and_a_disposal_takes_them(desk: Desk, group: int, place: Place) -> None:
    before = logical_hash(desk.catalog)
    assert desk.catalog.execute("SELECT count(*) FROM membership").fetchone()[0] == 6
    assert build(desk.archive, place.scratch("fresh"), make_catalog) == before
    (zhao,) = (stay for stay in access.members(desk, group).stays if stay.key == "zhao")
    leaf = int(zhao.since.evidence[0].split("-")[0])
    destroy(desk, [leaf], "test rule")
    assert "zhao" not in names(access.members(desk, group).stays)
    assert desk.catalog.execute("SELECT count(*) FROM membership WHERE leaf = ?", (leaf,)).fetchone()[0] == 0
    assert build(desk.archive, place.scratch("again"), make_catalog) == logical_hash(desk.catalog)
