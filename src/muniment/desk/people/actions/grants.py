"""Gives and ends roles. Nobody gives one to themself, nobody who gives access can read, and somebody can always give it."""

from datetime import date
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people.actions import common
from muniment.desk.people.models import Grant, Group, Person, User, current
from muniment.desk.people.roles import ENDING, READING, SCOPED_ROLES, WITHOUT_CONTENT, Role
from muniment.record.errors import NotFound, Refused

T = TypeVar("T")


def grant(
    desk: Desk,
    user: int,
    role: str,
    *,
    group: int | None = None,
    person: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Give `user` a role on everybody's messages, a group's or one person's, from `since` (today) until before `until`.

    Returns the number of the grant. Raises Refused for a role to oneself, for content to whoever gives access, for an
    examiner without an end, and NotFound.
    """
    desk.authority.require(Capability.ACCESS)
    if role not in set(Role):
        raise Refused("there is no role {got}; expected one of {known}", got=repr(role[:40]), known=", ".join(Role))
    chosen = Role(role)
    with transaction.atomic():
        target = find_user(user)
        _not_oneself(desk, target)
        since = since or common.day()
        common.span(since, until)
        if group is not None and person is not None:
            raise Refused("a role is given for a group or for one person, not for both; give it twice")
        if (group is not None or person is not None) and chosen not in SCOPED_ROLES:
            raise Refused("this role concerns the firm as a whole; give it without a group or person")
        if chosen in ENDING and until is None:
            raise Refused("an examiner's access ends on a day; say which")
        _apart(target, chosen, since, until)
        given = Grant(
            user=target,
            role=chosen,
            group=None if group is None else _there(Group.objects.filter(pk=group).first(), "group"),
            person=None if person is None else _there(Person.objects.filter(pk=person).first(), "person"),
            since=since,
            until=until,
        )
        given.save()
        _enter(desk, "grant.give", given)
    return given.pk


def end_grant(desk: Desk, grant: int, until: date | None = None) -> None:
    """End a grant before `until` (today: at once). The last administrator's cannot end. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCESS)
    with transaction.atomic():
        given = (
            Grant.objects.select_for_update(of=("self",))
            .select_related("user", "group", "person")
            .filter(pk=grant)
            .first()
        )
        if given is None:
            raise NotFound("there is no such grant")
        if given.role == Role.ADMINISTRATOR:
            somebody_else_gives_access(given.user)
        common.close(given, until or common.day())
        _enter(desk, "grant.end", given)


def find_user(user: int) -> User:
    """A user who can still sign in; raises NotFound, Refused."""
    found = User.objects.select_for_update().filter(pk=user).first()
    if found is None:
        raise NotFound("there is no such user")
    if not found.is_active:
        raise Refused("{user} was ended; add a new user instead", user=found.name)
    return found


def somebody_else_gives_access(user: User) -> None:
    """Raise Refused when, without `user`, nobody could give access any more."""
    day = common.day()
    lasting = Grant.objects.select_for_update().filter(
        current(day), Q(until=None), role=Role.ADMINISTRATOR, user__is_active=True
    )
    holds = Grant.objects.filter(current(day), role=Role.ADMINISTRATOR, user=user).exists()
    if holds and not lasting.exclude(user=user).exists():
        raise Refused(
            "{user} is the last who can give access; give another the role of administrator first", user=user.name
        )


def _not_oneself(desk: Desk, target: User) -> None:
    same = desk.user == target.pk or (desk.person is not None and desk.person == target.person_id)
    if same:
        raise Refused("nobody gives a role to themself; ask another administrator")


def _apart(target: User, role: Role, since: date, until: date | None) -> None:
    """Whoever gives access or runs the machine never holds a role that reads, on any day, under any of their names."""
    barred = READING if role in WITHOUT_CONTENT else WITHOUT_CONTENT if role in READING else frozenset()
    same = Q(user=target) if target.person_id is None else Q(user=target) | Q(user__person=target.person_id)
    overlapping = Grant.objects.filter(same, Q(until=None) | Q(until__gt=since), role__in=barred, user__is_active=True)
    if until is not None:
        overlapping = overlapping.filter(Q(since=None) | Q(since__lt=until))
    if overlapping.exists():
        raise Refused(
            "{user} would both keep the archive or its access and read messages; one person cannot hold both roles",
            user=target.name,
        )


def _there(found: T | None, what: str) -> T:
    if found is None:
        raise NotFound("there is no such {what}", what=what)
    return found


def _enter(desk: Desk, act: str, given: Grant) -> None:
    detail = {
        "grant": given.pk,
        "role": given.role,
        "group": None if given.group is None else given.group.key,
        "person": None if given.person is None else given.person.key,
        "since": common.iso(given.since),
        "until": common.iso(given.until),
    }
    enter(desk, Entry(act=act, actor=desk.actor, object=f"user:{given.user.name}", detail=detail), type="cfg")
