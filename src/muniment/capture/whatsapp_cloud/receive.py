"""The webhook's door, without a server: who may come in, and what is kept of what they brought.

Trust: a delivery is let in by its signature over the raw bytes alone, whatever they hold; nothing is refused for its form. The
platform repeats a delivery byte for byte until it is answered, and so can whoever has read one: the events' own keys make
the second harmless.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from muniment.capture.feeds.captured import Captured, Delivery, Refusal, Taken
from muniment.capture.whatsapp_cloud.media import due

LARGEST = 4 * 2**20
"""Bytes of a body that are let in; Meta sends up to 3 MB."""
LONGEST_CHALLENGE = 1024
SIGNATURE = "x-hub-signature-256"
NOT_KEPT = {"authorization", "proxy-authorization", "cookie", "forwarded", "via"}
"""Headers that are not Meta's: our own doors' secrets, and the way through our own network."""

_SIGNED = re.compile(r"sha256=([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the operator keeps: `verify_token` as typed into Meta's page; `app_secrets`, of which several hold while one is replaced."""

    verify_token: str = field(repr=False)
    app_secrets: Sequence[str] = field(repr=False)


class Verified(msgspec.Struct, frozen=True):
    """An authentic body, and by which of the secrets (its place, from 0)."""

    raw: bytes
    secret: int


def challenge(query: Mapping[str, str], verify_token: str) -> str | Refusal:
    """What to answer the GET by which Meta asks whether this is the place: the challenge it sent, or a refusal (403)."""
    token, answer = query.get("hub.verify_token", ""), query.get("hub.challenge", "")
    same = hmac.compare_digest(token.encode("utf-8", "replace"), verify_token.encode())
    if not verify_token or query.get("hub.mode") != "subscribe" or not same:
        return Refusal(status=403, reason="verify_token")
    if not 0 < len(answer) <= LONGEST_CHALLENGE:
        return Refusal(status=400, reason="challenge")
    return answer


def authenticate(headers: Mapping[str, str], body: bytes, app_secrets: Sequence[str]) -> Verified | Refusal:
    """The body, if one of the secrets has signed exactly these bytes; else 401 (no signature), 403 (another) or 413."""
    signature = next((value for name, value in headers.items() if name.lower() == SIGNATURE), None)
    if signature is None:
        return Refusal(status=401, reason="no_signature")
    if len(body) > LARGEST:
        return Refusal(status=413, reason="too_large")
    match = _SIGNED.fullmatch(signature)
    if match is None:
        return Refusal(status=403, reason="signature_form")
    place = None
    for number, secret in enumerate(app_secrets):  # all of them: the time shows neither which nor whether
        expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if hmac.compare_digest(expected, match[1]) and secret:
            place = number
    return Refusal(status=403, reason="signature") if place is None else Verified(body, place)


def receive(delivery: Delivery, keys: Keys) -> Taken | Refusal:
    """Answer a GET, or take a POST: the body whole, its headers with the signature, and the files that it owes us."""
    if delivery.method == "GET":
        answer = challenge(delivery.query, keys.verify_token)
        return answer if isinstance(answer, Refusal) else Taken(answer=answer.encode("utf-8", "replace"))
    if delivery.method != "POST":
        return Refusal(status=405, reason="method")
    found = authenticate(delivery.headers, delivery.body, keys.app_secrets)
    if isinstance(found, Refusal):
        return found
    return Taken(items=(captured(delivery.headers, found),), due=tuple(due(found.raw)))


def captured(headers: Mapping[str, str], verified: Verified) -> Captured:
    """The record to be: every delivery is one, and its events bear keys of their own."""
    kept = {
        name.lower(): value.encode("utf-8", "replace").decode("utf-8")
        for name, value in headers.items()
        if name.lower() not in NOT_KEPT
    }
    return Captured(raw=verified.raw, meta={"form": "webhook", "headers": kept, "secret": verified.secret})
