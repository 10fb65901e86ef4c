"""Devices: who has each, what is on it, where it is, and where it was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import Dates, firm_day
from muniment.desk.people.access.persons import dates
from muniment.desk.people.models import current
from muniment.desk.register.access.pages import PAGE, cut
from muniment.desk.register.access.posture import PostureRow, postures
from muniment.desk.register.models import Custody, Device
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """Where a device was for a time: issued on the first day, returned on the last. Empty is nobody, no account."""

    person: int | None
    name: str
    other_name: str
    source: str
    account: str
    location: str
    dates: Dates
    actor: str


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device; `custody` is where it is today. `dates` ends when it left the register."""

    number: int
    label: str
    kind: str
    native: str
    system: str
    managed: bool
    seen_on: date | None
    custody: CustodyRow | None
    dates: Dates


@dataclass(frozen=True, slots=True)
class Devices:
    """A page of devices by label. `here` counts those of today, `gone` those that left the register."""

    rows: tuple[DeviceRow, ...]
    here: int
    gone: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class DevicePage:
    """A device with its history, newest first, and what must be so on it."""

    row: DeviceRow
    custodies: tuple[CustodyRow, ...]
    postures: tuple[PostureRow, ...]


def devices(desk: Desk, *, gone: bool = False) -> tuple[DeviceRow, ...]:
    """Devices of today by label, or those that left the register."""
    return device_page(desk, gone=gone, size=None).rows


def device_page(desk: Desk, *, gone: bool = False, page: int = 1, size: int | None = PAGE) -> Devices:
    """A page of them, or all of them without a `size`."""
    desk.authority.require(Capability.ACCOUNTS)
    day, names = firm_day(), accounts(desk)
    now = Device.objects.filter(current(day))
    chosen = Device.objects.exclude(pk__in=now.values("pk")) if gone else now
    shown, number, pages = cut(list(chosen.order_by("label").values_list("pk", flat=True)), page, size)
    held = Custody.objects.filter(current(day), device__in=shown).select_related("person").order_by("pk")
    custody = {each.device_id: _custody(each, names, day) for each in held}
    found = Device.objects.in_bulk(shown)
    rows = tuple(_row(found[each], custody.get(each), day) for each in shown)
    here = now.count()
    return Devices(rows, here, Device.objects.count() - here, number, pages)


def choices() -> list[tuple[int, str]]:
    """Number and label of each device of today, for a form. Whoever calls asks for the permission."""
    return list(Device.objects.filter(current(firm_day())).order_by("label").values_list("pk", "label"))


def device(desk: Desk, number: int) -> DevicePage:
    """One device; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    found = Device.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("there is no such {what}", what="device")
    day, names = firm_day(), accounts(desk)
    held = Custody.objects.filter(device=found).select_related("person").order_by("-pk")
    history = tuple(_custody(each, names, day) for each in held)
    now = next((each for each in history if each.dates.now), None)
    return DevicePage(_row(found, now, day), history, postures(desk, device=number))


def _custody(row: Custody, names: Mapping[str, str], day: date) -> CustodyRow:
    return CustodyRow(
        row.person_id,
        "" if row.person is None else row.person.name,
        "" if row.person is None else row.person.other_name,
        row.source,
        names.get(row.source, row.source),
        row.location,
        dates(row, day),
        row.actor,
    )


def _row(row: Device, custody: CustodyRow | None, day: date) -> DeviceRow:
    return DeviceRow(
        row.pk, row.label, row.kind, row.native, row.system, row.managed, row.seen_on, custody, dates(row, day)
    )
