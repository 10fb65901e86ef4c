"""Users, their roles and their sign-ins, as the pages of access and of one's own account show them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils import timezone

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people import clock
from muniment.desk.people.access.authority import firm
from muniment.desk.people.access.persons import Dates, dates, firm_day
from muniment.desk.people.demonstration import ORIGIN, SIGN_INS
from muniment.desk.people.models import Grant, User
from muniment.desk.people.roles import EFFECTS, NAMES, Role
from muniment.record.clock import SECOND
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role of a user: `name` and `effect` are English, to be translated where they are shown."""

    number: int
    role: str
    name: str
    effect: str
    scope: str
    """The group or person whose messages it opens; empty for everybody's."""
    dates: Dates
    to_come: bool


@dataclass(frozen=True, slots=True)
class UserRow:
    """Somebody who can sign in, or could."""

    number: int
    name: str
    shown: str
    email: str
    subject: str
    person: str
    person_key: str
    person_number: int | None
    active: bool
    set_up: str
    """`done`; `waiting`, with a code that still works; `expired`."""
    factors: int
    last_sign_in: int | None
    """Microseconds UTC."""
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that has not ended: a browser in which somebody is signed in."""

    number: int
    user: str
    began: int
    seen: int
    """Microseconds UTC, both."""
    address: str
    browser: str
    this: bool


@dataclass(frozen=True, slots=True)
class UserPage:
    """One user, and where they are signed in."""

    row: UserRow
    sign_ins: tuple[SignIn, ...]


def list_users(desk: Desk, *, ended: bool = False) -> tuple[UserRow, ...]:
    """Everybody who can sign in, by name; with `ended`, those who no longer can."""
    desk.authority.require(Capability.ACCESS)
    return _rows(list(User.objects.filter(is_active=not ended).select_related("person").order_by("name")))


def user_page(desk: Desk, user: int) -> UserPage:
    """One user; raises NotFound."""
    desk.authority.require(Capability.ACCESS)
    found = User.objects.filter(pk=user).select_related("person").first()
    if found is None:
        raise NotFound("there is no such {what}", what="user")
    return UserPage(_rows([found])[0], _sign_ins(found.pk, ""))


def own_sign_ins(desk: Desk, session_key: str) -> tuple[SignIn, ...]:
    """Where whoever sits at the desk is signed in; `session_key` says which of them is this browser."""
    return () if desk.user is None else _sign_ins(desk.user, session_key)


def demonstration_users(desk: Desk) -> tuple[UserRow, ...]:
    """The sign-ins of a demonstration, in their order; raises NotFound anywhere else."""
    if not in_demonstration(desk):
        raise NotFound("there is no demonstration here")
    users = {
        user.name: user for user in User.objects.filter(name__in=SIGN_INS, is_active=True).select_related("person")
    }
    return _rows([users[name] for name in SIGN_INS if name in users])


def in_demonstration(desk: Desk) -> bool:
    """Whether this archive is a demonstration, by what it signs and by what its desk says of itself."""
    return desk.archive.home.origin == ORIGIN and firm().demonstration


def user_number(name: str) -> int:
    """The number of a user by their sign-in name; raises NotFound."""
    found = User.objects.filter(name__iexact=name).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("there is no such {what}", what="user")
    return found


def _rows(users: list[User]) -> tuple[UserRow, ...]:
    day = firm_day()
    numbers = [user.pk for user in users]
    factors: dict[int, int] = defaultdict(int)
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    for user in Authenticator.objects.filter(user__in=numbers, type__in=kinds).values_list("user", flat=True):
        factors[user] += 1
    grants: dict[int, list[GrantRow]] = defaultdict(list)
    given = Grant.objects.filter(user__in=numbers).select_related("group", "person").order_by("id")
    for grant in given:
        scope = grant.group.name if grant.group else grant.person.name if grant.person else ""
        role, span = Role(grant.role), dates(grant, day)
        to_come = span.since is not None and span.since > day and not span.now
        grants[grant.user_id].append(GrantRow(grant.pk, role, NAMES[role], EFFECTS[role], scope, span, to_come))
    return tuple(
        UserRow(
            user.pk,
            user.name,
            user.shown,
            user.email,
            user.subject,
            user.person.name if user.person else "",
            user.person.key if user.person else "",
            user.person_id,
            user.is_active,
            _set_up(user),
            factors[user.pk],
            None if user.last_login is None else microseconds(user.last_login),
            tuple(grants[user.pk]),
        )
        for user in users
    )


def _set_up(user: User) -> str:
    if not user.setup_code:
        return "done"
    return "waiting" if user.setup_until is not None and user.setup_until > clock.now() else "expired"


def _sign_ins(user: int, session_key: str) -> tuple[SignIn, ...]:
    from django.contrib.sessions.models import Session

    found = list(UserSession.objects.filter(user=user).select_related("user").order_by("-last_seen_at"))
    alive = set(
        Session.objects.filter(
            session_key__in=[each.session_key for each in found], expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    return tuple(
        SignIn(
            each.pk,
            each.user.name,
            microseconds(each.created_at),
            microseconds(each.last_seen_at),
            each.ip,
            each.user_agent,
            this=each.session_key == session_key,
        )
        for each in found
        if each.session_key in alive
    )


def microseconds(at: datetime) -> int:
    """A moment in microseconds UTC, to the second."""
    return int(at.timestamp()) * SECOND


@dataclass(frozen=True, slots=True)
class Factor:
    """Something besides the password that signs in."""

    number: int
    kind: str
    """`totp` or `webauthn`."""
    name: str
    added: int
    used: int | None
    """Microseconds UTC."""
    alone: bool
    """Whether it signs in without a password."""


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What somebody sees of their own account."""

    name: str
    shown: str
    language: str
    zone: str
    password: bool
    factors: tuple[Factor, ...]
    recovery_codes: int
    """How many are left."""
    grants: tuple[GrantRow, ...]


def own_account(desk: Desk) -> OwnAccount:
    """The account of whoever sits at the desk; raises NotFound for the command line."""
    user = User.objects.filter(pk=desk.user).select_related("person").first() if desk.user is not None else None
    if user is None:
        raise NotFound("there is no such {what}", what="user")
    held = list(Authenticator.objects.filter(user=user).order_by("id"))
    codes = [each for each in held if each.type == Authenticator.Type.RECOVERY_CODES]
    factors = tuple(_factor(each) for each in held if each.type != Authenticator.Type.RECOVERY_CODES)
    left = len(codes[0].wrap().get_unused_codes()) if codes else 0
    password = user.has_usable_password()
    return OwnAccount(user.name, user.shown, user.language, user.zone, password, factors, left, _rows([user])[0].grants)


def _factor(held: Authenticator) -> Factor:
    wrapped = held.wrap()
    passkey = held.type == Authenticator.Type.WEBAUTHN
    return Factor(
        held.pk,
        held.type,
        wrapped.name if passkey else "",
        microseconds(held.created_at),
        None if held.last_used_at is None else microseconds(held.last_used_at),
        alone=bool(passkey and wrapped.is_passwordless),
    )
