"""What must be so on accounts and devices, what was shown of it, and what is overdue."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import Dates, firm_day
from muniment.desk.people.access.persons import dates
from muniment.desk.people.models import current
from muniment.desk.register.access.pages import PAGE, cut
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
class Postures:
    """A page of items, what is wrong first. `total` counts all of today, `late` those that are due or not so."""

    rows: tuple[PostureRow, ...]
    total: int
    late: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class PosturePage:
    """An item with all that was shown of it, newest first."""

    row: PostureRow
    evidence: tuple[EvidenceRow, ...]


def postures(
    desk: Desk, *, device: int | None = None, source: str = "", open_only: bool = False
) -> tuple[PostureRow, ...]:
    """Items of today, what is wrong first; `open_only` leaves out those that were shown to be so and are not due."""
    return posture_page(desk, device=device, source=source, open_only=open_only, size=None).rows


def posture_page(
    desk: Desk,
    *,
    device: int | None = None,
    source: str = "",
    open_only: bool = False,
    page: int = 1,
    size: int | None = PAGE,
) -> Postures:
    """A page of them, or all of them without a `size`."""
    desk.authority.require(Capability.ACCOUNTS)
    day = firm_day()
    every = _standings(desk, day, device=device, source=source)
    late = [each for each in every if each.failed or each.overdue]
    chosen = late if open_only else every
    shown, number, pages = cut(chosen, page, size)
    rows = Posture.objects.select_related("device").in_bulk([each.number for each in shown])
    newest = Evidence.objects.in_bulk([each.evidence for each in shown if each.evidence is not None])
    found = tuple(
        _row(rows[each.number], None if each.evidence is None else newest[each.evidence], each.what, day)
        for each in shown
    )
    return Postures(found, len(every), len(late), number, pages)


def late(desk: Desk) -> tuple[list[str], list[str]]:
    """On what something is not so, and on what evidence is due, once for each item. Whoever calls asks for the permission."""
    found = _standings(desk, firm_day())
    return (
        [each.what for each in found if each.failed],
        [each.what for each in found if each.overdue and not each.failed],
    )


@dataclass(frozen=True, slots=True)
class _Standing:
    """As much of an item as says in which order it stands. `evidence` is the number of the newest."""

    number: int
    item: str
    what: str
    evidence: int | None
    failed: bool
    overdue: bool


def _standings(desk: Desk, day: date, *, device: int | None = None, source: str = "") -> list[_Standing]:
    """All items of today, what is wrong first; of what was shown of each, only the newest is read."""
    names = accounts(desk)
    found = Posture.objects.filter(current(day))
    if device is not None:
        found = found.filter(device=device)
    if source:
        found = found.filter(source=source)
    newest = Evidence.objects.filter(posture=OuterRef("pk")).order_by("-on", "-pk").values("pk")[:1]
    items = list(found.annotate(newest=Subquery(newest)).values_list("pk", "item", "device__label", "source", "newest"))
    numbers = [each for *_, each in items if each is not None]
    shown = {
        number: (met, due)
        for number, met, due in Evidence.objects.filter(pk__in=numbers).values_list("pk", "met", "due")
    }
    rows = []
    for number, item, label, of, evidence in items:
        met, due = shown.get(evidence, (True, None))
        what = label or names.get(of, of)
        rows.append(_Standing(number, item, what, evidence, not met, due is None or due < day))
    return sorted(rows, key=lambda row: (not row.failed, not row.overdue, row.what, row.item))


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
