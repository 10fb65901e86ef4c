"""The webhook's door: only what Meta signed comes in, and what comes in is kept to the byte."""

import hashlib
import hmac
import json
import random
from collections.abc import Iterator, Mapping

import pytest

from muniment.capture.feeds.captured import Delivery, Refusal, Taken
from muniment.capture.whatsapp_cloud import connector, live
from muniment.capture.whatsapp_cloud.receive import LARGEST, Verified, authenticate, challenge
from muniment.record.errors import Refused
from muniment.record.record import Header, join_payload, split_payload
from tests.capture.whatsapp_cloud.conftest import decode
from tests.capture.whatsapp_cloud.own import OWN

SECRET, OLD = "s3cret-new", "s3cret-old"
BODY = json.dumps(OWN["document"], ensure_ascii=False).encode()
SETTINGS = {"verify_token": "token-1", "app_secrets": f"{SECRET}\n{OLD}\n", "access_token": "EAAG"}


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {
        "x-hub-signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "user-agent": "facebookexternalua",
    }


def status_of(headers: Mapping[str, str], body: bytes) -> int:
    found = authenticate(headers, body, (SECRET, OLD))
    return found.status if isinstance(found, Refusal) else 200


def post(headers: Mapping[str, str], body: bytes = BODY) -> Taken | Refusal:
    return live.receive(Delivery(method="POST", query={}, headers=headers, body=body, received_at=1), SETTINGS)


def test_the_challenge_is_answered_for_the_token_alone() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "token-1", "hub.challenge": "1158201444"}
    assert challenge(query, "token-1") == "1158201444"
    for wrong in (
        {"hub.verify_token": "token-2"},
        {"hub.mode": "unsubscribe"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "tøken"},
    ):
        assert challenge({**query, **wrong}, "token-1") == Refusal(status=403, reason="verify_token")
    assert challenge({**query, "hub.verify_token": ""}, "") == Refusal(status=403, reason="verify_token")
    for wrong in ({"hub.challenge": ""}, {"hub.challenge": "x" * 2000}):
        assert challenge({**query, **wrong}, "token-1") == Refusal(status=400, reason="challenge")


def test_a_signed_post_is_kept_whole_with_its_signature() -> None:
    taken = post(
        {**signed(BODY), "content-type": "application/json", "authorization": "Basic c2VjcmV0", "cookie": "a=b"}
    )
    assert isinstance(taken, Taken)
    (item,) = taken.items
    assert (item.raw, item.key, item.part) == (BODY, None, "message")
    assert item.meta["headers"] == {**signed(BODY), "content-type": "application/json"}
    header = Header(by=connector.name, v=1, part=item.part, assurance=connector.assurance, meta=item.meta)
    assert list(connector.decode(*split_payload(join_payload(header, item.raw)))) == decode(BODY)
    assert [due.media for due in taken.due] == ["5501"]
    assert taken.answer == b""


def test_without_a_signature_401_and_with_another_403() -> None:
    assert status_of({}, BODY) == 401
    assert status_of({"X-Hub-Signature": "sha1=00"}, BODY) == 401
    for wrong in (
        "",
        "sha256=",
        "sha1=" + "0" * 40,
        "sha256=" + "0" * 64,
        "sha256=" + "0" * 63,
        signed(BODY)["x-hub-signature-256"].upper(),
        signed(BODY)["x-hub-signature-256"] + " ",
    ):
        assert status_of({"x-hub-signature-256": wrong}, BODY) == 403
    assert status_of({"X-Hub-Signature-256": signed(BODY)["x-hub-signature-256"]}, BODY) == 200


def test_two_secrets_hold_at_once_and_no_empty_one_does() -> None:
    assert authenticate(signed(BODY, OLD), BODY, (SECRET, OLD)) == Verified(BODY, 1)
    assert status_of(signed(BODY, "s3cret-older"), BODY) == 403
    assert isinstance(authenticate(signed(BODY, ""), BODY, ("",)), Refusal)
    assert isinstance(authenticate(signed(BODY), BODY, ()), Refusal)


def test_no_form_is_refused_once_it_is_signed() -> None:
    for body in (b"", b"no json", b"[]", b"\xff\x00", b'{"entry": 5}', b"{" * 1000):
        assert isinstance(post(signed(body), body), Taken)


def test_a_body_beyond_the_limit_is_refused() -> None:
    body = b" " * (LARGEST + 1)
    assert status_of(signed(body), body) == 413


def test_other_methods_are_refused() -> None:
    found = live.receive(Delivery(method="PUT", query={}, headers=signed(BODY), body=BODY, received_at=1), SETTINGS)
    assert isinstance(found, Refusal) and found.status == 405


def test_settings_that_cannot_work_are_refused() -> None:
    live.check(SETTINGS)
    for wrong in ({"app_secrets": " \n"}, {"api": "http://graph.example.com"}, {"api": "no address"}):
        with pytest.raises(Refused):
            live.check({**SETTINGS, **wrong})


def test_a_replayed_post_says_nothing_new() -> None:
    """Meta's own repetition cannot be told from a replay; both say the same events under the same keys."""
    first, again = post(signed(BODY)), post(signed(BODY))
    assert isinstance(first, Taken) and isinstance(again, Taken)
    assert [event.key for event in decode(first.items[0].raw)] == [event.key for event in decode(again.items[0].raw)]
    assert None not in [event.key for payload in OWN.values() for event in decode(payload)]


def forged(rounds: int) -> Iterator[tuple[Mapping[str, str], bytes]]:
    """Bodies and signatures of which none belong together: bits flipped, parts cut, signatures of other bodies and secrets."""
    bodies = [json.dumps(payload, ensure_ascii=False).encode() for payload in OWN.values()]
    for number in range(rounds):
        rnd = random.Random(number)
        body = rnd.choice(bodies)
        headers = signed(body)
        match rnd.randrange(7):
            case 0:
                at = rnd.randrange(len(body))
                yield headers, body[:at] + bytes([body[at] ^ 1 << rnd.randrange(8)]) + body[at + 1 :]
            case 1:
                name = "x-hub-signature-256"
                at = rnd.randrange(len(headers[name]))
                flipped = (
                    headers[name][:at] + chr(ord(headers[name][at]) ^ 1 << rnd.randrange(7)) + headers[name][at + 1 :]
                )
                yield {**headers, name: flipped}, body
            case 2:
                yield signed(body, rnd.randbytes(16).hex()), body
            case 3:
                yield signed(rnd.choice([other for other in bodies if other != body])), body
            case 4:
                yield headers, body[: rnd.randrange(len(body))]
            case 5:
                yield headers, body + rnd.choice((b" ", b"\n", b"\x00", b"{}"))
            case _:
                yield {"x-hub-signature-256": "sha256=" + rnd.randbytes(32).hex()}, body


def check_forged(rounds: int) -> None:
    for number, (headers, body) in enumerate(forged(rounds)):
        found = post(headers, body)
        assert isinstance(found, Refusal) and found.status == 403, f"forgery {number} was let in"


def test_of_1000_forged_posts_none_is_let_in() -> None:
    check_forged(1000)


@pytest.mark.deep
def test_of_100000_forged_posts_none_is_let_in() -> None:
    check_forged(100_000)


def test_what_is_forged_would_have_been_let_in_unforged() -> None:
    for payload in OWN.values():
        body = json.dumps(payload, ensure_ascii=False).encode()
        assert status_of(signed(body), body) == 200
