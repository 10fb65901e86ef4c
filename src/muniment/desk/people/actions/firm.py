"""Says which firm this archive is, in which time zone its days are counted, and to which regimes it answers."""

from collections.abc import Sequence

from django.db import transaction

from muniment.capture.audit import Entry
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import clock
from muniment.desk.people.actions import common
from muniment.desk.people.demonstration import ORIGIN
from muniment.desk.people.models import Firm
from muniment.record.errors import Refused

REGIMES = ("us-bd", "us-ia", "hk-lc", "sg-cms", "uk", "eu")
"""US broker-dealer and adviser, Hong Kong licensed corporation, Singapore licence holder, United Kingdom, European Union."""


def set_firm(
    desk: Desk,
    name: str,
    zone: str,
    regimes: Sequence[str] = (),
    *,
    number: str | None = None,
    demonstration: bool | None = None,
) -> None:
    """Say what the firm is called, its zone (IANA) and its regimes (of REGIMES); raises Refused.

    `number` is what its regulator's register knows it by (CRD, CE); None leaves it as it is.

    Days of every handle, desk and grant are counted in that zone. Only a new firm can be a demonstration.
    """
    desk.authority.require(Capability.ACCESS)
    common.zone(zone)
    unknown = [each for each in regimes if each not in REGIMES]
    if unknown:
        raise Refused(
            "there is no regime {got}; expected some of {known}", got=repr(unknown[0][:40]), known=", ".join(REGIMES)
        )
    if demonstration and desk.archive.home.origin != ORIGIN:
        raise Refused("this is the archive of {origin}, not a demonstration", origin=desk.archive.home.origin)
    with transaction.atomic():
        firm = Firm.objects.order_by("id").first() or Firm()
        if demonstration is not None and firm.name and firm.demonstration != demonstration:
            raise Refused("this firm exists; whether it is a demonstration is said once, when it is made")
        firm.name, firm.zone, firm.regimes = common.name(name, "the firm's name", 200), zone, list(regimes)
        firm.demonstration = bool(demonstration) if demonstration is not None else firm.demonstration
        firm.ready_at = firm.ready_at or (clock.now() if firm.demonstration else None)
        if number is not None:
            firm.number = common.name(number, "the firm's number", 40, empty=True)
        firm.save()
        detail = {
            "name": firm.name,
            "number": firm.number,
            "zone": zone,
            "regimes": list(regimes),
            "demonstration": firm.demonstration,
        }
        enter(desk, Entry(act="firm.set", actor=desk.actor, object="firm", detail=detail), type="cfg")
