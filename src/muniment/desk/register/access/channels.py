"""Channels with their states, risk assessments and the people who may use them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import Dates, firm_day
from muniment.desk.people.access.persons import dates
from muniment.desk.people.models import current
from muniment.desk.register.access.pages import PAGE, place
from muniment.desk.register.models import Assessment, Channel, Registration, Standing
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A state of a channel, and the writing that it rests on."""

    status: str
    conditions: str
    approved_by: str
    approved_on: date
    reference: str
    dates: Dates
    actor: str


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """A risk assessment; `overdue` when it stands today and should have been looked at again."""

    features: str
    deletion: str
    encryption: str
    outage: str
    assessed_by: str
    assessed_on: date
    review_by: date
    overdue: bool
    dates: Dates
    actor: str


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """Somebody's registration for a channel."""

    number: int
    person: int
    key: str
    name: str
    other_name: str
    channel: int
    channel_name: str
    approved_by: str
    approved_on: date
    reference: str
    dates: Dates


@dataclass(frozen=True, slots=True)
class Registrations:
    """A page of registrations by name. `total` counts all, `live` those of today."""

    rows: tuple[RegistrationRow, ...]
    total: int
    live: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel as it stands today; `standing` None where nobody decided."""

    number: int
    name: str
    connectors: tuple[str, ...]
    standing: StandingRow | None
    assessment: AssessmentRow | None
    registered: int
    """People with a registration today."""


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """A channel with everything that was ever decided about it, newest first, and a page of who is registered for it."""

    row: ChannelRow
    standings: tuple[StandingRow, ...]
    assessments: tuple[AssessmentRow, ...]
    registrations: Registrations


def channels(desk: Desk) -> tuple[ChannelRow, ...]:
    """All channels, by name."""
    desk.authority.require(Capability.ACCOUNTS)
    return _rows(Channel.objects.order_by("name"))


def channel(desk: Desk, number: int, page: int = 1) -> ChannelPage:
    """One channel; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    rows = _rows(Channel.objects.filter(pk=number))
    if not rows:
        raise NotFound("there is no such {what}", what="channel")
    day = firm_day()
    return ChannelPage(
        rows[0],
        tuple(_standing(each, day) for each in Standing.objects.filter(channel=number).order_by("-pk")),
        tuple(_assessment(each, day) for each in Assessment.objects.filter(channel=number).order_by("-pk")),
        registration_page(desk, channel=number, page=page),
    )


def registrations(
    desk: Desk, *, channel: int | None = None, person: int | None = None, live: bool = False
) -> tuple[RegistrationRow, ...]:
    """Who may or might use which channel, by name; `live` leaves out those that are not so today."""
    return registration_page(desk, channel=channel, person=person, live=live, size=None).rows


def registration_page(
    desk: Desk,
    *,
    channel: int | None = None,
    person: int | None = None,
    live: bool = False,
    page: int = 1,
    size: int | None = PAGE,
) -> Registrations:
    """A page of them, or all of them without a `size`."""
    desk.authority.require(Capability.ACCOUNTS)
    day = firm_day()
    every = Registration.objects.select_related("person", "channel").order_by("person__name", "channel__name", "-pk")
    if channel is not None:
        every = every.filter(channel=channel)
    if person is not None:
        every = every.filter(person=person)
    now = every.filter(current(day))
    total, today = every.count(), now.count()
    first, page, pages = place(today if live else total, page, size)
    chosen = now if live else every
    rows = tuple(_registration(each, day) for each in (chosen if size is None else chosen[first : first + size]))
    return Registrations(rows, total, today, page, pages)


def _registration(row: Registration, day: date) -> RegistrationRow:
    return RegistrationRow(
        row.pk,
        row.person_id,
        row.person.key,
        row.person.name,
        row.person.other_name,
        row.channel_id,
        row.channel.name,
        row.approved_by,
        row.approved_on,
        row.reference,
        dates(row, day),
    )


def _rows(found: Iterable[Channel]) -> tuple[ChannelRow, ...]:
    day = firm_day()
    standings = {each.channel_id: _standing(each, day) for each in Standing.objects.filter(current(day)).order_by("pk")}
    assessed = {
        each.channel_id: _assessment(each, day) for each in Assessment.objects.filter(current(day)).order_by("pk")
    }
    live = Registration.objects.filter(current(day)).values_list("channel").order_by("channel")
    registered = dict(live.annotate(Count("person", distinct=True)))
    return tuple(
        ChannelRow(
            each.pk,
            each.name,
            tuple(each.connectors),
            standings.get(each.pk),
            assessed.get(each.pk),
            registered.get(each.pk, 0),
        )
        for each in found
    )


def _standing(row: Standing, day: date) -> StandingRow:
    return StandingRow(
        row.status, row.conditions, row.approved_by, row.approved_on, row.reference, dates(row, day), row.actor
    )


def _assessment(row: Assessment, day: date) -> AssessmentRow:
    seen = dates(row, day)
    return AssessmentRow(
        row.features,
        row.deletion,
        row.encryption,
        row.outage,
        row.assessed_by,
        row.assessed_on,
        row.review_by,
        seen.now and row.review_by < day,
        seen,
        row.actor,
    )
