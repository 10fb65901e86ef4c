"""Makes and revokes access tokens, and says whose one is: a program that shows it asks the API in its owner's name.

A token does what its owner may do at that moment, and never what asks for a password or factor again.

Trust: 256 random bits, shown once. What is kept is a digest under the key that signs cookies, which no backup holds: in an
archive that was restored, no token of the time of the backup comes back to life.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import clock
from muniment.desk.people.actions import common
from muniment.desk.people.models import Token, User
from muniment.record.errors import NotFound, Refused

PREFIX = "muniment_"
"""By which a token is known wherever somebody left one."""
LONGEST = timedelta(days=365)
MOST = 20
"""Tokens of one user that work at a time."""
_LENGTH = 100
_STEP = timedelta(minutes=1)
"""How exactly the last use is known."""
_AGAIN = timedelta(hours=1)
"""A program that goes on showing a dead token is entered so often."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of a token that was shown: whose it is, whether it works, and whether a refusal is to be entered now."""

    user: User
    number: int
    works: bool
    tell: bool


def make_token(desk: Desk, name: str, until: date) -> str:
    """A new token of whoever sits at the desk, which works until before `until`; it is shown this once. Raises Refused, NotFound."""
    if desk.user is None or desk.token is not None:
        raise NotFound("there is no such {what}", what="user")
    day = common.day()
    if not day < until <= day + LONGEST:
        raise Refused(
            "a token works for a day at least and a year at most; expected an end from {first} to {last}",
            first=(day + timedelta(days=1)).isoformat(),
            last=(day + LONGEST).isoformat(),
        )
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=desk.user)
        if _working(user).count() >= MOST:
            raise Refused("you have {limit} tokens that work; revoke one that nothing uses any more", limit=MOST)
        made = Token.objects.create(
            user=user,
            name=common.name(name, _("the name"), 100),
            digest=_digest(token),
            made_at=clock.now(),
            until=until,
        )
        _enter(desk, "token.make", made, until=until.isoformat())
    return token


def revoke_token(desk: Desk, token: int) -> None:
    """End a token at once: one's own, or anybody's for who gives access. Raises NotFound."""
    with transaction.atomic():
        found = Token.objects.select_for_update().select_related("user").filter(pk=token, revoked_at=None).first()
        if found is None or (found.user_id != desk.user and not desk.authority.holds(Capability.ACCESS)):
            raise NotFound("there is no such token; it may have been revoked already")
        found.revoked_at = clock.now()
        found.save(update_fields=["revoked_at"])
        _enter(desk, "token.revoke", found)


def revoke_all(user: User) -> int:
    """End every token of a user, within the transaction of what ends them; how many worked until now."""
    return _working(user).update(revoked_at=clock.now())


def show_token(given: str, address: str) -> Shown | None:
    """Whose the token `given` is, None when it is nobody's; when and from where it was used is written down to the minute."""
    if not given.startswith(PREFIX) or len(given) > _LENGTH:
        return None
    found = Token.objects.select_related("user").filter(digest=_digest(given)).first()
    if found is None:
        return None
    now, row = clock.now(), Token.objects.filter(pk=found.pk)
    if found.revoked_at is not None or found.until <= common.day() or not found.user.is_active:
        tell = row.filter(Q(refused_at=None) | Q(refused_at__lte=now - _AGAIN)).update(refused_at=now)
        return Shown(found.user, found.pk, works=False, tell=bool(tell))
    if found.used_at is None or now - found.used_at >= _STEP:
        row.update(used_at=now, address=address)
    return Shown(found.user, found.pk, works=True, tell=False)


def _working(user: User) -> QuerySet[Token]:
    return Token.objects.filter(user=user, revoked_at=None, until__gt=common.day())


def _digest(token: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"token|{token}".encode(), hashlib.sha256).hexdigest()


def _enter(desk: Desk, act: str, token: Token, **detail: object) -> None:
    entry = Entry(
        act=act,
        actor=desk.actor,
        object=f"user:{token.user.name}",
        detail={"number": token.pk, "name": token.name, **detail},
    )
    enter(desk, entry, type="cfg")
