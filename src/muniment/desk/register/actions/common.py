"""What the verbs share: longer texts, days that have come, and the rule by which one state follows another."""

from collections.abc import Iterable
from datetime import date

from muniment.capture.audit import Entry
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.people.actions import common
from muniment.desk.people.models import Person
from muniment.desk.register.models import Entered
from muniment.desk.seat import accounts
from muniment.record.errors import NotFound, Refused

LONGEST = 4000


def text(given: str, what: str, *, empty: bool = False) -> str:
    """Text of several lines; raises Refused when it is empty, too long, or hides something."""
    found = given.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not found and not empty:
        raise Refused("{what} is empty; give one", what=what)
    if len(found) > LONGEST:
        raise Refused("{what} has {got} characters; expected at most {limit}", what=what, got=len(found), limit=LONGEST)
    if common.hidden(found.replace("\n", " ").replace("\t", " ")):
        raise Refused("{what} holds characters that cannot be seen; type it anew", what=what)
    return found


def choice(given: str, known: Iterable[str]) -> str:
    """One of what is known; raises Refused."""
    names = list(known)
    if given not in names:
        raise Refused("there is no kind {got}; expected one of {known}", got=repr(given[:20]), known=", ".join(names))
    return given


def past(given: date) -> date:
    """A day that has come: nobody approved or saw something tomorrow. Raises Refused."""
    if given > common.day():
        raise Refused("{day} has not come yet; give the day on which it was done", day=given.isoformat())
    return given


def follow(earlier: Entered | None, since: date) -> None:
    """Let a state end on the day on which the next begins; raises Refused when that next is older than the state."""
    if earlier is None:
        return
    if earlier.since is not None and since < earlier.since:
        raise Refused(
            "what is so now began on {since}; expected that day or a later one, got {got}",
            since=earlier.since.isoformat(),
            got=since.isoformat(),
        )
    if earlier.until is None or earlier.until > since:
        earlier.until = since
        earlier.save(update_fields=["until"])


def person(number: int) -> Person:
    """Somebody by the number of their row; raises NotFound."""
    found = Person.objects.filter(pk=number).first()
    if found is None:
        raise NotFound("there is no such {what}", what="person")
    return found


def account(desk: Desk, source: str) -> str:
    """A capture account by its source; raises NotFound."""
    if source not in accounts(desk):
        raise NotFound("there is no such {what}", what="account")
    return source


def log(desk: Desk, act: str, what: str, **detail: object) -> None:
    """The audit entry of a change; must be called within its transaction."""
    enter(desk, Entry(act=act, actor=desk.actor, object=what, detail=detail), type="cfg")
