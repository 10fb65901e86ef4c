"""What of the register is due, for the home page: numbers and names, no content."""

from dataclasses import dataclass
from datetime import date

from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.people.access import firm_day
from muniment.desk.people.models import current
from muniment.desk.register.access.posture import late
from muniment.desk.register.models import Assessment


@dataclass(frozen=True, slots=True)
class Due:
    """Accounts and devices on which something is not so, those for which evidence is due, and channels to assess again."""

    failed: tuple[str, ...] = ()
    overdue: tuple[str, ...] = ()
    reviews: tuple[tuple[int, str, date], ...] = ()
    """Number and name of each channel, and the day by which it should have been assessed again."""


def due(desk: Desk, *, capability: Capability = Capability.ATTENTION) -> Due:
    """What is due today. An item that failed is not counted as overdue as well."""
    desk.authority.require(capability)
    if not desk.authority.holds(Capability.ACCOUNTS):
        return Due()
    failed, overdue = late(desk)
    again = Assessment.objects.filter(current(firm_day()), review_by__lt=firm_day()).select_related("channel")
    return Due(
        tuple(failed),
        tuple(overdue),
        tuple((each.channel_id, each.channel.name, each.review_by) for each in again.order_by("channel__name")),
    )
