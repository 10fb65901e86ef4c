"""What must be so on accounts and devices, what was shown of it, and what is overdue."""

from dataclasses import dataclass
from datetime import date

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import Dates, firm_day
from muniment.desk.people.access.persons import dates
from muniment.desk.people.models import current
from muniment.desk.register.models import Evidence, Posture
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """What was seen on a day, and until when it is good."""

    met: bool
    text: str
    on: date
    due: date
    actor: str


@dataclass(frozen=True, slots=True)
class PostureRow:
    """An item on an account or a device. `overdue` when nothing that is still good was shown; never green without evidence."""

    number: int
    item: str
    device: int | None
    source: str
    what: str
    """The device's label, or the account's name."""
    days: int
    newest: EvidenceRow | None
    overdue: bool
    dates: Dates

    @property
    def failed(self) -> bool:
        """Whether the newest look found that it is not so."""
        return self.newest is not None and not self.newest.met


@dataclass(frozen=True, slots=True)
class PosturePage:
    """An item with all that was shown of it, newest first."""

    row: PostureRow
    evidence: tuple[EvidenceRow, ...]


def postures(
    desk: Desk, *, device: int | None = None, source: str = "", open_only: bool = False
) -> tuple[PostureRow, ...]:
    """Items of today, what is wrong first; `open_only` leaves out those that were shown to be so and are not due."""
    desk.authority.require(Capability.ACCOUNTS)
    day, names = firm_day(), accounts(desk)
    found = Posture.objects.filter(current(day)).select_related("device")
    if device is not None:
        found = found.filter(device=device)
    if source:
        found = found.filter(source=source)
    newest: dict[int, Evidence] = {}
    for each in Evidence.objects.filter(posture__in=found).order_by("on", "pk"):
        newest[each.posture_id] = each
    rows = [_row(each, newest.get(each.pk), names.get(each.source, each.source), day) for each in found]
    if open_only:
        rows = [row for row in rows if row.overdue or row.failed]
    return tuple(sorted(rows, key=lambda row: (not row.failed, not row.overdue, row.what, row.item)))


def posture(desk: Desk, number: int) -> PosturePage:
    """One item; raises NotFound."""
    desk.authority.require(Capability.ACCOUNTS)
    found = Posture.objects.select_related("device").filter(pk=number).first()
    if found is None:
        raise NotFound("there is no such {what}", what="item")
    shown = list(Evidence.objects.filter(posture=found).order_by("-on", "-pk"))
    name = accounts(desk).get(found.source, found.source)
    row = _row(found, shown[0] if shown else None, name, firm_day())
    return PosturePage(row, tuple(_evidence(each) for each in shown))


def _row(row: Posture, newest: Evidence | None, name: str, day: date) -> PostureRow:
    shown = None if newest is None else _evidence(newest)
    return PostureRow(
        row.pk,
        row.item,
        row.device_id,
        row.source,
        name if row.device is None else row.device.label,
        row.days,
        shown,
        shown is None or shown.due < day,
        dates(row, day),
    )


def _evidence(row: Evidence) -> EvidenceRow:
    return EvidenceRow(row.met, row.text, row.on, row.due, row.actor)
