"""Brings a people feed in: what it would change is shown first, then all of it is one transaction with its audit entry.

Nobody is ended by being left out: who is missing from the feed is reported. What a feed does not say stays as it is.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import version
from muniment.desk.people.actions import common
from muniment.desk.people.models import Group, Handle, Membership, Person, Supervision, current
from muniment.desk.people.sheet import Rejected, Row, read
from muniment.record.errors import Refused


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a row: its fields (English names of columns), before and after."""

    number: int
    key: str
    name: str
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance sheet of a feed: `seen` rows are added, changed, unchanged or rejected, each a list."""

    encoding: str
    sha256: str
    seen: int
    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    unchanged: tuple[Change, ...]
    rejected: tuple[Rejected, ...]
    missing: tuple[Change, ...]
    """People that the archive knows, who have not left, and whom the feed does not name (their row number is 0)."""
    unlisted: tuple[Change, ...]
    """Handles that the archive knows and the feed leaves out for somebody whom it names; they stay."""

    @property
    def balanced(self) -> bool:
        return self.seen == len(self.added) + len(self.changed) + len(self.unchanged) + len(self.rejected)


def preview_feed(desk: Desk, content: bytes, encoding: str = "") -> Balance:
    """What a feed would do; nothing is changed. Raises Refused when the file is no feed."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        return _Feed().plan(content, encoding)


def apply_feed(desk: Desk, content: bytes, encoding: str = "") -> Balance:
    """Bring a feed in, all rows that are not rejected or none; raises Refused."""
    desk.authority.require(Capability.PEOPLE_CHANGE)
    with transaction.atomic():
        feed = _Feed()
        balance = feed.plan(content, encoding)
        feed.write()
        counts = {
            name: len(getattr(balance, name)) for name in ("added", "changed", "unchanged", "rejected", "missing")
        }
        detail = {
            "encoding": balance.encoding,
            "added": [change.key for change in balance.added],
            "changed": {change.key: [list(each) for each in change.fields] for change in balance.changed},
        }
        entry = Entry(
            act="people.feed",
            actor=desk.actor,
            object=f"sha256:{balance.sha256}",
            counts={"seen": balance.seen, **counts},
            detail=detail,
        )
        enter(desk, entry, type="cfg")
    return balance


@dataclass(slots=True)
class _Feed:
    """One feed against what is known: the plan, and the rows that it would write."""

    day: date = field(default_factory=common.day)
    people: dict[str, Person] = field(default_factory=dict)
    handles: dict[tuple[str, str], list[Handle]] = field(default_factory=lambda: defaultdict(list))
    desks: dict[int, Membership] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    above: set[tuple[str, str]] = field(default_factory=set)
    writes: list[Callable[[], object]] = field(default_factory=list)
    new_people: list[Person] = field(default_factory=list)
    new_members: list[Membership] = field(default_factory=list)
    new_handles: list[Handle] = field(default_factory=list)

    def plan(self, content: bytes, encoding: str) -> Balance:
        sheet = read(content, encoding)
        self._load()
        rejected = list(sheet.rejected)
        fates: dict[str, list[Change]] = {"added": [], "changed": [], "unchanged": []}
        listed = {row.key for row in sheet.rows} | {each.key for each in rejected}
        before = dict(self.people)
        good: list[Row] = []
        for row in sheet.rows:
            try:
                self._check(row, listed)
                good.append(row)
            except Refused as refusal:
                rejected.append(Rejected(row.number, row.key, refusal))
        for row in good:
            person = self.people.get(row.key)
            if person is None:
                fates["added"].append(self._add(row))
            else:
                change = self._change(row, person)
                fates["changed" if change.fields else "unchanged"].append(change)
        for row in good:
            self._set_above(row)
        missing = [
            Change(0, person.key, person.name)
            for person in before.values()
            if person.key not in listed and (person.until is None or person.until > self.day)
        ]
        return Balance(
            sheet.encoding,
            hashlib.sha256(content).hexdigest(),
            len(sheet.rows) + len(sheet.rejected),
            tuple(fates["added"]),
            tuple(fates["changed"]),
            tuple(fates["unchanged"]),
            tuple(sorted(rejected, key=lambda each: each.number)),
            tuple(missing),
            tuple(self._unlisted(good, before)),
        )

    def write(self) -> None:
        """Write everything planned; the caller's transaction makes it one."""
        Person.objects.bulk_create(self.new_people, batch_size=500)
        for write in self.writes:
            write()
        Membership.objects.bulk_create(self.new_members, batch_size=500)
        Handle.objects.bulk_create(self.new_handles, batch_size=500)
        version.changed()

    def _load(self) -> None:
        self.people = {person.key: person for person in Person.objects.select_for_update()}
        for handle in Handle.objects.select_related("person"):
            self.handles[handle.channel, handle.native].append(handle)
        in_desks = Membership.objects.filter(current(self.day), group__kind=Group.Kind.DESK).select_related("group")
        self.desks = {each.person_id: each for each in in_desks}
        self.groups = {group.key: group for group in Group.objects.all()}
        now = Supervision.objects.filter(current(self.day)).values_list("group__key", "supervisor__key")
        self.above = set(now)

    def _check(self, row: Row, listed: set[str]) -> None:
        common.name(row.key, gettext("the firm's id"), 100)
        common.name(row.name, gettext("the name"), 200)
        common.name(row.other_name or "", gettext("the other name"), 200, empty=True)
        common.email(row.email or "")
        known = self.people.get(row.key)
        since = row.since or (known.since if known else None)
        common.span(since, row.until or (known.until if known else None))
        if row.desk is not None:
            common.name(row.desk, gettext("the desk"), 100)
            if (group := self.groups.get(row.desk)) is not None and group.kind != Group.Kind.DESK:
                raise Refused("{desk} is a group and no desk; name a desk", desk=row.desk)
        if row.supervisor is not None and row.supervisor not in self.people and row.supervisor not in listed:
            raise Refused("the supervisor {key} is neither known nor in this feed", key=repr(row.supervisor[:60]))
        if row.supervisor is not None and row.desk is None:
            raise Refused("a supervisor is one of a desk; say which desk")
        for channel, native in row.handles:
            common.name(channel, gettext("the channel"), 40)
            common.native(native)
            self._free(channel, native, row.key)
            self.handles[channel, native].append(
                Handle(person=known or Person(key=row.key), channel=channel, native=native)
            )

    def _free(self, channel: str, native: str, key: str) -> None:
        for handle in self.handles.get((channel, native), ()):
            ends = handle.until is None or handle.until > self.day
            if ends and handle.person.key != key:
                raise Refused(
                    "the handle {channel}:{native} is {key}'s; end it there first, on the day it changed hands",
                    channel=channel,
                    native=native,
                    key=handle.person.key,
                )

    def _add(self, row: Row) -> Change:
        person = Person(
            key=row.key,
            name=row.name,
            other_name=row.other_name or "",
            kind=row.kind,
            email=row.email or "",
            since=row.since,
            until=row.until,
        )
        self.people[row.key] = person
        self.new_people.append(person)
        fields = [("name", "", row.name)]
        fields += self._set_desk(row, person, row.since)
        fields += self._set_handles(row, person, row.since)
        return Change(row.number, row.key, row.name, tuple(fields))

    def _change(self, row: Row, person: Person) -> Change:
        fields: list[tuple[str, str, str]] = []
        for name in ("name", "kind", "other_name", "email", "since", "until"):
            said, known = getattr(row, name), getattr(person, name)
            if said is not None and said != known:
                fields.append((name, _text(known), _text(said)))
                setattr(person, name, said)
        if fields:
            self.writes.append(person.save)
        fields += self._set_desk(row, person, self.day)
        fields += self._set_handles(row, person, self.day)
        return Change(row.number, row.key, row.name, tuple(fields))

    def _set_desk(self, row: Row, person: Person, since: date | None) -> list[tuple[str, str, str]]:
        now = self.desks.get(person.pk) if person.pk else None
        if row.desk is None or (now is not None and now.group.key == row.desk):
            return []
        group = self._group(row.desk)
        if now is not None:
            self.writes.append(lambda: common.close(now, self.day))
        self.new_members.append(Membership(group=group, person=person, since=since))
        return [("desk", "" if now is None else now.group.key, row.desk)]

    def _set_handles(self, row: Row, person: Person, since: date | None) -> list[tuple[str, str, str]]:
        fields = []
        for channel, native in dict.fromkeys(row.handles):
            known = [each for each in self.handles[channel, native] if each.pk and each.person_id == person.pk]
            if any(each.until is None or each.until > self.day for each in known):
                continue
            handle = Handle(person=person, channel=channel, native=native, since=since, origin="feed")
            self.new_handles.append(handle)
            fields.append(("handles", "", f"{channel}:{native}"))
        return fields

    def _set_above(self, row: Row) -> None:
        if row.desk is None or row.supervisor is None or (row.desk, row.supervisor) in self.above:
            return
        supervisor = self.people.get(row.supervisor)
        if supervisor is None:  # its own row was rejected
            return
        self.above.add((row.desk, row.supervisor))
        group = self._group(row.desk)
        self.writes.append(lambda: Supervision.objects.create(group=group, supervisor=supervisor, since=self.day))

    def _group(self, key: str) -> Group:
        if key not in self.groups:
            group = self.groups[key] = Group(key=key, name=key, kind=Group.Kind.DESK)
            self.writes.append(group.save)
        return self.groups[key]

    def _unlisted(self, rows: list[Row], before: dict[str, Person]) -> list[Change]:
        found = []
        said = {row.key: set(row.handles) for row in rows if row.handles}
        for (channel, native), handles in self.handles.items():
            for handle in handles:
                key = handle.person.key if handle.pk else ""
                ends = handle.until is None or handle.until > self.day
                if key in said and key in before and ends and (channel, native) not in said[key]:
                    found.append(Change(0, key, f"{channel}:{native}"))
        return found


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
