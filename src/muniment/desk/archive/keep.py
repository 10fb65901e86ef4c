"""Keeps searches for their owner, and forgets them: each with its audit entry in the same transaction."""

from django.db import IntegrityError, transaction

from muniment.capture.audit import Entry
from muniment.desk.archive.access import parse_query
from muniment.desk.archive.models import SavedSearch
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.record.errors import NotFound, Refused
from muniment.search.ast import to_json


def save_search(desk: Desk, name: str, text: str, zone: str) -> int:
    """Keep a query under a name of its owner's, its relative dates resolved now; its number. Raises Refused, NotFound."""
    desk.authority.require(Capability.READ)
    if desk.user is None:
        raise Refused("a search is saved for somebody who signed in; sign in and save it there")
    if not 1 <= len(name.strip()) <= 100:
        raise Refused("expected a name of 1 to 100 characters for the search; give it one")
    query = parse_query(desk, text, zone)
    position = desk.archive.records.log.checkpoint().size
    try:
        with transaction.atomic():
            row = SavedSearch.objects.create(
                user=desk.user, name=name.strip(), query=text, stored=to_json(query), zone=zone, position=position
            )
            enter(desk, Entry(act="search.save", actor=desk.actor, object=f"searches/{row.pk}", query=text))
    except IntegrityError:
        raise Refused("you have a saved search of this name already; give this one another name") from None
    return int(row.pk)


def forget_search(desk: Desk, number: int) -> None:
    """Forget one of one's own; raises NotFound."""
    desk.authority.require(Capability.READ)
    with transaction.atomic():
        row = (
            SavedSearch.objects.filter(pk=min(number, 2**63 - 1), user=desk.user).first()
            if desk.user is not None
            else None
        )
        if row is None:
            raise NotFound("this saved search is not there; it may be somebody else's, or forgotten already")
        enter(desk, Entry(act="search.forget", actor=desk.actor, object=f"searches/{number}", query=row.query))
        row.delete()
