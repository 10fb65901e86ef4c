"""Setting a new archive up: its steps, what is done of them, and the two that are taken before anybody can sign in."""

from dataclasses import dataclass, replace

from django.db import transaction

from muniment.capture.audit import Entry
from muniment.desk.authority import SYSTEM, Capability
from muniment.desk.dashboard import access, opening
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people import actions as people
from muniment.desk.people import clock
from muniment.desk.people.access import firm, firm_day, user_number
from muniment.desk.people.models import Firm, Person, User
from muniment.desk.people.roles import Role
from muniment.desk.seat import nobody
from muniment.record.errors import NotFound, Refused

ACTOR = "system:setup"
"""In whose name the first two steps are done: nobody can sign in yet."""
SECOND = (Role.COMPLIANCE, Role.RECORDS)
"""What the second person may be: somebody who reads, where the first gives access and reads nothing."""


@dataclass(frozen=True, slots=True)
class State:
    """What is done. A step that is not done names what is missing by being False."""

    firm: bool
    people: bool
    """Two users: one gives access, another reads."""
    keys: bool
    feed: bool
    account: bool
    imported: bool
    finished: bool

    @property
    def ready(self) -> bool:
        """Whether the set-up can be finished: what cannot wait is done."""
        return self.firm and self.people and self.keys


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody who can sign in now, with the code to hand to them; it is shown once."""

    name: str
    role: Role
    code: str


def unfinished() -> bool:
    """Whether this archive is still to be set up."""
    found = firm()
    return found.ready_at is None and not found.demonstration


def state(desk: Desk) -> State:
    """What is done; raises NotFound for whoever has nothing to do with it."""
    if not any(desk.authority.holds(each) for each in (Capability.ACCESS, Capability.SYSTEM, Capability.ATTENTION)):
        raise NotFound("there is nothing here for you; ask whoever gives access in your firm if there should be")
    found = firm()
    owners = access.owners(firm_day())
    (accounts,) = desk.catalog.execute("SELECT count(*) FROM account").fetchone()
    return State(
        firm=bool(found.name),
        people=bool(owners.administrators) and bool(owners.compliance or owners.records),
        keys=access.last(desk, access.KEYS_PROVEN) is not None or access.waiting(desk, access.KEYS_PROVEN),
        feed=Person.objects.exists(),
        account=accounts > 0,
        imported=access.last(desk, "import") is not None,
        finished=found.ready_at is not None,
    )


def first_desk() -> Desk:
    """The desk of the first two steps; the caller has asked for the code."""
    return replace(nobody(), actor=ACTOR, authority=SYSTEM)


def add_first_two(administrator: tuple[str, str], second: tuple[str, str], role: str) -> tuple[Welcome, Welcome]:
    """Add the administrator and a second person (name, display name each), in one transaction; the code of the terminal
    is worth nothing from then on. Raises Refused.
    """
    if role not in SECOND:
        raise Refused("the second person is a compliance officer or a records administrator; choose one of them")
    desk = first_desk()
    if not firm().name:
        raise Refused("say first which firm this is")
    with transaction.atomic():
        if User.objects.exists():
            raise Refused("somebody can sign in already; they go on from here")
        made = tuple(
            _add(desk, name, display, given)
            for (name, display), given in ((administrator, Role.ADMINISTRATOR), (second, Role(role)))
        )
        enter(desk, Entry(act="setup.begin", actor=ACTOR, object=desk.archive.home.origin), type="cfg")
    opening.close(desk.archive.home)
    return made[0], made[1]


def _add(desk: Desk, name: str, display: str, role: Role) -> Welcome:
    code = people.add_user(desk, name, display)
    people.grant(desk, user_number(name), role)
    return Welcome(name, role, code)


def finish(desk: Desk) -> None:
    """Say that the set-up is finished: home is home from now on. Raises NotFound, and Refused while something is missing."""
    desk.authority.require(Capability.ACCESS)
    if not state(desk).ready:
        raise Refused("the firm, two people and the backup of the keys come first; the rest can wait")
    with transaction.atomic():
        Firm.objects.filter(ready_at=None).update(ready_at=clock.now())
        enter(desk, Entry(act="setup.finish", actor=desk.actor, object=desk.archive.home.origin), type="cfg")
