"""Keeps desks and groups, who is in them and who supervises them, from a day to a day."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people.actions import common
from muniment.desk.people.actions.persons import find_person
from muniment.desk.people.models import Group, Membership, Supervision
from muniment.record.errors import NotFound, Refused


def add_group(desk: Desk, key: str, name: str, kind: str = "desk") -> int:
    """Add a desk, or a group for supervision; returns its number. Raises Refused."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        given = common.name(key, _("the firm's id"), 100)
        if Group.objects.filter(key=given).exists():
            raise Refused("there is a desk or group {key} already", key=given)
        if kind not in Group.Kind.values:
            raise Refused(
                "there is no kind {got}; expected one of {known}",
                got=repr(kind[:20]),
                known=", ".join(Group.Kind.values),
            )
        group = Group.objects.create(key=given, name=common.name(name, _("the name"), 200), kind=kind)
        enter(
            desk,
            Entry(
                act="group.add", actor=desk.actor, object=f"group:{given}", detail={"name": group.name, "kind": kind}
            ),
            type="cfg",
        )
    return group.pk


def begin_membership(
    desk: Desk, group: int, person: int, *, since: date | None = None, until: date | None = None
) -> int:
    """Put somebody into a desk or group for a time; returns the number of the membership. Raises Refused and NotFound.

    Whoever reads the group's messages reads theirs too, all of them, while they are in it.
    """
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        where, who = _find(group), find_person(person)
        common.span(since, until)
        if _within(since, until, Membership.objects.filter(group=where, person=who)):
            raise Refused("{key} is in it already in that time", key=who.key)
        made = Membership.objects.create(group=where, person=who, since=since, until=until)
        _enter(desk, "member.begin", where, person=who.key, since=common.iso(since), until=common.iso(until))
    return made.pk


def end_membership(desk: Desk, membership: int, until: date | None = None) -> None:
    """Say that somebody was in a group until before `until` (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = Membership.objects.select_related("group", "person").select_for_update().filter(pk=membership).first()
        if found is None:
            raise NotFound("there is no such {what}", what="membership")
        common.close(found, until or common.day())
        _enter(desk, "member.end", found.group, person=found.person.key, until=common.iso(found.until))


def begin_supervision(
    desk: Desk, group: int, person: int, *, since: date | None = None, until: date | None = None
) -> int:
    """Say who supervises a group, for a time; returns the number. It opens no message by itself: that is a grant's work."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        where, who = _find(group), find_person(person)
        common.span(since, until)
        if _within(since, until, Supervision.objects.filter(group=where, supervisor=who)):
            raise Refused("{key} supervises it already in that time", key=who.key)
        made = Supervision.objects.create(group=where, supervisor=who, since=since, until=until)
        _enter(desk, "supervisor.begin", where, person=who.key, since=common.iso(since), until=common.iso(until))
    return made.pk


def end_supervision(desk: Desk, supervision: int, until: date | None = None) -> None:
    """Say that somebody supervised a group until before `until` (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        found = (
            Supervision.objects.select_related("group", "supervisor").select_for_update().filter(pk=supervision).first()
        )
        if found is None:
            raise NotFound("there is no such {what}", what="supervision")
        common.close(found, until or common.day())
        _enter(desk, "supervisor.end", found.group, person=found.supervisor.key, until=common.iso(found.until))


def _find(group: int) -> Group:
    found = Group.objects.select_for_update().filter(pk=group).first()
    if found is None:
        raise NotFound("there is no such {what}", what="group")
    return found


def _within(since: date | None, until: date | None, rows: QuerySet[Membership] | QuerySet[Supervision]) -> bool:
    if since is not None:
        rows = rows.filter(Q(until=None) | Q(until__gt=since))
    if until is not None:
        rows = rows.filter(Q(since=None) | Q(since__lt=until))
    return rows.exists()


def _enter(desk: Desk, act: str, group: Group, **detail: object) -> None:
    enter(desk, Entry(act=act, actor=desk.actor, object=f"group:{group.key}", detail=detail), type="cfg")
