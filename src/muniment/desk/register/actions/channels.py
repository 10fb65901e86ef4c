"""Decides about channels, keeps their risk assessments, and registers people for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from muniment.capture.registry import connectors, live_connectors
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.actions import common as days
from muniment.desk.people.models import current
from muniment.desk.register.actions import common
from muniment.desk.register.models import Assessment, Channel, Registration, Standing
from muniment.desk.register.words import CONDITIONS, PROHIBITED, STATUS
from muniment.record.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Approval:
    """A written approval: who gave it, when, and where it is kept."""

    by: str
    on: date
    reference: str = ""


def add_channel(desk: Desk, name: str, covered: Sequence[str] = ()) -> int:
    """Enter a channel and the connectors whose accounts are on it; its number. Nothing is decided yet. Raises Refused."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        given = days.name(name, _("the name"), 100)
        if Channel.objects.filter(name=given).exists():
            raise Refused("there is a channel {name} already", name=repr(given))
        made = Channel.objects.create(name=given, connectors=_connectors(covered, None))
        common.log(desk, "channel.add", _object(made), name=given, connectors=made.connectors)
    return made.pk


def cover(desk: Desk, channel: int, covered: Sequence[str]) -> None:
    """Say which connectors' accounts are on a channel; what was said before stays in the audit log. Raises Refused, NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = _find(channel)
        before, found.connectors = found.connectors, _connectors(covered, found)
        found.save(update_fields=["connectors"])
        common.log(desk, "channel.cover", _object(found), before=before, after=found.connectors)


def decide(
    desk: Desk, channel: int, status: str, approval: Approval, *, conditions: str = "", since: date | None = None
) -> None:
    """Approve of a channel, with conditions or without, or prohibit it, from a day on (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, begins = _find(channel), since or days.day()
        common.choice(status, STATUS)
        said = common.text(conditions, _("the conditions"), empty=status != CONDITIONS)
        common.follow(Standing.objects.filter(channel=found).order_by("-pk").first(), begins)
        made = Standing.objects.create(
            channel=found, status=status, conditions=said, since=begins, actor=desk.actor, **_approval(approval)
        )
        common.log(
            desk,
            "channel.decide",
            _object(found),
            status=status,
            conditions=said,
            approved_by=made.approved_by,
            approved_on=made.approved_on.isoformat(),
            reference=made.reference,
            since=begins.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """What a risk assessment says of a channel."""

    features: str
    deletion: str
    encryption: str
    outage: str


def assess(desk: Desk, channel: int, findings: Findings, by: str, on: date, review_by: date) -> None:
    """Enter a risk assessment, in place of the one before from the day on which it was made. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = _find(channel)
        common.past(on)
        if review_by <= on:
            raise Refused("expected a review after {on}, got {got}", on=on.isoformat(), got=review_by.isoformat())
        common.follow(Assessment.objects.filter(channel=found).order_by("-pk").first(), on)
        made = Assessment.objects.create(
            channel=found,
            features=common.text(findings.features, _("features and limits")),
            deletion=common.text(findings.deletion, _("deleting and recalling")),
            encryption=common.text(findings.encryption, _("encryption")),
            outage=common.text(findings.outage, _("outage")),
            assessed_by=days.name(by, _("the name"), 200),
            assessed_on=on,
            review_by=review_by,
            since=on,
            actor=desk.actor,
        )
        common.log(
            desk,
            "channel.assess",
            _object(found),
            features=made.features,
            deletion=made.deletion,
            encryption=made.encryption,
            outage=made.outage,
            assessed_by=made.assessed_by,
            assessed_on=on.isoformat(),
            review_by=review_by.isoformat(),
        )


def register_person(
    desk: Desk, channel: int, person: int, approval: Approval, *, since: date | None = None, until: date | None = None
) -> int:
    """Let somebody use a channel from a day on (today); the number of the registration. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, who, begins = _find(channel), common.person(person), since or days.day()
        days.span(begins, until)
        standing = Standing.objects.filter(current(begins), channel=found).order_by("-pk").first()
        if standing is None or standing.status == PROHIBITED:
            raise Refused(
                "{channel} is not approved on {day}; enter its written approval first",
                channel=found.name,
                day=begins.isoformat(),
            )
        rows = Registration.objects.filter(channel=found, person=who).filter(Q(until=None) | Q(until__gt=begins))
        if until is not None:
            rows = rows.filter(Q(since=None) | Q(since__lt=until))
        if rows.exists():
            raise Refused("{key} is registered already in that time", key=who.key)
        if not approval.reference.strip():
            raise Refused("{what} is empty; give one", what=_("the reference or licence number"))
        made = Registration.objects.create(
            channel=found, person=who, since=begins, until=until, actor=desk.actor, **_approval(approval)
        )
        common.log(
            desk,
            "registration.begin",
            _object(found),
            person=who.key,
            registration=made.pk,
            approved_by=made.approved_by,
            approved_on=made.approved_on.isoformat(),
            reference=made.reference,
            since=begins.isoformat(),
            until=days.iso(until),
        )
    return made.pk


def end_registration(desk: Desk, registration: int, until: date | None = None) -> None:
    """Say that somebody may use a channel until before `until` (today). Raises Refused and NotFound.

    It switches no account off: what is written there still has to be captured. Home says so until somebody acts.
    """
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = (
            Registration.objects.select_related("person", "channel").select_for_update().filter(pk=registration).first()
        )
        if found is None:
            raise NotFound("there is no such {what}", what="registration")
        days.close(found, until or days.day())
        common.log(
            desk,
            "registration.end",
            _object(found.channel),
            person=found.person.key,
            registration=found.pk,
            until=days.iso(found.until),
        )


def _find(channel: int) -> Channel:
    found = Channel.objects.select_for_update().filter(pk=channel).first()
    if found is None:
        raise NotFound("there is no such {what}", what="channel")
    return found


def _connectors(covered: Sequence[str], own: Channel | None) -> list[str]:
    known = sorted({*connectors(), *live_connectors()})
    for each in covered:
        common.choice(each, known)
        other = next((row for row in Channel.objects.all() if each in row.connectors and row != own), None)
        if other is not None:
            raise Refused(
                "{connector} belongs to {channel} already; take it from there first", connector=each, channel=other.name
            )
    return sorted(set(covered))


def _approval(approval: Approval) -> dict[str, str | date]:
    return {
        "approved_by": days.name(approval.by, _("who approved"), 200),
        "approved_on": common.past(approval.on),
        "reference": days.name(approval.reference, _("the reference"), 200, empty=True),
    }


def _object(channel: Channel) -> str:
    return f"channel:{channel.pk}"
