"""What somebody handed in, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from muniment.capture.handin import CONNECTOR
from muniment.catalog.keys import find_keys
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.models import HandIn
from muniment.record.errors import NotFound
from muniment.vault.pseudonym import Pseudonyms

NEWEST = 20


@dataclass(frozen=True, slots=True)
class Handed:
    """One form: when it came, and the leaf that it is sealed as; None for the seconds before."""

    token: str
    at: datetime
    leaf: int | None
    connector: str = CONNECTOR


def mine(desk: Desk) -> tuple[Handed, ...]:
    """The newest forms that the reader handed in; what they said is in the own archive."""
    desk.authority.require(Capability.OWN)
    rows = list(HandIn.objects.filter(user=desk.user or 0).order_by("-made_at")[:NEWEST])
    return tuple(_handed(desk, row) for row in rows)


def one(desk: Desk, token: str) -> Handed:
    """One of them; raises NotFound for everybody else's."""
    desk.authority.require(Capability.OWN)
    row = HandIn.objects.filter(token=token, user=desk.user or 0).first()
    if row is None:
        raise NotFound("there is no such {what}", what="form")
    return _handed(desk, row)


def _handed(desk: Desk, row: HandIn) -> Handed:
    key = Pseudonyms(desk.archive.kek).key(row.source, "message", row.token)
    found = find_keys(desk.catalog, [key]).get(key)
    return Handed(row.token, row.made_at, None if found is None else found[0])
