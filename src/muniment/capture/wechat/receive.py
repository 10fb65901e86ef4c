"""The callback's door, without a server: who may come in, and what is kept of what they brought.

The record's raw bytes are the message as it was decrypted, since decoding has no keys; the POST's body (the ciphertext that was
signed), its query with signature, time and nonce, and its headers stand beside it in `meta`, byte for byte.

Trust: in safe mode the ciphertext is signed and only it is believed; whatever stands beside it in the clear is kept and never
read. In plain mode the platform signs no body at all: who has seen one address may write anything, so it is off unless asked for.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json
from muniment.capture.feeds.captured import Captured, Delivery, Refusal, Taken
from muniment.capture.wechat.crypto import Broken, Key, decrypt, is_signed
from muniment.capture.wechat.files import due
from muniment.capture.wechat.tree import NotXml, read_xml
from muniment.record.clock import SECOND
from muniment.record.record import Assurance

LARGEST = 2**20
"""Bytes of a body that are let in."""
WINDOW = 600
"""Seconds by which a delivery's time may differ from our clock, unless the setting says otherwise."""
SUCCESS = b"success"
"""What the platform wants to hear."""
KEPT = ("msg_signature", "signature", "timestamp", "nonce", "encrypt_type", "openid")
NOT_KEPT = {"authorization", "proxy-authorization", "cookie", "forwarded", "via"}


@dataclass(frozen=True, slots=True)
class Keys:
    """`keys` hold at once, the old beside the new; `plain` lets unencrypted bodies in; `window` is seconds, None for any time."""

    keys: Sequence[Key]
    plain: bool = False
    window: int | None = WINDOW


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A message that is authentic: its plaintext (XML or JSON), by which key (its place), and whether it came encrypted."""

    plaintext: bytes
    key: int
    encrypted: bool


def verify(query: Mapping[str, str], keys: Keys, now: int) -> str | Refusal:
    """What to answer the GET by which the platform asks whether this is the place; `now` in µs UTC."""
    given, echo = query.get("msg_signature"), query.get("echostr", "")
    stale = _stale(query, keys, now)
    if stale is not None:
        return stale
    if given is None:
        number = _plainly_signed(query, keys)
        if isinstance(number, Refusal):
            return number
        # It is answered to whoever knows the token; still, no page of ours shall say just anything.
        fine = 0 < len(echo) <= 256 and echo.isascii() and echo.isprintable()
        return echo if fine else Refusal(status=400, reason="echostr")
    found = _opened(query, echo, keys)
    return found if isinstance(found, Refusal) else found.plaintext.decode("utf-8", "replace")


def authenticate(query: Mapping[str, str], body: bytes, keys: Keys, now: int) -> Verified | Refusal:
    """The message of a POST: 401 without a signature, 403 where it does not hold, 400 where the body is no envelope, 413 too large."""
    if len(body) > LARGEST:
        return Refusal(status=413, reason="too_large")
    if query.get("msg_signature") is None and query.get("signature") is None:
        return Refusal(status=401, reason="no_signature")
    stale = _stale(query, keys, now)
    if stale is not None:
        return stale
    if query.get("msg_signature") is None:
        if not keys.plain:
            return Refusal(status=403, reason="not_encrypted")
        number = _plainly_signed(query, keys)
        return number if isinstance(number, Refusal) else Verified(plaintext=body, key=number, encrypted=False)
    sealed = _sealed(body)
    return Refusal(status=400, reason="envelope") if sealed is None else _opened(query, sealed, keys)


def receive(delivery: Delivery, keys: Keys) -> Taken | Refusal:
    """Answer a GET, or take a POST; a doorbell asks the puller to look."""
    if delivery.method == "GET":
        answer = verify(delivery.query, keys, delivery.received_at)
        return answer if isinstance(answer, Refusal) else Taken(answer=answer.encode())
    if delivery.method != "POST":
        return Refusal(status=405, reason="method")
    found = authenticate(delivery.query, delivery.body, keys, delivery.received_at)
    if isinstance(found, Refusal):
        return found
    return Taken(
        items=(captured(delivery, found),),
        due=tuple(due(found.plaintext)),
        answer=SUCCESS,
        ring=b"kf_msg_or_event" in found.plaintext,
        bell=_bell(found.plaintext) if b"kf_msg_or_event" in found.plaintext else "",
    )


def _bell(plaintext: bytes) -> str:
    """The doorbell's token, with which the feed may be asked as often as needed; empty where there is none."""
    try:
        token = read_xml(plaintext)[1].get("Token")
    except NotXml:
        return ""
    return token if type(token) is str else ""


def captured(delivery: Delivery, found: Verified) -> Captured:
    """The record to be; its event bears a key of its own."""
    meta: dict[str, Any] = {
        "form": "callback",
        "auth": "aes" if found.encrypted else "token",
        "key": found.key,
        "query": {name: _text(delivery.query[name]) for name in KEPT if name in delivery.query},
        "headers": {
            name.lower(): _text(value) for name, value in delivery.headers.items() if name.lower() not in NOT_KEPT
        },
    }
    if found.encrypted:
        meta["envelope"] = _written(delivery.body)
    return Captured(
        raw=found.plaintext, meta=meta, assurance=Assurance.API_SIGNED if found.encrypted else Assurance.API_TLS
    )


def envelope(meta: Mapping[str, Any]) -> bytes | None:
    """The POST's body as it came, out of a record's `meta`; None where the record's raw bytes are that body."""
    written = meta.get("envelope")
    if written is None:
        return None
    return written.encode() if type(written) is str else base64.b64decode(written["base64"])


def _stale(query: Mapping[str, str], keys: Keys, now: int) -> Refusal | None:
    if keys.window is None:
        return None
    told = query.get("timestamp", "")
    if not (told.isascii() and told.isdigit() and len(told) <= 12):
        return Refusal(status=403, reason="timestamp")
    return None if abs(int(told) - now // SECOND) <= keys.window else Refusal(status=403, reason="stale")


def _plainly_signed(query: Mapping[str, str], keys: Keys) -> int | Refusal:
    given, told, nonce = (query.get(name) for name in ("signature", "timestamp", "nonce"))
    if given is None:
        return Refusal(status=401, reason="no_signature")
    if told is None or nonce is None:
        return Refusal(status=403, reason="signature")
    held = [number for number, key in enumerate(keys.keys) if is_signed(given, key.token, told, nonce)]
    return held[0] if held else Refusal(status=403, reason="signature")


def _opened(query: Mapping[str, str], sealed: str, keys: Keys) -> Verified | Refusal:
    given, told, nonce = (query.get(name) for name in ("msg_signature", "timestamp", "nonce"))
    if given is None or told is None or nonce is None or not sealed:
        return Refusal(status=403, reason="signature")
    held = [(number, key) for number, key in enumerate(keys.keys) if is_signed(given, key.token, told, nonce, sealed)]
    for number, key in held:
        try:
            return Verified(plaintext=decrypt(key, sealed), key=number, encrypted=True)
        except Broken:
            continue
    return Refusal(status=403, reason="ciphertext" if held else "signature")


def _sealed(body: bytes) -> str | None:
    """The ciphertext of an envelope, XML or JSON; exactly one."""
    if body.lstrip()[:1] == b"{":
        try:
            members = read_json(body).value
        except Undecodable:
            return None
        found = [members[name] for name in ("Encrypt", "encrypt") if name in members] if type(members) is dict else []
    else:
        try:
            found = [read_xml(body)[1].get("Encrypt")]
        except NotXml:
            return None
    return found[0] if len(found) == 1 and type(found[0]) is str else None


def _text(value: str) -> str:
    return value.encode("utf-8", "replace").decode()


def _written(body: bytes) -> Any:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
