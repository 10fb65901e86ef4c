"""From a handle to the person behind it, and from an unknown handle to whose it may be. A name alone decides nothing."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q

from muniment.desk.people.access.authority import firm
from muniment.desk.people.models import Handle, Person
from muniment.desk.people.scope import CONTACTS
from muniment.record.clock import SECOND
from muniment.search.tokens import fold

_AT_ONCE = 400
"""Values of one query, well below what either database takes."""
_DIGITS = re.compile(r"[0-9]+")
FEWEST_DIGITS = 8
"""Shorter numbers are extensions and short codes; they say nothing."""


@dataclass(frozen=True, slots=True)
class Who:
    """A person, as far as a page that shows a message needs to know."""

    number: int
    key: str
    name: str
    other_name: str
    kind: str


class Reason(StrEnum):
    """Why a handle may be somebody's."""

    KEY = "key"
    """The platform calls them by the firm's own id."""
    EMAIL = "email"
    PHONE = "phone"
    HANDLE = "handle"
    """They have the same address on another channel."""
    NAME = "name"
    """The same name is shown; a hint for a reader, never enough."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody whose handle this may be. `enough` is False for a name: it may be shown, and there is no button for it."""

    person: Who
    reason: Reason
    enough: bool


class Whose:
    """Who was behind some handles, looked up in one go."""

    def __init__(self, handles: Iterable[Handle], zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[tuple[str, str], list[Handle]] = defaultdict(list)
        for handle in handles:
            self._known[handle.channel, handle.native].append(handle)

    def at(self, channel: str, native: str, at: int | None) -> Who | None:
        """The person behind a handle at a time (µs UTC); without a time, whoever had it always."""
        day = None if at is None else datetime.fromtimestamp(at // SECOND, UTC).astimezone(self._zone).date()
        for handle in self._known.get((channel, native), ()):
            if _so(handle, day):
                return _who(handle.person)
        return None


def whose(handles: Collection[tuple[str, str]]) -> Whose:
    """Who was behind these handles (channel, native id), for a page that shows many messages."""
    wanted = set(handles)
    natives = sorted({native for _, native in wanted})
    found: list[Handle] = []
    for start in range(0, len(natives), _AT_ONCE):
        rows = (
            Handle.objects.filter(native__in=natives[start : start + _AT_ONCE]).select_related("person").order_by("id")
        )
        found += [row for row in rows if (row.channel, row.native) in wanted]
    return Whose(found, ZoneInfo(firm().zone))


def who(channel: str, native: str, at: int | None) -> Who | None:
    """The person behind one handle at a time (µs UTC)."""
    return whose([(channel, native)]).at(channel, native, at)


def other_handles(handles: Collection[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every handle (channel, native id) of the people who have had one of these, in the order they were entered."""
    natives = sorted({native for _, native in handles})
    rows = Handle.objects.filter(native__in=natives[:_AT_ONCE])
    people = {row.person_id for row in rows if (row.channel, row.native) in handles}
    found = Handle.objects.filter(person__in=people).order_by("id").values_list("channel", "native")
    return list(dict.fromkeys(found))


class Namesakes:
    """Everybody by their folded names, read once for a page of handles."""

    def __init__(self) -> None:
        self._ids: dict[str, list[int]] = defaultdict(list)
        self._known = {native.casefold() for native in Handle.objects.values_list("native", flat=True).iterator()}
        people = Person.objects.order_by("id").values_list("pk", "key", "email", "name", "other_name")
        for number, key, email, name, other in people.iterator():
            self._known |= {key.casefold(), email.casefold()}
            for each in {plain(name), plain(other)} - {""}:
                self._ids[each].append(number)

    def knows(self, native: str) -> bool:
        """Whether it may be somebody's key, address or handle, in whatever case; when not, nobody need be looked for."""
        return native.casefold() in self._known

    def of(self, displays: Iterable[str]) -> list[Person]:
        """Whoever bears one of these names, ten at most."""
        ids = sorted({key for each in {plain(display) for display in displays} for key in self._ids.get(each, ())})
        return list(Person.objects.filter(pk__in=ids[:10]).order_by("id")) if ids else []


def suggest(
    channel: str, native: str, displays: Collection[str] = (), *, namesakes: Namesakes | None = None
) -> list[Suggestion]:
    """Whose an unknown handle may be, the best reasons first, at most ten; nothing is applied by this.

    `displays` are the names under which the platform showed it; who asks for many handles hands in the `namesakes`.
    """
    found: dict[int, Suggestion] = {}

    def add(people: Iterable[Person], reason: Reason) -> None:
        for person in people:
            found.setdefault(person.pk, Suggestion(_who(person), reason, enough=reason is not Reason.NAME))

    known = namesakes is None or namesakes.knows(native)
    if known:
        add(Person.objects.filter(key__iexact=native)[:10], Reason.KEY)
    if known and "@" in native:
        add(Person.objects.filter(email__iexact=native)[:10], Reason.EMAIL)
        add(_behind(Handle.objects.filter(channel="email", native__iexact=native)), Reason.EMAIL)
    if digits := phone(native):
        ending = Q(native__endswith=digits[-2:]) | Q(native__contains=f"{digits[-2:]}@")
        near = Handle.objects.filter(ending).select_related("person").order_by("id").iterator()
        add(_behind(row for row in near if phone(row.native) == digits), Reason.PHONE)
    if known:
        elsewhere = Handle.objects.filter(native=native).exclude(channel=channel).exclude(channel__in=CONTACTS)
        add(_behind(elsewhere.select_related("person").order_by("id")[:10]), Reason.HANDLE)
    if len(found) < 10 and displays:
        add((namesakes or Namesakes()).of(displays), Reason.NAME)
    return list(found.values())[:10]


def phone(text: str) -> str:
    """The digits of an international number, without what people put between them; empty when it is none.

    `+852 0555 6101`, `85205556101` and `85205556101@s.whatsapp.net` are the same; without its country a number is another.
    """
    number = unicodedata.normalize("NFKC", text).partition("@")[0]
    if not re.fullmatch(r"\s*\+?[0-9 ().\-\u2010-\u2015]+", number):
        return ""
    digits = "".join(_DIGITS.findall(number))
    digits = digits[2:] if number.lstrip().startswith("00") else digits
    return digits if FEWEST_DIGITS <= len(digits) <= 15 else ""


def plain(name: str) -> str:
    """A name for comparison: folded as search folds it, without spaces."""
    return "".join(fold(name).split())


def _behind(handles: Iterable[Handle]) -> Iterable[Person]:
    return (handle.person for handle in handles)


def _so(handle: Handle, day: date | None) -> bool:
    if day is None:
        return handle.since is None and handle.until is None
    return (handle.since is None or handle.since <= day) and (handle.until is None or handle.until > day)


def _who(person: Person) -> Who:
    return Who(person.pk, person.key, person.name, person.other_name, person.kind)
