"""Handing in a message that came on a channel nobody captures (R9): it becomes a record, self-reported, in one's own account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from muniment.capture.audit import Entry
from muniment.capture.handin import CONNECTOR, File, Form, seal_form
from muniment.desk.archive.accounts import alike
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.models import HandIn, HandInAccount
from muniment.desk.outbox import enter
from muniment.desk.people.models import Holding, Person
from muniment.record.errors import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Said:
    """What was filled in; `sent_at` is a local time or a day in `zone`."""

    channel: str
    sender: str
    recipients: tuple[str, ...]
    sent_at: str
    zone: str
    text: str
    why: str


def hand_in(desk: Desk, token: str, said: Said, files: Sequence[File] = ()) -> str:
    """Accept a message that somebody hands in; when this returns it is kept. Its token, under which it is found.

    The same form again changes nothing. Raises NotFound for whoever may not, and Refused.
    """
    desk.authority.require(Capability.OWN)
    if desk.person is None or desk.user is None:
        raise Refused(
            "your sign-in is not tied to a person, so nobody could see whose message this is; ask whoever gives access to tie it"
        )
    if len(token) != 32 or set(token) - set("0123456789abcdef"):
        raise Refused("the form was not made here; load the page again")
    if HandIn.objects.filter(token=token).exists():
        return _mine(desk, token)
    person = Person.objects.get(pk=desk.person)
    source = _account(desk, person)
    form = Form(
        token=token,
        by=person.key,
        by_name=person.name,
        channel=said.channel,
        sender=said.sender,
        recipients=said.recipients,
        sent_at=said.sent_at,
        zone=said.zone,
        text=said.text,
        why=said.why,
        files=tuple(files),
    )
    # The record first: a stop before the row below, and the same form again, make a record that says nothing new.
    items = seal_form(desk.archive.sealer, form, source)
    desk.archive.intake.accept(items)
    try:
        with transaction.atomic():
            HandIn.objects.create(token=token, user=desk.user, source=source, item=items[-1].id)
            entry = Entry(
                act="hand.in",
                actor=desk.actor,
                object=source,
                counts={"files": len(files)},
                detail={"record": items[-1].id},
            )
            enter(desk, entry)
    except IntegrityError:
        return _mine(desk, token)  # the button was pressed twice
    return token


def _mine(desk: Desk, token: str) -> str:
    if not HandIn.objects.filter(token=token, user=desk.user or 0).exists():
        raise NotFound("there is no such {what}", what="form")
    return token


def _account(desk: Desk, person: Person) -> str:
    """The source of the account that holds what `person` hands in, made the first time; it is theirs from the beginning."""
    found = HandInAccount.objects.filter(person=person.pk).first()
    if found is not None:
        return found.source
    source = f"a{secrets.token_hex(8)}"
    name = f"hand-in {person.key}"
    if desk.catalog.execute("SELECT 1 FROM account WHERE name = ?", (name,)).fetchone() or alike(desk, name):
        name = f"{name} {source[1:7]}"
    # The system's act, not the author's: whoever hands in needs no right to keep accounts.
    system = replace(desk, actor="system:hand-in")
    try:
        with transaction.atomic():
            HandInAccount.objects.create(person=person.pk, source=source)
            detail = {"connector": CONNECTOR, "name": name, "source": source}
            enter(system, Entry(act="account.add", actor=system.actor, object=source, detail=detail), type="cfg")
            holding = Holding.objects.create(person=person, source=source)
            held = {"holding": holding.pk, "source": source, "since": None, "until": None}
            enter(
                system,
                Entry(act="holding.begin", actor=system.actor, object=f"person:{person.key}", detail=held),
                type="cfg",
            )
    except IntegrityError:
        return HandInAccount.objects.get(person=person.pk).source
    return source
