"""Slows guessing down without a lever to shut somebody out: a browser that its owner used before is counted by itself.

A browser in which a user signed in once carries a device cookie (OWASP, "Slow Down Online Guessing Attacks with Device
Cookies"). Failures there count against that browser alone; failures elsewhere count against the place they come from, and
against the name, for browsers that are not known. So whoever guesses from afar stops at their own limits, and the owner's
browser never notices.

Trust: the cookie is signed and tells which user it is for; it lets nobody in, it only says where to count. Names and
addresses are kept as keyed digests. An attempt is counted before it is looked at, so that many at once gain nothing.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from muniment.desk.people import clock
from muniment.desk.people.models import Attempts, User
from muniment.desk.people.signin.network import client_network

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within a time are refused for as long again."""

    failures: int
    within: timedelta


LIMITS = {
    "device": Limit(10, QUARTER),
    "place": Limit(5, QUARTER),
    "network": Limit(50, QUARTER),
    "name": Limit(30, timedelta(hours=1)),
}
"""By known browser; by name and network; by network; by name over all browsers that are not known."""
_SALT = "muniment.device"
_YEAR = 365 * 24 * 3600
_USERS_A_BROWSER = 5
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an attempt may be looked at, and which limits it has just reached."""

    refused: bool
    reached: tuple[str, ...] = ()


def begin(request: HttpRequest, name: str) -> Verdict:
    """Count an attempt to sign in as `name`, whether or not there is such a user."""
    known = _known(request, name)
    if known is not None:
        verdict = _count({"device": _digest("device", known)})
        if not verdict.refused:
            return verdict
    return _count({kind: key for kind, key in _keys(request, name).items() if kind != "device"})


def succeed(request: HttpRequest, name: str) -> None:
    """Take back what `begin` counted. Its place and its browser begin anew; network and name only lose this attempt."""
    known = _known(request, name)
    keys = _keys(request, name)
    with transaction.atomic():
        Attempts.objects.filter(key__in=[keys["place"], *([_digest("device", known)] if known else [])]).delete()
        if known is None:
            for row in Attempts.objects.select_for_update().filter(
                key__in=[keys["network"], keys["name"]], count__gt=0
            ):
                row.count -= 1
                row.save(update_fields=["count"])
    request.device_of = name  # type: ignore[attr-defined]  # the middleware of limits.py sets the cookie


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Set the device cookie in the answer to a sign-in that succeeded."""
    user = request.user
    if getattr(request, "device_of", None) is None or not isinstance(user, User):
        return
    devices = _devices(request)
    if str(user.pk) in devices:
        return
    kept = dict(list(devices.items())[-(_USERS_A_BROWSER - 1) :])
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps({**kept, str(user.pk): secrets.token_urlsafe(16)}, salt=_SALT),
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known(request: HttpRequest, name: str) -> str | None:
    """What this browser is called among those of the user `name`; None when that user never signed in here."""
    devices = _devices(request)
    if not devices:
        return None
    user = User.objects.filter(name__iexact=name.strip()).values_list("pk", flat=True).first()
    nonce = devices.get(str(user))
    return None if nonce is None else f"{user}:{nonce}"


def _devices(request: HttpRequest) -> dict[str, str]:
    try:
        held = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=_SALT, max_age=_YEAR)
    except signing.BadSignature:
        return {}
    return held if isinstance(held, dict) else {}


def _keys(request: HttpRequest, name: str) -> dict[str, str]:
    network, who = client_network(request), name.strip().casefold()[:100]
    return {
        "place": _digest("place", f"{network}|{who}"),
        "network": _digest("network", network),
        "name": _digest("name", who),
    }


def _count(keys: dict[str, str]) -> Verdict:
    now = clock.now()
    reached = []
    with transaction.atomic():
        rows = {row.key: row for row in Attempts.objects.select_for_update().filter(key__in=keys.values())}
        if any(row.until is not None and row.until > now for row in rows.values()):
            return Verdict(refused=True)
        for kind, key in keys.items():
            limit = LIMITS[kind]
            row = rows.get(key) or Attempts(key=key, count=0, since=now)
            if now - row.since > limit.within:
                row.count, row.since, row.until = 0, now, None
            row.count += 1
            if row.count >= limit.failures:
                reached.append(kind)
                row.count, row.since, row.until = 0, now, now + limit.within
            row.save()
        Attempts.objects.filter(since__lt=now - _KEPT).delete()
    return Verdict(refused=False, reached=tuple(reached))


def _digest(kind: str, value: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{kind}|{value}".encode(), hashlib.sha256).hexdigest()
