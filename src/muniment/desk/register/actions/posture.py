"""Says what must be so on an account or a device, and keeps what was shown of it."""

from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.actions import common as days
from muniment.desk.register.actions import common
from muniment.desk.register.models import Device, Evidence, Posture
from muniment.desk.register.words import ITEM
from muniment.record.errors import NotFound, Refused

GOOD_FOR = range(1, 3 * 366 + 1)
"""Days for which evidence can be good."""


def ask_for(desk: Desk, item: str, *, device: int | None = None, source: str = "", every: int = 90) -> int:
    """Ask that something be so on a device or on an account, shown anew every so many days; its number. Raises Refused, NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        common.choice(item, ITEM)
        if every not in GOOD_FOR:
            raise Refused("expected 1 to {most} days, got {got}", most=GOOD_FOR[-1], got=every)
        if (device is None) == (not source):
            raise Refused("expected a device or an account; give one of them")
        if source:
            common.account(desk, source)
        if device is not None and not Device.objects.filter(pk=device, until=None).exists():
            raise NotFound("there is no such {what}", what="device")
        if Posture.objects.filter(item=item, device=device, source=source, until=None).exists():
            raise Refused("this is asked for there already")
        made = Posture.objects.create(
            item=item, device_id=device, source=source, days=every, since=days.day(), actor=desk.actor
        )
        common.log(desk, "posture.ask", _object(made), item=item, device=device, source=source, days=every)
    return made.pk


def show(desk: Desk, posture: int, text: str, on: date | None = None, *, met: bool = True) -> None:
    """Keep what was seen on a day (today): that it is so, or is not. What was shown before stays. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found, day = _find(posture), common.past(on or days.day())
        said = common.text(text, _("what was seen"))
        due = day + timedelta(days=found.days)
        Evidence.objects.create(posture=found, met=met, text=said, on=day, due=due, actor=desk.actor)
        common.log(desk, "posture.show", _object(found), met=met, text=said, on=day.isoformat(), due=due.isoformat())


def drop(desk: Desk, posture: int, until: date | None = None) -> None:
    """Ask for it no longer from a day on (today); it stays on record. Raises Refused and NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    with transaction.atomic():
        found = _find(posture)
        days.close(found, until or days.day())
        common.log(desk, "posture.drop", _object(found), until=days.iso(found.until))


def _find(posture: int) -> Posture:
    found = Posture.objects.select_for_update().filter(pk=posture).first()
    if found is None:
        raise NotFound("there is no such {what}", what="item")
    return found


def _object(posture: Posture) -> str:
    return f"posture:{posture.pk}"
