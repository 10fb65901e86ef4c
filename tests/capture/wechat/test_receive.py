"""The callback's door: only what the platform encrypted to us comes in, and both forms of it are kept."""

import json
import random
from collections.abc import Iterator, Mapping

import pytest

from muniment.capture.feeds.captured import Captured, Delivery, Refusal, Taken
from muniment.capture.wechat import connector, live
from muniment.capture.wechat.crypto import Key, decrypt, encrypt, signature
from muniment.capture.wechat.receive import LARGEST, Keys, authenticate, envelope, receive, verify
from muniment.record.errors import Refused
from muniment.record.record import Assurance, Header, join_payload, split_payload
from tests.capture.wechat.conftest import CORP, KEY, NOW, SECOND, decode, delivery, sealed, signed
from tests.capture.wechat.own import CALLBACKS, said

KEYS = Keys((KEY,))
PLAIN = said("text", Content="買入 0700")
OLD = Key("t0ken-old", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", (CORP,))


def taken(query: Mapping[str, str], body: bytes, keys: Keys = KEYS) -> Captured:
    found = receive(delivery(query, body), keys)
    assert isinstance(found, Taken)
    assert found.answer == b"success"
    (item,) = found.items
    return item


def plainly_signed(token: str = KEY.token, at: int = NOW, nonce: str = "n") -> dict[str, str]:
    return {"signature": signature(token, str(at), nonce), "timestamp": str(at), "nonce": nonce}


def test_the_question_of_a_corporation_is_answered_with_what_was_encrypted() -> None:
    echo = encrypt(KEY, b"5927782489442352469")
    assert verify({**signed(echo), "echostr": echo}, KEYS, NOW * SECOND) == "5927782489442352469"
    assert verify({**signed(echo), "echostr": echo + "="}, KEYS, NOW * SECOND) == Refusal(
        status=403, reason="signature"
    )
    assert verify({**signed(echo), "echostr": echo, "nonce": "other"}, KEYS, NOW * SECOND) == Refusal(
        status=403, reason="signature"
    )


def test_the_question_of_an_official_account_is_answered_with_its_own_text() -> None:
    query = {**plainly_signed(), "echostr": "5927782489442352469"}
    found = receive(delivery(query, method="GET"), KEYS)
    assert isinstance(found, Taken) and found.answer == b"5927782489442352469"
    for wrong in (
        {"signature": "0" * 40},
        {"timestamp": str(NOW + 1)},
        {"echostr": ""},
        {"echostr": "<script>\n"},
        {"echostr": "x" * 300},
    ):
        assert isinstance(verify({**query, **wrong}, KEYS, NOW * SECOND), Refusal)
    assert verify({"echostr": "1", "timestamp": str(NOW)}, KEYS, NOW * SECOND) == Refusal(
        status=401, reason="no_signature"
    )


def test_a_callback_is_kept_in_the_clear_with_the_ciphertext_beside_it() -> None:
    query, body = sealed(PLAIN)
    item = taken({**query, "encrypt_type": "aes", "other": "x"}, body)
    assert (item.raw, item.key, item.assurance) == (PLAIN.encode(), None, Assurance.API_SIGNED)
    assert envelope(item.meta) == body
    assert item.meta["query"] == {**query, "encrypt_type": "aes"}
    header = Header(by=connector.name, v=1, part=item.part, assurance=connector.assurance, meta=item.meta)
    again, raw = split_payload(join_payload(header, item.raw))
    (event,) = connector.decode(again, raw)
    assert event == decode(PLAIN)
    text = body.decode().split("<Encrypt><![CDATA[")[1].split("]]>")[0]
    assert decrypt(KEY, text) == raw  # what was signed is what was kept


def test_a_callback_in_json_is_taken_too() -> None:
    text = encrypt(
        KEY, b'{"ToUserName":"gh","FromUserName":"o","CreateTime":1,"MsgType":"text","Content":"a","MsgId":23}'
    )
    for name in ("Encrypt", "encrypt"):
        item = taken(signed(text), json.dumps({"ToUserName": "gh", name: text}).encode())
        assert decode(item.raw).text == "a"


def test_what_stands_beside_the_ciphertext_is_kept_and_not_read() -> None:
    """The compatible mode sends both; only one of them is signed."""
    text = encrypt(KEY, PLAIN.encode())
    body = f"<xml><Content>forged</Content><Encrypt>{text}</Encrypt></xml>".encode()
    item = taken(signed(text), body)
    assert decode(item.raw).text == "買入 0700"
    assert b"forged" in (envelope(item.meta) or b"")


def test_a_body_that_is_no_text_comes_back_to_the_byte() -> None:
    text = encrypt(KEY, PLAIN.encode())
    body = (
        '<?xml version="1.0" encoding="iso-8859-1"?><xml><ToUserName>é</ToUserName>'.encode("latin-1")
        + f"<Encrypt>{text}</Encrypt></xml>".encode()
    )
    assert envelope(taken(signed(text), body).meta) == body


def test_plain_callbacks_are_refused_unless_asked_for_and_then_vouched_for_less() -> None:
    query = plainly_signed()
    assert authenticate(query, PLAIN.encode(), KEYS, NOW * SECOND) == Refusal(status=403, reason="not_encrypted")
    item = taken(query, PLAIN.encode(), Keys((KEY,), plain=True))
    assert (item.raw, item.assurance, envelope(item.meta)) == (PLAIN.encode(), Assurance.API_TLS, None)
    wrong = {**query, "nonce": "x"}
    assert authenticate(wrong, PLAIN.encode(), Keys((KEY,), plain=True), NOW * SECOND) == Refusal(
        status=403, reason="signature"
    )


def test_without_a_signature_401_without_an_envelope_400_too_large_413() -> None:
    query, body = sealed(PLAIN)
    assert authenticate({}, body, KEYS, NOW * SECOND) == Refusal(status=401, reason="no_signature")
    for odd in (
        b"",
        b"<xml/>",
        b"{}",
        b"[]",
        b"no",
        b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>",
        b"<!DOCTYPE x><xml><Encrypt>a</Encrypt></xml>",
    ):
        assert authenticate(query, odd, KEYS, NOW * SECOND) == Refusal(status=400, reason="envelope")
    assert authenticate(query, b" " * (LARGEST + 1), KEYS, NOW * SECOND) == Refusal(status=413, reason="too_large")


def test_a_replay_is_refused_when_its_time_is_over() -> None:
    query, body = sealed(PLAIN)
    for late in (-601, 601, 86_400):
        assert isinstance(receive(delivery(query, body, at=NOW + late), KEYS), Refusal)
    assert isinstance(receive(delivery(query, body, at=NOW + 86_400), Keys((KEY,), window=None)), Taken)
    for odd in ("", "later", "1" * 20, "-1", "１７６２００００００"):
        assert authenticate({**query, "timestamp": odd}, body, KEYS, NOW * SECOND) == Refusal(
            status=403, reason="timestamp"
        )


def test_a_repetition_within_its_time_says_nothing_new() -> None:
    for plain in CALLBACKS.values():
        query, body = sealed(plain)
        first, again = taken(query, body), taken(*sealed(plain))
        assert decode(first.raw).key == decode(again.raw).key is not None


def test_two_keys_hold_while_one_is_replaced() -> None:
    query, body = sealed(PLAIN, OLD)
    assert isinstance(authenticate(query, body, KEYS, NOW * SECOND), Refusal)
    item = taken(query, body, Keys((KEY, OLD)))
    assert item.meta["key"] == 1
    mixed = Key(KEY.token, OLD.encoding_aes_key, (CORP,))
    assert taken(*sealed(PLAIN, mixed), Keys((KEY, mixed))).meta["key"] == 1


def test_a_doorbell_rings() -> None:
    bell = "<xml><ToUserName>ww1</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>T</Token><OpenKfId>wk1</OpenKfId></xml>"
    found = receive(delivery(*sealed(bell)), KEYS)
    assert isinstance(found, Taken) and found.ring
    assert decode(bell).flags == ("doorbell",)
    quiet = receive(delivery(*sealed(PLAIN)), KEYS)
    assert isinstance(quiet, Taken) and not quiet.ring


def test_no_form_of_message_is_refused_once_it_is_authentic() -> None:
    for odd in (b"", b"no xml", b"\xff", b"<!DOCTYPE x><x/>", b"{}", b"<xml>"):
        assert taken(*sealed(odd)).raw == odd


def test_the_settings_make_the_keys_and_bad_ones_are_refused() -> None:
    settings = {
        "platform": "wecom",
        "receiver": CORP,
        "token": f"{KEY.token}\n{OLD.token}",
        "encoding_aes_key": f"{KEY.encoding_aes_key}\n{OLD.encoding_aes_key}",
    }
    live.check(settings)
    for key in (KEY, OLD):
        assert isinstance(live.receive(delivery(*sealed(PLAIN, key)), settings), Taken)
    for wrong in (
        {"receiver": ""},
        {"token": ""},
        {"encoding_aes_key": "short"},
        {"platform": "qq"},
        {"window": "soon"},
        {"api": "http://example.com"},
        {"customer_service": "yes"},
    ):
        with pytest.raises(Refused):
            live.check({**settings, **wrong})


def test_other_methods_are_refused() -> None:
    query, body = sealed(PLAIN)
    assert receive(delivery(query, body, method="PUT"), KEYS) == Refusal(status=405, reason="method")


def forged(rounds: int, now: int = NOW) -> Iterator[Delivery]:
    """Deliveries of which none is authentic: bits of what is signed flipped, pieces swapped, replayed late, made with other keys.

    `now` is the platform's clock, in seconds.
    """
    plains = list(CALLBACKS.values())
    for number in range(rounds):
        rnd = random.Random(number)
        key = Key(rnd.randbytes(8).hex(), OLD.encoding_aes_key, (CORP,))
        text = encrypt(KEY, rnd.choice(plains).encode(), rnd.randbytes(16))
        query = signed(text, at=now, nonce=rnd.randbytes(4).hex())
        match rnd.randrange(8):
            case 0:
                text = _flip(text, rnd)
            case 1:
                name = rnd.choice(sorted(query))
                query[name] = _flip(query[name], rnd)
            case 2:
                query = signed(text, Key(key.token, KEY.encoding_aes_key, (CORP,)), at=now)
            case 3:
                text = encrypt(Key(KEY.token, key.encoding_aes_key, (CORP,)), b"<xml/>")
                query = signed(text, at=now)
            case 4:
                text = encrypt(Key(KEY.token, KEY.encoding_aes_key, ("ww-other",)), b"<xml/>")
                query = signed(text, at=now)
            case 5:
                query = signed(text, at=now - rnd.randrange(1201, 10**6))
            case 6:
                query = signed(encrypt(KEY, b"<xml/>", rnd.randbytes(16)), at=now)
            case _:
                text = text[: rnd.randrange(len(text))]
        yield delivery(
            query, f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()
        )


def _flip(text: str, rnd: random.Random) -> str:
    at = rnd.randrange(len(text))
    return text[:at] + chr(ord(text[at]) ^ 1 << rnd.randrange(7)) + text[at + 1 :]


def check_forged(rounds: int) -> None:
    for number, each in enumerate(forged(rounds)):
        assert isinstance(receive(each, KEYS), Refusal), f"forgery {number} was let in"


def test_of_1000_forged_callbacks_none_is_let_in() -> None:
    check_forged(1000)


def check_flipped(rounds: int) -> None:
    """A bit anywhere in the body: it is refused, or lies outside what is signed and changes nothing of what was said."""
    query, body = sealed(PLAIN)
    refused = 0
    for number in range(rounds):
        rnd = random.Random(number)
        at = rnd.randrange(len(body))
        found = authenticate(
            query, body[:at] + bytes([body[at] ^ 1 << rnd.randrange(8)]) + body[at + 1 :], KEYS, NOW * SECOND
        )
        if isinstance(found, Refusal):
            refused += 1
        else:
            assert found.plaintext == PLAIN.encode()
    assert refused > rounds // 2


def test_of_1000_flipped_bodies_none_says_anything_else() -> None:
    check_flipped(1000)


@pytest.mark.deep
def test_of_100000_forged_callbacks_none_is_let_in() -> None:
    check_forged(100_000)
    check_flipped(100_000)
