"""In the path of what the firm sends: who comes in, what is passed on, where to, and what each call leaves."""

import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.feeds.captured import Delivery, Refusal, Taken
from muniment.capture.feeds.relay import Call, Told
from muniment.capture.http import Answer, Failed, Http
from muniment.capture.whatsapp_cloud import connector, relay
from muniment.capture.whatsapp_cloud.outbound import Exchange, decode_exchange, encode_exchange
from muniment.capture.whatsapp_cloud.relay import (
    INTERRUPTED,
    LARGEST_MESSAGE,
    LARGEST_TOLD,
    LARGEST_UPLOAD,
    WhatsAppCloudRelay,
)
from muniment.record.event import Event, Kind
from muniment.record.record import Assurance, Header
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.whatsapp_cloud.conftest import CLIENT, NUMBER, NUMBER_ID
from tests.capture.whatsapp_cloud.test_outbound import ANSWER, AT, request

KEY = "c2VuZCBrZXkgb2YgdGhlIGNvbm5lY3Rpb24tb25lMTIz"
SETTINGS = {
    "send_key": KEY,
    "access_token": "EAAG-stored",
    "phone_number_id": NUMBER_ID,
    "phone_number": NUMBER,
}
PATH = f"v23.0/{NUMBER_ID}/messages"
JSON = {"content-type": "application/json"}
BODY = json.dumps(request(type="text", text={"body": "已落單"}), ensure_ascii=False).encode()
QUICK = WhatsAppCloudRelay(Http(timeout=0.3, deadline=0.6))


def post(body: bytes = BODY, headers: dict[str, str] = JSON, **query: str) -> Delivery:
    return Delivery(method="POST", query=query, headers=headers, body=body, received_at=AT)


def begun(body: bytes = BODY, path: str = PATH, settings: dict[str, str] = SETTINGS) -> Call:
    found = relay.begin(path, post(body), settings, "call-1")
    assert isinstance(found, Call), found
    return found


def read(item: Any) -> Event:
    header = Header(by=connector.name, v=1, part=item.part, assurance=connector.assurance, meta=item.meta)
    (event,) = connector.decode(header, item.raw)
    return event


def status_of(found: object) -> int:
    return found.status if isinstance(found, Refusal) else 200


def admitted(authorization: str, settings: dict[str, str] = SETTINGS) -> int:
    return status_of(relay.admit({"authorization": authorization}, settings))


def test_without_a_key_401_and_with_another_403() -> None:
    assert status_of(relay.admit({}, SETTINGS)) == 401
    assert [admitted(each) for each in ("", "Bearer", "Bearer ", f"Basic {KEY}", KEY)] == [401] * 5
    assert [admitted(f"Bearer {each}") for each in (KEY[:-1], f"{KEY}x", KEY.upper(), "EAAG-stored", "ü")] == [403] * 5
    assert admitted(f"Bearer {KEY}") == admitted(f"bearer  {KEY} ") == 200
    assert admitted("Bearer x", {**SETTINGS, "send_key": ""}) == admitted("Bearer x", {"access_token": "x"}) == 403


def check_flipped(rounds: int) -> None:
    for number in range(rounds):
        rnd = random.Random(number)
        at = rnd.randrange(len(KEY))
        flipped = KEY[:at] + chr(ord(KEY[at]) ^ 1 << rnd.randrange(7)) + KEY[at + 1 :]
        wrong = rnd.choice((flipped, KEY[:at], KEY + (flipped[at].strip() or "x"), rnd.randbytes(24).hex()))
        assert admitted(f"Bearer {wrong}") in ((401,) if not wrong.strip() else (403,)), f"key {number} was let in"


def test_of_1000_flipped_keys_none_is_let_in() -> None:
    check_flipped(1000)


@pytest.mark.deep
def test_of_100000_flipped_keys_none_is_let_in() -> None:
    check_flipped(100_000)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "messages",
        f"{NUMBER_ID}/messages",
        f"v23.0/{NUMBER_ID}",
        f"v23.0/{NUMBER_ID}/messages/",
        f"v23.0/{NUMBER_ID}/register",
        f"v23.0/{NUMBER_ID}/../me/messages",
        f"v23.0/{NUMBER_ID}/messages?x=1",
        f"v23.0/{NUMBER_ID}/messages\n",
        f"v23.0/{NUMBER_ID}/messages#f",
        "v23.0/me/messages",
        "v23.0/７００１/messages",
        f"https://evil.example/v23.0/{NUMBER_ID}/messages",
        f"@evil.example/v23.0/{NUMBER_ID}/messages",
        f"v23.0.evil.example/{NUMBER_ID}/messages",
    ],
)
def test_nothing_but_sends_is_passed_on(path: str) -> None:
    assert status_of(relay.begin(path, post(), SETTINGS, "x")) == 404


@pytest.mark.parametrize(
    "path, delivery, status",
    [
        ("v23.0/7002/messages", post(), 403),
        (PATH, post(access_token="EAAG"), 400),
        (PATH, post(b""), 400),
        (PATH, post(b"none"), 400),
        (PATH, post(b"[]"), 400),
        (PATH, post(b'{"to": "1", "access_token": "EAAG"}'), 400),
        (PATH, post(headers={}), 415),
        (PATH, post(headers={"content-type": "application/x-www-form-urlencoded"}), 415),
        (PATH, post(headers={"content-type": "application/json\x00"}), 415),
        (PATH, post(headers={**JSON, "content-encoding": "gzip"}), 415),
        (PATH, post(b" " * (LARGEST_MESSAGE + 1)), 413),
        (f"v23.0/{NUMBER_ID}/media", post(), 415),
        (f"v23.0/{NUMBER_ID}/media", post(b"", {"content-type": "multipart/form-data; boundary=b"}), 400),
        (
            f"v23.0/{NUMBER_ID}/media",
            post(b" " * (LARGEST_UPLOAD + 1), {"content-type": "multipart/form-data; boundary=b"}),
            413,
        ),
    ],
)
def test_what_cannot_be_recorded_is_not_sent(path: str, delivery: Delivery, status: int) -> None:
    found = relay.begin(path, delivery, SETTINGS, "x")
    assert status_of(found) == status
    assert isinstance(found, Refusal)
    assert "EAAG" not in found.reason


def test_any_number_is_called_where_the_connection_names_none() -> None:
    assert begun(path="v23.0/7002/marketing_messages", settings={**SETTINGS, "phone_number_id": ""}).path


def test_the_record_of_a_call_exists_before_it_is_made() -> None:
    call = begun()
    assert call.item is not None
    event = read(call.item)
    assert (event.kind, event.text, event.flags) == (Kind.MESSAGE, "已落單", ("unanswered",))
    assert (event.sender, event.recipients, event.sent_at) == (NUMBER, (CLIENT,), AT)
    assert event.extra["exchange"]["fault"] == INTERRUPTED
    assert "已落單" not in repr(call)
    assert KEY not in repr(call)


def test_the_bytes_go_to_meta_with_the_stored_token_and_come_back_as_they_are() -> None:
    answer = b'{ "messages" : [{"id":"wamid.S"}] }\n'
    back = {
        "content-type": "application/json; charset=UTF-8",
        "x-fb-trace-id": "T1",
        "set-cookie": "a=b",
        "location": "/x",
    }
    with platform(lambda _: Reply(status=202, body=answer, headers=back)) as meta:
        settings = {**SETTINGS, "api": f"{meta.base}/v19.0"}
        call = begun(b'{"to":"1" ,  "text":{"body":"a"}}', settings=settings)
        found = relay.make(call, settings)
    assert isinstance(found, Answer)
    assert (found.status, found.body) == (202, answer)
    assert relay.passed_on(found) == {"content-type": "application/json; charset=UTF-8", "x-fb-trace-id": "T1"}
    (asked,) = meta.asked
    assert (asked.method, asked.path, asked.body, asked.query) == ("POST", f"/{PATH}", call.body, {})
    assert (asked.headers["authorization"], asked.headers["content-type"]) == ("Bearer EAAG-stored", "application/json")
    event = read(relay.over(call, found, settings))
    assert (event.key, event.text, event.flags) == (f"{NUMBER_ID}:wamid.S", "a", ())
    exchange = decode_exchange(relay.over(call, found, settings).raw)
    assert (exchange.request, exchange.response, exchange.status) == (call.body, answer, 202)


def test_a_redirect_is_an_answer_that_leads_nowhere() -> None:
    with platform(lambda _: Reply(body=b"stolen")) as other:
        to = {"location": f"{other.base}/{PATH}"}
        with platform(lambda _: Reply(status=307, headers=to)) as meta:
            settings = {**SETTINGS, "api": f"{meta.base}/v23.0"}
            found = relay.make(begun(settings=settings), settings)
        assert isinstance(found, Answer)
        assert (found.status, relay.passed_on(found), other.asked) == (307, {}, [])
    assert read(relay.over(begun(), found, SETTINGS)).flags == ("unanswered",)


@pytest.mark.parametrize(
    "fault, said",
    [
        ("silent", "timeout"),
        ("hang", "timeout"),
        ("truncate", "truncated"),
        ("drop", "connection"),
        ("garble", "protocol"),
    ],
)
def test_what_meta_does_not_answer_is_recorded_with_the_fault(fault: str, said: str) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(body=json.dumps(ANSWER).encode(), fault=fault)

    with platform(answer) as meta:
        settings = {**SETTINGS, "api": f"{meta.base}/v23.0"}
        call = begun(settings=settings)
        found = QUICK.make(call, settings)
        assert found == Failed(said)  # type: ignore[arg-type]
        assert len(meta.asked) == 1  # a call is made once
    event = read(relay.over(call, found, settings))
    assert (event.text, event.flags, event.extra["exchange"]["fault"]) == ("已落單", ("unanswered",), said)


@pytest.mark.parametrize("status", [101, 600, 999])
def test_what_is_no_final_status_is_no_answer(status: int) -> None:
    with platform(lambda _: Reply(status=status)) as meta:
        settings = {**SETTINGS, "api": f"{meta.base}/v23.0"}
        assert QUICK.make(begun(settings=settings), settings) == Failed("protocol")


def test_a_file_that_a_message_names_is_owed_and_its_upload_says_nothing() -> None:
    document = json.dumps(request(type="document", document={"id": "8001", "filename": "條款.pdf"})).encode()
    assert [each.media for each in begun(document).due] == ["8001"]
    upload = relay.begin(
        f"v23.0/{NUMBER_ID}/media", post(b"--b", {"content-type": "multipart/form-data; boundary=b"}), SETTINGS, "x"
    )
    assert isinstance(upload, Call)
    assert (upload.item, upload.due) == (None, ())


EXCHANGE = Exchange(
    id="s-1",
    path=f"/{PATH}",
    request=BODY,
    began_at=AT,
    status=200,
    response=json.dumps(ANSWER).encode(),
    number=NUMBER,
)


def tell(body: bytes) -> Told | Taken | Refusal:
    return relay.told(post(body), SETTINGS)


def test_a_told_exchange_is_kept_as_it_came_and_says_who_tells() -> None:
    body = b" " + encode_exchange(EXCHANGE) + b"\n"
    told = tell(body)
    assert isinstance(told, Told)
    assert (told.id, told.item.raw, told.item.assurance) == ("s-1", body, Assurance.SELF_REPORTED)
    assert read(told.item).key == f"{NUMBER_ID}:wamid.S"
    spaced = tell(encode_exchange(EXCHANGE))
    assert isinstance(spaced, Told)
    assert spaced.content == told.content
    other = read(told.differing)
    assert (other.kind, other.extra["kind"]) == (Kind.SOURCE_DIVERGENCE, "message")
    assert "same_id" in other.flags


def changed(**members: Any) -> bytes:
    return encode_exchange(msgspec.structs.replace(EXCHANGE, **members))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"none",
        b"[]",
        b"{}",
        b'{"form":"whatsapp_cloud.send","v":2}',
        b'{"form":"whatsapp_cloud.send","v":1,"id":1}',
        changed(id=""),
        changed(id="a\nb"),
        changed(began_at=-1),
        changed(began_at=AT + 2 * 86_400_000_000),
        changed(status=7),
    ],
)
def test_what_is_no_exchange_is_kept_and_refused(body: bytes) -> None:
    found = tell(body)
    assert isinstance(found, Taken)
    assert found.status == 422
    assert json.loads(found.answer)["accepted"] is False
    (item,) = found.items
    assert (item.raw, item.part) == (body, "span")


@pytest.mark.parametrize(
    "body",
    [
        encode_exchange(EXCHANGE).replace(b"/messages", b"/messages?access_token=EAAG"),
        changed(request=b'{"access_token":"EAAG"}'),
        changed(path="/v23.0/7002/messages"),
    ],
)
def test_neither_a_token_nor_another_number_gets_in(body: bytes) -> None:
    found = tell(body)
    assert isinstance(found, Refusal)
    assert found.status == 422
    assert "EAAG" not in found.reason
    assert status_of(tell(b" " * (LARGEST_TOLD + 1))) == 413


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just({"base64": "AA=="}) | st.just([1.5])
)


@given(st.dictionaries(st.sampled_from([*Exchange.__struct_fields__, "more"]), ANYTHING))
def test_whatever_a_program_tells_is_kept_or_refused(members: dict[str, Any]) -> None:
    told = {**json.loads(encode_exchange(EXCHANGE)), **members}
    found = tell(json.dumps(told).encode())
    if isinstance(found, Told):
        assert read(found.item).key
        assert read(found.differing).kind is Kind.SOURCE_DIVERGENCE
    else:
        assert found.status == 422
