"""What the firm sends through the API: the exchange kept to the byte, and the message read in it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Undecodable
from muniment.capture.whatsapp_cloud import connector
from muniment.capture.whatsapp_cloud.outbound import Exchange, captured, decode_exchange, due_of_send, encode_exchange
from muniment.record.errors import Refused
from muniment.record.event import Event, Kind
from muniment.record.record import Header, join_payload, split_payload
from tests.capture.leaves import check_leaves
from tests.capture.whatsapp_cloud.conftest import CLIENT, NUMBER, NUMBER_ID, decode, webhook

AT = 1_762_000_000_123_456
ANSWER = {
    "messaging_product": "whatsapp",
    "contacts": [{"input": CLIENT, "wa_id": CLIENT}],
    "messages": [{"id": "wamid.S", "message_status": "accepted"}],
}
PATH = f"/v23.0/{NUMBER_ID}/messages"


def exchange(request: Any, status: int | None = 200, answer: Any = ANSWER, path: str = PATH) -> Exchange:
    request, answer = (
        body if isinstance(body, bytes) or body is None else json.dumps(body, ensure_ascii=False).encode()
        for body in (request, answer)
    )
    return Exchange(id="x1", path=path, request=request, began_at=AT, status=status, response=answer, number=NUMBER)


def read(sent: Exchange) -> Event:
    item = captured(sent)
    header = Header(by=connector.name, v=1, part=item.part, assurance=connector.assurance, meta=item.meta)
    (event,) = connector.decode(*split_payload(join_payload(header, item.raw)))
    return event


def request(**more: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", "to": CLIENT, **more}


def test_a_text_is_a_message_under_the_id_that_the_api_returned() -> None:
    event = read(
        exchange(request(type="text", text={"body": "已落單", "preview_url": False}, biz_opaque_callback_data="t1"))
    )
    assert (event.kind, event.text, event.key) == (Kind.MESSAGE, "已落單", f"{NUMBER_ID}:wamid.S")
    assert (event.conversation, event.sender, event.recipients, event.sent_at) == (CLIENT, NUMBER, (CLIENT,), AT)
    assert (event.flags, event.extra["direction"]) == ((), "outbound")
    (receipt,) = decode(
        webhook(statuses=[{"id": "wamid.S", "status": "delivered", "timestamp": "1762000005", "recipient_id": CLIENT}])
    )
    assert receipt.target == event.key


TEMPLATE = {
    "name": "order_done",
    "language": {"code": "zh_HK"},
    "components": [
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "陳先生"},
                {"type": "currency", "currency": {"fallback_value": "HK$5", "code": "HKD", "amount_1000": 5000}},
            ],
        }
    ],
}
LIST = {
    "type": "list",
    "header": {"type": "text", "text": "H"},
    "body": {"text": "B"},
    "footer": {"text": "F"},
    "action": {"button": "Go", "sections": [{"title": "S", "rows": [{"id": "r1", "title": "R", "description": "D"}]}]},
}


@pytest.mark.parametrize(
    "body, kind, text",
    [
        (request(text={"body": "no type is text"}), Kind.MESSAGE, "no type is text"),
        (request(type="image", image={"link": "https://example.com/a.png", "caption": "圖"}), Kind.MESSAGE, "圖"),
        (request(type="template", template=TEMPLATE), Kind.MESSAGE, "order_done\n陳先生\nHK$5"),
        (request(type="interactive", interactive=LIST), Kind.MESSAGE, "H\nB\nF\nGo\nS\nR\nD"),
        (request(type="location", location={"latitude": 22.5, "longitude": "114", "name": "Central"}), Kind.MESSAGE, "22.5\n114\nCentral"),
        (request(type="contacts", contacts=[{"name": {"formatted_name": "Ho"}}]), Kind.MESSAGE, "Ho"),
        (request(type="reaction", reaction={"message_id": "wamid.A", "emoji": "👍"}), Kind.REACTION, "👍"),
        ({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A"}, Kind.RECEIPT, ""),
        (request(type="hologram", hologram={"say": "hi"}), Kind.MESSAGE, "hi"),
    ],
)  # fmt: skip
def test_each_kind_of_send_is_read(body: dict[str, Any], kind: Kind, text: str) -> None:
    event = read(exchange(body))
    assert (event.kind, event.text) == (kind, text)
    if kind is not Kind.MESSAGE:
        assert event.target == f"{NUMBER_ID}:wamid.A"
    assert ("partial" in event.flags) == (body.get("type") == "hologram" or "to" not in body)


def test_an_answer_that_names_no_message_is_said_to_be_no_whole_one() -> None:
    for answer in (b"", b'{"success": true}', b'{"messages": []}'):
        assert read(exchange(request(type="text", text={"body": "a"}), 200, answer)).flags == ("partial",)
    read_one = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A", "to": CLIENT}
    assert read(exchange(read_one, 200, {"success": True})).flags == ()


def test_an_uploaded_file_is_owed_as_one_that_came_in() -> None:
    sent = exchange(request(type="document", document={"id": "8001", "filename": "條款.pdf", "caption": "c"}))
    assert [file.media for file in read(sent).attachments] == ["8001"]
    (owed,) = due_of_send(encode_exchange(sent))
    assert (owed.media, owed.name, owed.until) == ("8001", "條款.pdf", AT + 30 * 86_400 * 1_000_000)
    assert due_of_send(b"none") == []


def test_an_answer_names_what_it_answers_and_a_group_has_no_recipient() -> None:
    event = read(exchange(request(type="text", text={"body": "a"}, context={"message_id": "wamid.Q"})))
    assert (event.target, event.flags) == (f"{NUMBER_ID}:wamid.Q", ("reply",))
    group = read(exchange({**request(type="text", text={"body": "a"}), "recipient_type": "group", "to": "G1"}))
    assert (group.conversation, group.recipients) == ("G1", ())


def test_what_the_api_refused_is_a_failure_with_its_words() -> None:
    event = read(
        exchange(
            request(type="text", text={"body": "a"}),
            400,
            {"error": {"code": 131047, "message": "Re-engagement message"}},
        )
    )
    assert (event.kind, event.text) == (Kind.DELIVERY_FAILURE, "a")
    assert event.extra["exchange"]["answer"] == {"error": {"code": 131047, "message": "Re-engagement message"}}


@pytest.mark.parametrize("status, answer", [(None, None), (500, {"error": {}}), (502, b"<html>bad gateway")])
def test_what_was_never_answered_may_have_been_sent(status: int | None, answer: Any) -> None:
    event = read(exchange(request(type="text", text={"body": "a"}), status, answer))
    assert (event.kind, event.text) == (Kind.MESSAGE, "a")
    assert "unanswered" in event.flags
    assert event.key is not None and "wamid" not in event.key


@pytest.mark.parametrize(
    "path, body",
    [("/v23.0/7001/media", b"--boundary\xff"), (PATH, b""), (PATH, b"\xff\x00"), (PATH, b"[1]"), ("/", b"{}")],
)
def test_what_is_no_message_is_kept_all_the_same(path: str, body: bytes) -> None:
    event = read(exchange(body, 200, {"id": "1"}, path))
    assert "partial" in event.flags


@given(st.binary(max_size=60), st.none() | st.binary(max_size=60), st.none() | st.integers(100, 599))
def test_both_bodies_come_back_to_the_byte(asked: bytes, answered: bytes | None, status: int | None) -> None:
    sent = exchange(asked, status, answered)
    assert decode_exchange(encode_exchange(sent)) == sent
    assert read(sent).key


def test_no_token_gets_in_by_the_path() -> None:
    with pytest.raises(Refused) as caught:
        encode_exchange(exchange({}, path=f"{PATH}?access_token=EAAG"))
    assert "EAAG" not in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [b"{}", b"[]", b'{"form":"whatsapp_cloud.send","v":2}', b'{"form":"whatsapp_cloud.send","v":1,"id":1}', b"none"],
)
def test_what_is_no_exchange_is_undecodable(raw: bytes) -> None:
    header = Header(by=connector.name, v=1, part="message", assurance=connector.assurance, meta={"form": "send"})
    with pytest.raises(Undecodable):
        connector.decode(header, raw)


@pytest.mark.parametrize(
    "body",
    [
        request(type="text", text={"body": "w", "preview_url": True}, context={"message_id": "wamid.Q"}),
        request(type="template", template=TEMPLATE),
        request(type="interactive", interactive=LIST),
    ],
)
def test_every_leaf_of_both_bodies_comes_out(body: dict[str, Any]) -> None:
    def of_request(raw: bytes) -> list[Event]:
        return [read(exchange(raw))]

    def of_answer(raw: bytes) -> list[Event]:
        return [read(exchange(body, 200, raw))]

    assert check_leaves(body, of_request, constants=("whatsapp",))
    assert check_leaves(ANSWER, of_answer, constants=("whatsapp",))
