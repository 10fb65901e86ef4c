"""Customer service: what becomes of each item of the feed."""

import json

import pytest

from muniment.capture.feeds.captured import Captured
from muniment.capture.wechat.kf import cut
from muniment.record.event import Event, Kind
from tests.capture.leaves import check_leaves
from tests.capture.wechat.conftest import NOW, SECOND, decode
from tests.capture.wechat.own import ITEMS


def read(name: str) -> Event:
    return decode(ITEMS[name], "kf")


@pytest.mark.parametrize(
    "name, kind, text, flags",
    [
        ("text 3", Kind.MESSAGE, "幫我買", ()), ("text 5", Kind.MESSAGE, "已落單", ()), ("text 4", Kind.SYSTEM, "s", ()),
        ("image 3", Kind.MESSAGE, "", ()), ("voice 3", Kind.MESSAGE, "", ()), ("video 5", Kind.MESSAGE, "", ()), ("file 3", Kind.MESSAGE, "", ()),
        ("location 3", Kind.MESSAGE, "廣州\nA\n23.1060218811035, 113.320503234863", ()), ("link 3", Kind.MESSAGE, "T\nD\nhttps://example.com", ()),
        ("business_card 3", Kind.MESSAGE, "bob", ()), ("miniprogram 3", Kind.MESSAGE, "MP\np", ()),
        ("msgmenu 5", Kind.MESSAGE, "H\n滿意\nDetails\ntext\nonly\nT", ()), ("merged_msg 3", Kind.MESSAGE, "Chat\nA: inner", ()),
        ("hologram 3", Kind.MESSAGE, "look", ("partial",)), ("entered", Kind.SYSTEM, "", ()), ("failed", Kind.DELIVERY_FAILURE, "", ()),
        ("recalled", Kind.RECALL, "", ()), ("recalled by the desk", Kind.RECALL, "", ()), ("changed", Kind.SYSTEM, "", ()),
        ("dreamt", Kind.SYSTEM, "of a bull", ("partial",)), ("odd", Kind.MESSAGE, "no object", ("partial",)),
    ],
)  # fmt: skip
def test_each_item_is_an_event_of_its_kind(name: str, kind: Kind, text: str, flags: tuple[str, ...]) -> None:
    event = read(name)
    assert (event.kind, event.text, event.flags) == (kind, text, flags)


def test_origin_says_who_wrote() -> None:
    client, colleague, platform = read("text 3"), read("text 5"), read("text 4")
    assert (client.sender, client.recipients, client.extra["direction"]) == ("wm1", ("wk1",), "inbound")
    assert (colleague.sender, colleague.recipients, colleague.extra["direction"]) == ("amy", ("wm1",), "outbound")
    assert platform.sender is None
    assert {event.conversation for event in (client, colleague, platform)} == {"wk1/wm1"}
    assert (client.sent_at, client.key) == (NOW * SECOND, "kf:m-text")


def test_a_recall_names_who_and_what() -> None:
    assert (read("recalled").sender, read("recalled").target) == ("wm1", "kf:m-text")
    assert (read("recalled by the desk").sender, read("recalled by the desk").recipients) == ("amy", ("wm1",))
    assert read("failed").target == "kf:m-text"


def test_files_are_attachments() -> None:
    assert [file.name for name in ("image 3", "voice 3", "video 5", "file 3", "miniprogram 3", "hologram 3") for file in read(name).attachments] == [
        "K1.jpg", "K2.amr", "K3.mp4", "K4", "K5.jpg", "K6",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ITEMS)
def test_every_leaf_of_an_item_comes_out(name: str) -> None:
    assert check_leaves(ITEMS[name], lambda raw: [decode(raw, "kf")])


def test_the_public_page_is_cut_into_its_items_to_the_byte(page: bytes) -> None:
    items, _ = cut(page)
    assert [json.loads(item.raw) for item in items] == json.loads(page)["msg_list"]
    assert all(item.raw in page for item in items)
    assert [item.key for item in items] == ["kf:from_msgid_4622416642169452483", *[None] * 6]
    events = [decode(item.raw, "kf") for item in items]
    assert [event.kind for event in events] == [Kind.MESSAGE, Kind.RECALL, Kind.RECALL, *[Kind.MESSAGE] * 4]
    assert [event.target for event in events[1:3]] == ["kf:RECALL_MSGID"] * 2
    assert events[6].text == "群聊的聊天记录\n发送者: 消息内容"
    for item in items:
        assert check_leaves(json.loads(item.raw), lambda raw: [decode(raw, "kf")])


def test_a_page_with_odd_items_loses_none() -> None:
    page = b'{"errcode":0,"msg_list":[ 1 , "a",{"msgid":7, "x":1.50},null,[{}] ],"next_cursor":"c"}'
    items: list[Captured] = cut(page)[0]
    assert [item.raw for item in items] == [b"1", b'"a"', b'{"msgid":7, "x":1.50}', b"null", b"[{}]"]
    assert [item.key for item in items] == [None, None, "kf:7", None, None]
