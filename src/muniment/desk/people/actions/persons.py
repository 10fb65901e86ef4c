"""Keeps people, their handles and their accounts: what was so stays so for its time, and what is new begins on a day."""

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people.actions import common
from muniment.desk.people.models import Handle, Holding, Person
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound, Refused

if TYPE_CHECKING:
    from django.db.models import QuerySet

D = TypeVar("D", Handle, Holding)


def add_person(
    desk: Desk,
    key: str,
    name: str,
    kind: str,
    *,
    other_name: str = "",
    email: str = "",
    since: date | None = None,
    until: date | None = None,
) -> int:
    """Add somebody the firm knows, under the firm's own id for them; returns the number of the person. Raises Refused."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        common.span(since, until)
        given = common.name(key, _("the firm's id"), 100)
        if Person.objects.filter(key=given).exists():
            raise Refused("there is a person {key} already", key=given)
        person = Person(key=given, since=since, until=until)
        _fill(person, name, kind, other_name, email)
        person.save()
        _enter(desk, "person.add", person, **told(person))
    return person.pk


def change_person(desk: Desk, person: int, name: str, kind: str, *, other_name: str = "", email: str = "") -> None:
    """Correct how somebody is named; what was said before stays in the audit log. Raises Refused and NotFound."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = find_person(person)
        before = told(found)
        _fill(found, name, kind, other_name, email)
        found.save()
        _enter(desk, "person.change", found, before=before, after=told(found))


def end_person(desk: Desk, person: int, until: date | None = None) -> None:
    """Say that somebody left before `until` (today). Their records, handles and accounts stay; end those apart."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = find_person(person)
        common.close(found, until or common.day())
        _enter(desk, "person.end", found, until=common.iso(found.until))


def begin_handle(
    desk: Desk,
    person: int,
    channel: str,
    native: str,
    *,
    since: date | None = None,
    until: date | None = None,
    origin: str = "hand",
) -> int:
    """Say that an address on a platform is somebody's, for a time; refused while it is anybody's. Returns its number."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = find_person(person)
        common.span(since, until)
        address = common.native(native)
        where = common.name(channel, _("the channel"), 40)
        if taken := _overlapping(Handle.objects.filter(channel=where, native=address), since, until):
            raise Refused(
                "this handle is {key}'s in that time; end it there first, on the day it changed hands",
                key=taken.person.key,
            )
        handle = Handle.objects.create(
            person=found, channel=where, native=address, since=since, until=until, origin=origin
        )
        detail = {"channel": where, "native": address, "since": common.iso(since), "until": common.iso(until)}
        _enter(desk, "handle.begin", found, handle=handle.pk, **detail)
    return handle.pk


def end_handle(desk: Desk, handle: int, until: date | None = None) -> None:
    """Say that a handle was somebody's until before `until` (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = Handle.objects.select_related("person").select_for_update().filter(pk=handle).first()
        if found is None:
            raise NotFound("there is no such {what}", what="handle")
        common.close(found, until or common.day())
        detail = {"channel": found.channel, "native": found.native, "until": common.iso(found.until)}
        _enter(desk, "handle.end", found.person, handle=found.pk, **detail)


def begin_holding(desk: Desk, person: int, source: str, *, since: date | None = None, until: date | None = None) -> int:
    """Say that a capture account is somebody's, for a time; several may hold one. Returns its number. Raises Refused.

    The register stands above people: whoever lets somebody do this calls `channels.actions.hold`, which asks it.
    """
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = find_person(person)
        common.span(since, until)
        if source not in accounts(desk):
            raise NotFound("there is no such {what}", what="account")
        if _overlapping(Holding.objects.filter(source=source, person=found), since, until):
            raise Refused("the account is theirs already in that time")
        holding = Holding.objects.create(person=found, source=source, since=since, until=until)
        dates = {"since": common.iso(since), "until": common.iso(until)}
        _enter(desk, "holding.begin", found, holding=holding.pk, source=source, **dates)
    return holding.pk


def end_holding(desk: Desk, holding: int, until: date | None = None) -> None:
    """Say that an account was somebody's until before `until` (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = Holding.objects.select_related("person").select_for_update().filter(pk=holding).first()
        if found is None:
            raise NotFound("there is no such {what}", what="holding")
        common.close(found, until or common.day())
        _enter(desk, "holding.end", found.person, holding=found.pk, source=found.source, until=common.iso(found.until))


def find_person(person: int) -> Person:
    """Somebody by the number of their row; raises NotFound."""
    found = Person.objects.select_for_update().filter(pk=person).first()
    if found is None:
        raise NotFound("there is no such {what}", what="person")
    return found


def told(person: Person) -> dict[str, str | None]:
    """What the audit log keeps of how somebody is named."""
    return {
        "name": person.name,
        "other_name": person.other_name,
        "kind": person.kind,
        "email": person.email,
        "since": common.iso(person.since),
        "until": common.iso(person.until),
    }


def _fill(person: Person, name: str, kind: str, other_name: str, email: str) -> None:
    if kind not in Person.Kind.values:
        raise Refused(
            "there is no kind {got}; expected one of {known}", got=repr(kind[:20]), known=", ".join(Person.Kind.values)
        )
    person.name, person.kind = common.name(name, _("the name"), 200), kind
    person.other_name = common.name(other_name, _("the other name"), 200, empty=True)
    person.email = common.email(email)


def _overlapping(rows: "QuerySet[D]", since: date | None, until: date | None) -> D | None:
    condition = Q()
    if since is not None:
        condition &= Q(until=None) | Q(until__gt=since)
    if until is not None:
        condition &= Q(since=None) | Q(since__lt=until)
    return rows.filter(condition).select_related("person").first()


def _enter(desk: Desk, act: str, person: Person, **detail: object) -> None:
    enter(desk, Entry(act=act, actor=desk.actor, object=f"person:{person.key}", detail=detail), type="cfg")
