"""What the tests of people share: a desk in somebody's name, the entries that actions left, a clock that is set by hand."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from muniment.capture.audit import Entry, decode_entry
from muniment.desk.archive import actions
from muniment.desk.desk import Desk


def as_user(desk: Desk, number: int) -> Desk:
    """The same archive, with that user at the desk."""
    from muniment.desk.people.access import authority_of
    from muniment.desk.people.models import User
    from muniment.desk.seat import accounts

    user = User.objects.get(pk=number)
    authority = authority_of(user, accounts(desk))
    return replace(desk, actor=f"user:{user.name}", authority=authority, user=user.pk, person=user.person_id)


def entries(desk: Desk) -> list[Entry]:
    """All entries of the audit log, sealed now."""
    actions.settle(desk)
    size = desk.archive.audit.log.checkpoint().size
    return [decode_entry(opened.payload)[0] for opened in desk.archive.audit.opened(0, size, size) if opened.payload]


def acts(desk: Desk) -> list[str]:
    """What was done, in order."""
    return [entry.act for entry in entries(desk)]


@dataclass
class Clock:
    """A clock that stands still until it is told to go on."""

    at: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go_on(self, **by: float) -> None:
        self.at += timedelta(**by)
