"""Keeps devices: entered, issued, taken back, seen, and removed from the register; each with its day."""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.actions import common as days
from muniment.desk.people.models import current
from muniment.desk.register.actions import common
from muniment.desk.register.models import Custody, Device
from muniment.desk.register.words import KIND
from muniment.record.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class About:
    """What a device is: its label, kind, telephone or serial number, operating system, and whether the firm manages it."""

    label: str
    kind: str
    native: str = ""
    system: str = ""
    managed: bool = False


def add_device(desk: Desk, about: About, since: date | None = None) -> int:
    """Enter a device; its number. It is with nobody yet. Raises Refused."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        made = Device(since=since or days.day(), actor=desk.actor)
        _fill(made, about)
        made.save()
        common.log(desk, "device.add", _object(made), **asdict(_about(made)), since=days.iso(made.since))
    return made.pk


def change_device(desk: Desk, device: int, about: About) -> None:
    """Correct what a device is; what was said before stays in the audit log. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = _find(device)
        before = asdict(_about(found))
        _fill(found, about)
        found.save()
        common.log(desk, "device.change", _object(found), before=before, after=asdict(_about(found)))


def issue(
    desk: Desk,
    device: int,
    *,
    person: int | None = None,
    source: str = "",
    location: str = "",
    since: date | None = None,
) -> None:
    """Give a device to somebody, put an account on it, or keep it somewhere, from a day on (today); whoever had it no longer has.

    Raises Refused and NotFound.
    """
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, begins = _find(device), common.past(since or days.day())
        who = None if person is None else common.person(person)
        where = days.name(location, _("the place"), 200, empty=True)
        if source:
            common.account(desk, source)
        if who is None and not source and not where:
            raise Refused("a device is issued to somebody, for an account, or to a place; give one of them")
        common.follow(Custody.objects.filter(device=found).order_by("-pk").first(), begins)
        Custody.objects.create(device=found, person=who, source=source, location=where, since=begins, actor=desk.actor)
        common.log(
            desk,
            "device.issue",
            _object(found),
            person=None if who is None else who.key,
            source=source,
            location=where,
            since=begins.isoformat(),
        )


def take_back(desk: Desk, device: int, until: date | None = None) -> None:
    """Say that a device was returned on a day (today). Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = _find(device)
        held = Custody.objects.select_for_update().filter(device=found, until=None).order_by("-pk").first()
        if held is None:
            raise Refused("the device is with nobody")
        days.close(held, common.past(until or days.day()))
        common.log(desk, "device.return", _object(found), until=days.iso(held.until))


def see(desk: Desk, device: int, on: date | None = None) -> None:
    """Say that a device was seen on a day (today), by hand or by an inventory. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, day = _find(device), common.past(on or days.day())
        found.seen_on = max(day, found.seen_on or day)
        found.save(update_fields=["seen_on"])
        common.log(desk, "device.see", _object(found), on=day.isoformat())


def remove_device(desk: Desk, device: int, until: date | None = None) -> None:
    """Let a device leave the register (lost, sold, destroyed), and whoever had it no longer has it; it stays on record."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, day = _find(device), common.past(until or days.day())
        days.close(found, day)
        for held in Custody.objects.filter(current(day), device=found):
            days.close(held, day)
        for each in found.postures.filter(until=None):
            days.close(each, day)
        common.log(desk, "device.remove", _object(found), until=days.iso(found.until))


def _find(device: int) -> Device:
    found = Device.objects.select_for_update().filter(pk=device).first()
    if found is None:
        raise NotFound("there is no such {what}", what="device")
    if found.until is not None:
        raise Refused("this ended already, on {until}", until=found.until.isoformat())
    return found


def _fill(device: Device, about: About) -> None:
    label = days.name(about.label, _("the label"), 100)
    if Device.objects.filter(label=label).exclude(pk=device.pk).exists():
        raise Refused("there is a device {label} already", label=repr(label))
    device.label, device.kind = label, common.choice(about.kind, KIND)
    number = about.native.strip()
    if len(number) > 100 or days.hidden(number):
        raise Refused("{what} holds characters that cannot be seen; type it anew", what=_("the number"))
    device.native = number
    device.system = days.name(about.system, _("the operating system"), 100, empty=True)
    device.managed = about.managed


def _about(device: Device) -> About:
    return About(device.label, device.kind, device.native, device.system, device.managed)


def _object(device: Device) -> str:
    return f"device:{device.pk}"
