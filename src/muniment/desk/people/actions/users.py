"""Adds and ends users, hands out set-up codes, ends sign-ins. A code is shown once, works once, and for a week."""

import hashlib
import hmac
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import clock
from muniment.desk.people.actions import common
from muniment.desk.people.actions.grants import find_user, somebody_else_gives_access
from muniment.desk.people.actions.tokens import revoke_all
from muniment.desk.people.models import Person, User
from muniment.record.errors import NotFound, Refused

CODE_DAYS = 7
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No two signs that look alike."""
_GROUPS, _SIGNS = 4, 5
"""20 signs of 30: 98 bits."""


def add_user(
    desk: Desk, name: str, display: str = "", email: str = "", person: int | None = None, *, subject: str = ""
) -> str:
    """Add somebody who can sign in, and return the set-up code to hand to them: it is kept as a hash alone.

    `person` is who stands behind the sign-in, `subject` what the firm's identity provider calls them. Raises Refused.
    """
    desk.authority.require(Capability.ACCESS)
    code, hashed = _new_code()
    with transaction.atomic():
        user = User(
            name=_sign_in_name(name),
            display=common.name(display, _("the display name"), 200, empty=True),
            email=common.email(email),
            person=_behind(desk, person),
            subject=_subject(subject),
            setup_code=hashed,
            setup_until=clock.now() + timedelta(days=CODE_DAYS),
        )
        user.set_unusable_password()
        user.save()
        _enter(desk, "user.add", user, person=None if user.person is None else user.person.key)
    return code


def new_setup_code(desk: Desk, user: int) -> str:
    """A new code for somebody who lost theirs, their password or their second factor; what they had stops working now."""
    desk.authority.require(Capability.ACCESS)
    code, hashed = _new_code()
    with transaction.atomic():
        target = find_user(user)
        if desk.user == target.pk:
            raise Refused("nobody makes a set-up code for themself; ask another administrator")
        target.setup_code, target.setup_until = hashed, clock.now() + timedelta(days=CODE_DAYS)
        target.set_unusable_password()
        target.save()
        Authenticator.objects.filter(user=target).delete()
        _end_all(target)
        revoke_all(target)
        _enter(desk, "user.code", target)
    return code


def use_setup_code(desk: Desk, name: str, code: str, password: str | None = None) -> int | None:
    """Whether `name` and `code` belong together and the code is fresh: the number of the user, else None.

    With a `password`, use the code up and let the user sign in with that; raises Refused when it is too weak. One
    transaction: of two who type the same code at once, one comes too late.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().filter(name__iexact=name.strip(), is_active=True).first()
        fresh = user is not None and user.setup_until is not None and user.setup_until > clock.now()
        same = user is not None and hmac.compare_digest(_hash(code), user.setup_code)
        if user is None or not fresh or not same:
            return None
        if password is not None:
            try:
                validate_password(password, user)
            except ValidationError as weak:
                raise Refused("{reason}", reason=" ".join(weak.messages)) from None
            user.set_password(password)
            user.setup_code, user.setup_until = "", None
            user.save()
            enter(desk, Entry(act="user.welcome", actor=f"user:{user.name}", object=f"user:{user.name}"), type="sys")
        return user.pk


def end_user(desk: Desk, user: int) -> None:
    """End a user and all their sign-ins, at once; they stay on record, because the audit log names them. Raises Refused."""
    desk.authority.require(Capability.ACCESS)
    with transaction.atomic():
        target = find_user(user)
        if desk.user == target.pk:
            raise Refused("nobody ends themself; ask another administrator")
        somebody_else_gives_access(target)
        target.is_active, target.setup_code, target.setup_until = False, "", None
        target.set_unusable_password()
        target.save()
        Authenticator.objects.filter(user=target).delete()
        ended = _end_all(target)
        _enter(desk, "user.end", target, sign_ins=ended, tokens=revoke_all(target))


def end_sign_in(desk: Desk, sign_in: int) -> None:
    """End one sign-in: one's own, or anybody's for who gives access. Raises NotFound."""
    with transaction.atomic():
        found = UserSession.objects.select_related("user").filter(pk=sign_in).first()
        if found is None or (found.user_id != desk.user and not desk.authority.holds(Capability.ACCESS)):
            raise NotFound("there is no such sign-in; it may have ended already")
        found.end()
        _enter(
            desk, "signin.end", found.user, began=found.created_at.isoformat(timespec="seconds"), from_address=found.ip
        )


def tie_user(desk: Desk, user: int, person: int | None, subject: str = "") -> None:
    """Say which person stands behind a user, and what the identity provider calls them. Raises Refused and NotFound.

    Whoever stands behind a sign-in sees that person's own records, so nobody ties themself.
    """
    desk.authority.require(Capability.ACCESS)
    with transaction.atomic():
        target = find_user(user)
        if desk.user == target.pk:
            raise Refused("nobody says who they are themself; ask another administrator")
        target.person, target.subject = _behind(desk, person), _subject(subject, but=target)
        target.save(update_fields=["person", "subject"])
        _enter(desk, "user.tie", target, person=None if target.person is None else target.person.key)


def choose_reading(desk: Desk, language: str, zone: str) -> None:
    """The language and the time zone in which one reads; empty means the browser's and the firm's. No change of access."""
    from django.conf import settings

    if language and language not in dict(settings.LANGUAGES):
        raise Refused("there are no words in {language}; choose one of the list", language=repr(language[:20]))
    if zone:
        common.zone(zone)
    if desk.user is None:
        raise NotFound("there is no such {what}", what="user")
    with transaction.atomic():
        User.objects.filter(pk=desk.user).update(language=language, zone=zone)


def _sign_in_name(name: str) -> str:
    given = common.name(name, _("the sign-in name"), 100)
    if any(each.isspace() for each in given):
        raise Refused("a sign-in name has no spaces; expected something like a.wong")
    if User.objects.filter(name__iexact=given).exists():
        raise Refused("there is a user {name} already, or was; choose another name", name=given)
    return given


def _subject(subject: str, but: User | None = None) -> str:
    given = subject.strip()
    if len(given) > 255 or common.hidden(given):
        raise Refused("a subject is what the identity provider calls a user: at most 255 visible characters")
    others = User.objects.filter(subject=given)
    if given and (others if but is None else others.exclude(pk=but.pk)).exists():
        raise Refused("another user has this subject already; each has their own")
    return given


def _behind(desk: Desk, person: int | None) -> Person | None:
    if person is None:
        return None
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise NotFound("there is no such {what}", what="person")
    return found


def _end_all(user: User) -> int:
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def _new_code() -> tuple[str, str]:
    code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_SIGNS)) for _ in range(_GROUPS))
    return code, _hash(code)


def _hash(code: str) -> str:
    """What is kept of a code, typed with or without what people add to read it; 98 random bits need no slow hash."""
    plain = "".join(each for each in code.upper()[:100] if each.isalnum())
    return hashlib.sha256(f"muniment/set-up/{plain}".encode()).hexdigest()


def _enter(desk: Desk, act: str, user: User, **detail: object) -> None:
    enter(desk, Entry(act=act, actor=desk.actor, object=f"user:{user.name}", detail=detail), type="cfg")
