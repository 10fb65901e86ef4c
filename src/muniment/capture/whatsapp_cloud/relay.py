"""In the path of what the firm sends: a program calls us instead of the Graph API, with a key of ours, and we call Meta for it.

The program holds no token of Meta's: whoever has its key alone can send nothing past the record. Meta's host stands in the
settings, never in a request. The program's bytes go out and Meta's come back unchanged.

Trust: the key says which program asks, not who wrote the words; what is told of a call made elsewhere is only as true as who tells.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from muniment.capture.connector import Undecodable
from muniment.capture.exact import read_json
from muniment.capture.feeds.captured import Captured, Delivery, Refusal, Taken
from muniment.capture.feeds.live import Settings
from muniment.capture.feeds.relay import Call, Told
from muniment.capture.http import Answer, Failed, Http, checked
from muniment.capture.whatsapp_cloud.live import API
from muniment.capture.whatsapp_cloud.outbound import (
    Exchange,
    captured,
    decode_exchange,
    due_of_send,
    encode_exchange,
    number_of,
)
from muniment.record.clock import SECOND
from muniment.record.record import Assurance

SECONDS, WHOLE_SECONDS = 10.0, 30.0
"""How long Meta is waited for: at each step, and in all once a connection stands."""
LARGEST_MESSAGE = 2**20
"""Bytes of a message's body that are let in; Meta takes far less."""
LARGEST_UPLOAD = 16 * 2**20
"""Bytes of a file's upload: pictures, sound and video as large as Meta takes them; a larger document goes to Meta directly."""
LARGEST_TOLD = 4 * 2**20
"""Bytes of a told exchange: two bodies, which base64 makes a third longer."""
LARGEST_ANSWER = 2**20
"""Bytes of Meta's answer that are read."""
FIRST = 1_230_768_000 * SECOND
"""2009, in µs: before there was WhatsApp."""
TOMORROW = 86_400 * SECOND
"""How far a program's clock may be ahead of ours (µs)."""
INTERRUPTED = "interrupted"
"""Fault of a call whose process ended before its answer was a record."""
PASSED_ON = re.compile(
    r"content-type|content-encoding|retry-after|www-authenticate|facebook-api-version|x-fb-[\w-]+|x-[\w-]*usage"
)
"""Headers of Meta's answer that the program gets: none that opens, leads or keeps anything."""

_CALL = re.compile(r"v\d{1,3}\.\d{1,2}/(?P<number>\d{1,32})/(?P<call>messages|marketing_messages|media)", re.ASCII)
_VERSION = re.compile(r"/v\d+\.\d+/?\Z", re.ASCII)
_TYPE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")
_TOKENS = {"access_token", "appsecret_proof"}


class WhatsAppCloudRelay:
    """Calls Meta with the connection's own token for whoever has its `send_key`."""

    name = "whatsapp_cloud"
    version = 1
    assurance = Assurance.API_TLS
    largest = LARGEST_UPLOAD

    def __init__(self, http: Http | None = None) -> None:
        self._http = http or Http(timeout=SECONDS, deadline=WHOLE_SECONDS, limit=LARGEST_ANSWER)

    def admit(self, headers: Mapping[str, str], settings: Settings) -> Refusal | None:
        """401 without a key, 403 with another than the connection's."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            return Refusal(status=401, reason="expected Authorization: Bearer and the send key of this connection")
        wanted = settings.get("send_key", "")
        if not hmac.compare_digest(key.strip().encode("utf-8", "replace"), wanted.encode()) or not wanted:
            return Refusal(status=403, reason="the key is not the send key of this connection")
        return None

    def begin(self, path: str, delivery: Delivery, settings: Settings, id: str) -> Call | Refusal:
        """The call to Meta, with the record that it leaves when no answer comes. An upload leaves none: a message names it."""
        match = _CALL.fullmatch(path)
        if match is None:
            return Refusal(
                status=404,
                reason="expected /<version>/<phone number id>/messages, marketing_messages or media; nothing else is passed on",
            )
        wrong = _refused(match["number"], match["call"] == "media", delivery, settings)
        if wrong is not None:
            return wrong
        place = f"/{path}"
        checked(_url(place, settings))
        call = Call(id, place, delivery.headers["content-type"], delivery.received_at, delivery.body, None)
        if match["call"] == "media":
            return call
        item = self.over(call, None, settings)
        return replace(call, item=item, due=tuple(due_of_send(item.raw)))

    def make(self, call: Call, settings: Settings) -> Answer | Failed:
        """One POST, to the host of the settings."""
        token = settings.get("access_token", "")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": call.content_type, "Accept": "application/json"}
        answer = self._http.send("POST", _url(call.path, settings), headers=headers, body=call.body)
        final = isinstance(answer, Failed) or 200 <= answer.status <= 599
        return answer if final else Failed("protocol")

    def passed_on(self, answer: Answer) -> Mapping[str, str]:
        """Type, limits and traces; never a place to go to, a cookie or a policy."""
        return {name: value for name, value in answer.headers.items() if PASSED_ON.fullmatch(name)}

    def over(self, call: Call, answer: Answer | Failed | None, settings: Settings) -> Captured:
        """The exchange; None for the answer says that nobody was there any more to take one."""
        fault = INTERRUPTED if answer is None else answer.fault if isinstance(answer, Failed) else None
        came = answer if isinstance(answer, Answer) else None
        return captured(
            Exchange(
                id=call.id,
                path=call.path,
                request=call.body,
                began_at=call.began_at,
                status=None if came is None else came.status,
                response=None if came is None else came.body,
                number=settings.get("phone_number") or None,
                fault=fault,
            )
        )

    def told(self, delivery: Delivery, settings: Settings) -> Told | Taken | Refusal:
        """An exchange (docs/formats/send.md) as a program tells it; what is none is kept as it came, and refused with 422."""
        if len(delivery.body) > LARGEST_TOLD:
            return Refusal(status=413, reason=f"expected at most {LARGEST_TOLD} bytes")
        try:
            exchange = decode_exchange(delivery.body)
        except Undecodable as problem:
            return _kept(delivery.body, str(problem))
        if "?" in exchange.path or "#" in exchange.path or _holds_token(exchange.request):
            return Refusal(
                status=422,
                reason="expected no query and no access_token, which are secrets; leave them out, nothing was kept",
            )
        number = number_of(exchange.path)
        if settings.get("phone_number_id") and number is not None and number != settings["phone_number_id"]:
            return Refusal(status=422, reason="the number is another connection's; tell it there, nothing was kept")
        if (wrong := _impossible(exchange, delivery.received_at)) is not None:
            return _kept(delivery.body, wrong)
        return Told(
            id=exchange.id,
            content=encode_exchange(exchange),
            item=Captured(raw=delivery.body, meta={"form": "send", "told": True}, assurance=Assurance.SELF_REPORTED),
            differing=Captured(
                raw=delivery.body,
                meta={"form": "send", "told": True, "differs": True},
                assurance=Assurance.SELF_REPORTED,
            ),
            due=tuple(due_of_send(delivery.body)),
        )


def _refused(number: str, upload: bool, delivery: Delivery, settings: Settings) -> Refusal | None:
    """Why a call of a known path is not made."""
    if settings.get("phone_number_id") and number != settings["phone_number_id"]:
        return Refusal(status=403, reason="the phone number id is not this connection's")
    if delivery.query:
        return Refusal(status=400, reason="expected no query, which may hold a token; leave it out")
    kind = delivery.headers.get("content-type", "")
    wanted = "multipart/form-data" if upload else "application/json"
    if kind.partition(";")[0].strip().lower() != wanted or not _TYPE.fullmatch(kind):
        return Refusal(status=415, reason=f"expected Content-Type: {wanted}")
    if delivery.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        return Refusal(status=415, reason="expected a body without Content-Encoding")
    if len(delivery.body) > (largest := LARGEST_UPLOAD if upload else LARGEST_MESSAGE):
        return Refusal(status=413, reason=f"expected at most {largest} bytes")
    if upload:
        return None if delivery.body else Refusal(status=400, reason="expected a body, with its Content-Length")
    if _object(delivery.body) is None:
        return Refusal(
            status=400,
            reason="expected a JSON object, with its Content-Length: what cannot be recorded as a message is not sent",
        )
    if _holds_token(delivery.body):
        return Refusal(status=400, reason="expected no access_token in the body; the relay uses the connection's own")
    return None


def _url(place: str, settings: Settings) -> str:
    """Where Meta is called: the host of the settings, the version that the program names."""
    base = (settings.get("api") or API).rstrip("/")
    return _VERSION.sub("", base) + place


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = read_json(body).value
    except Undecodable:
        return None
    return value if type(value) is dict else None


def _holds_token(body: bytes) -> bool:
    return not _TOKENS.isdisjoint(_object(body) or {})


def _impossible(exchange: Exchange, now: int) -> str | None:
    """What cannot be true of a told exchange."""
    if not 0 < len(exchange.id) <= 200 or not exchange.id.isprintable():
        return "expected an id of 1 to 200 printable characters"
    if not FIRST <= exchange.began_at <= now + TOMORROW:
        return "expected began_at in microseconds since 1970, not after now"
    if exchange.status is not None and not 100 <= exchange.status <= 599:
        return "expected an HTTP status"
    return None


def _kept(body: bytes, reason: str) -> Taken:
    """What an admitted program tells is kept whatever it is, and said."""
    # Recognised by what it is: whoever tells it again adds nothing.
    key = f"rejected:{hashlib.sha256(body).hexdigest()}"
    item = Captured(raw=body, key=key, part="span", meta={"rejected": reason}, assurance=Assurance.SELF_REPORTED)
    answer = json.dumps({"accepted": False, "error": reason}).encode()
    return Taken(items=(item,), status=422, answer=answer, content_type="application/json")
