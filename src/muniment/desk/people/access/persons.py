"""The people, desks and groups of the firm, as their pages show them."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access.authority import firm, today
from muniment.desk.people.access.finding import find
from muniment.desk.people.models import (
    Dated,
    Group,
    Handle,
    Holding,
    Membership,
    Person,
    Supervision,
    User,
    current,
)
from muniment.desk.people.scope import CONTACTS
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound

PAGE = 50


@dataclass(frozen=True, slots=True)
class Dates:
    """From a day until before another; None is open. `now` is whether that includes the firm's today."""

    since: date | None
    until: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list."""

    number: int
    key: str
    name: str
    other_name: str
    kind: str
    email: str
    dates: Dates
    desks: tuple[str, ...] = ()
    handles: int = 0


@dataclass(frozen=True, slots=True)
class People:
    """A page of the list: `kinds` counts everybody who fits the search, by kind."""

    rows: tuple[PersonRow, ...]
    total: int
    kinds: dict[str, int]
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Line:
    """Something dated about a person or group: a handle, an account, a membership. `number` is that of its row."""

    number: int
    what: str
    where: str
    dates: Dates
    link: int | None = None
    """The person or group it leads to."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose."""

    number: int
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything about one person."""

    row: PersonRow
    handles: tuple[Line, ...]
    holdings: tuple[Line, ...]
    memberships: tuple[Line, ...]
    supervises: tuple[Line, ...]
    supervisors: tuple[Line, ...]
    users: tuple[Line, ...]
    query: str
    """The search that finds their messages; empty while no handle is known."""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One desk or group, and how many are in it and supervise it today."""

    number: int
    key: str
    name: str
    kind: str
    members: int
    supervisors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Everything about one desk or group."""

    row: GroupRow
    members: tuple[Line, ...]
    supervisors: tuple[Line, ...]


def list_people(desk: Desk, search: str = "", kind: str = "", page: int = 1) -> People:
    """People whose name, other name, id, e-mail or handle holds `search`, by name; the reading is audited."""
    desk.authority.require(Capability.PEOPLE)
    found = find(search)
    kinds = dict.fromkeys(Person.Kind.values, 0) | Counter(each for _, each in found)
    chosen = [number for number, each in found if not kind or each == kind]
    total = len(chosen)
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = _rows(_people(chosen[(page - 1) * PAGE : page * PAGE]))
    desk.audit(
        Entry(act="people.read", actor=desk.actor, query=search or None, counts={"shown": len(rows), "found": total})
    )
    return People(rows, total, kinds, page, pages)


def person_page(desk: Desk, person: int) -> PersonPage:
    """One person; the reading is audited. Raises NotFound."""
    desk.authority.require(Capability.PEOPLE)
    found = Person.objects.filter(pk=person).first()
    if found is None:
        raise NotFound("there is no such {what}", what="person")
    day = firm_day()
    names = accounts(desk)
    handles = list(Handle.objects.filter(person=found).order_by("channel", "native", "id"))
    memberships = list(Membership.objects.filter(person=found).select_related("group").order_by("group__name", "id"))
    groups_now = [each.group_id for each in memberships if dates(each, day).now]
    above = Supervision.objects.filter(current(day), group__in=groups_now).exclude(supervisor=found)
    result = PersonPage(
        row=_rows([found])[0],
        handles=tuple(Line(each.pk, each.native, each.channel, dates(each, day)) for each in handles),
        holdings=tuple(
            Line(each.pk, names.get(each.source, each.source), each.source, dates(each, day))
            for each in Holding.objects.filter(person=found).order_by("id")
        ),
        memberships=tuple(
            Line(each.pk, each.group.name, each.group.key, dates(each, day), each.group_id) for each in memberships
        ),
        supervises=tuple(
            Line(each.pk, each.group.name, each.group.key, dates(each, day), each.group_id)
            for each in Supervision.objects.filter(supervisor=found)
            .select_related("group")
            .order_by("group__name", "id")
        ),
        supervisors=tuple(
            Line(each.pk, each.supervisor.name, each.group.name, dates(each, day), each.supervisor_id)
            for each in above.select_related("supervisor", "group").order_by("group__name", "supervisor__name")
        ),
        users=tuple(
            Line(each.pk, each.name, "", Dates(None, None, each.is_active))
            for each in User.objects.filter(person=found).order_by("id")
        ),
        query=_query(handles),
    )
    desk.audit(Entry(act="person.read", actor=desk.actor, object=f"person:{found.key}"))
    return result


def groups(desk: Desk) -> tuple[GroupRow, ...]:
    """All desks and groups, by name."""
    desk.authority.require(Capability.PEOPLE)
    return _group_rows(Group.objects.order_by("kind", "name"))


def group_page(desk: Desk, group: int) -> GroupPage:
    """One desk or group, who is and was in it; raises NotFound."""
    desk.authority.require(Capability.PEOPLE)
    rows = _group_rows(Group.objects.filter(pk=group))
    if not rows:
        raise NotFound("there is no such {what}", what="group")
    day = firm_day()
    members = Membership.objects.filter(group=group).select_related("person").order_by("person__name", "id")
    supervisors = (
        Supervision.objects.filter(group=group).select_related("supervisor").order_by("supervisor__name", "id")
    )
    return GroupPage(
        rows[0],
        tuple(Line(each.pk, each.person.name, each.person.key, dates(each, day), each.person_id) for each in members),
        tuple(
            Line(each.pk, each.supervisor.name, each.supervisor.key, dates(each, day), each.supervisor_id)
            for each in supervisors
        ),
    )


def person_choices(desk: Desk, search: str, limit: int = 20) -> tuple[Choice, ...]:
    """Some people whose name or id holds `search`, to choose one."""
    desk.authority.require(Capability.PEOPLE)
    people = _people([number for number, _ in find(search)[:limit]])
    return tuple(Choice(each.pk, each.key, each.name) for each in people)


def person_by_key(key: str) -> int | None:
    """The number of the person with the firm's own id `key`."""
    return Person.objects.filter(key=key.strip()).values_list("pk", flat=True).first()


def dates(dated: Dated, day: date) -> Dates:
    """The dates of something, as seen on `day`."""
    begun = dated.since is None or dated.since <= day
    return Dates(dated.since, dated.until, begun and (dated.until is None or dated.until > day))


def firm_day() -> date:
    """The firm's own day, in its own zone."""
    return today(ZoneInfo(firm().zone))


def _people(numbers: Sequence[int]) -> list[Person]:
    """These people, in this order."""
    found = Person.objects.in_bulk(numbers)
    return [found[number] for number in numbers if number in found]


def _rows(people: Sequence[Person]) -> tuple[PersonRow, ...]:
    day = firm_day()
    numbers = [person.pk for person in people]
    desks: dict[int, list[str]] = defaultdict(list)
    in_groups = Membership.objects.filter(current(day), person__in=numbers, group__kind=Group.Kind.DESK)
    for person, name in in_groups.order_by("group__name").values_list("person", "group__name"):
        desks[person].append(name)
    held = Handle.objects.filter(current(day), person__in=numbers)
    handles = dict(held.values_list("person").order_by("person").annotate(Count("id")))
    return tuple(
        PersonRow(
            person.pk,
            person.key,
            person.name,
            person.other_name,
            person.kind,
            person.email,
            dates(person, day),
            tuple(desks[person.pk]),
            handles.get(person.pk, 0),
        )
        for person in people
    )


def _group_rows(found: "QuerySet[Group]") -> tuple[GroupRow, ...]:
    day = firm_day()
    rows = list(found)
    numbers = [row.pk for row in rows]
    members = dict(
        Membership.objects.filter(current(day), group__in=numbers)
        .values_list("group")
        .order_by("group")
        .annotate(Count("id"))
    )
    supervisors: dict[int, list[str]] = defaultdict(list)
    now = Supervision.objects.filter(current(day), group__in=numbers).order_by("supervisor__name")
    for group, name in now.values_list("group", "supervisor__name"):
        supervisors[group].append(name)
    return tuple(
        GroupRow(row.pk, row.key, row.name, row.kind, members.get(row.pk, 0), tuple(supervisors[row.pk]))
        for row in rows
    )


def _query(handles: Sequence[Handle]) -> str:
    """A search in the query language for what was written or received under these handles."""
    parts = []
    for handle in handles:
        if handle.channel in CONTACTS or '"' in handle.native:
            continue
        part = f'with:"{handle.native}" channel:{handle.channel}'
        part += f" after:{handle.since.isoformat()}" if handle.since else ""
        part += f" before:{handle.until.isoformat()}" if handle.until else ""
        parts.append(f"({part})")
    return " OR ".join(parts)
