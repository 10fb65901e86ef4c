"""What people do with productions, as verbs: ask for one, take it, remove its file. Each leaves its entry before it is done."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from muniment.capture.audit import Entry
from muniment.desk import jobs
from muniment.desk.archive.access import parse_query
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.outbox import enter
from muniment.desk.productions import access
from muniment.desk.productions.actions import own_seal
from muniment.desk.productions.models import Download, Production
from muniment.record.errors import Damaged, Refused

CHUNK = 256 * 1024
MAKE = "muniment.desk.productions.tasks.make"


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open bundle on its way to somebody: the entry that says so is durable already."""

    name: str
    size: int
    file: BinaryIO

    def chunks(self) -> Iterator[bytes]:
        """Its bytes; the file is closed behind them."""
        with self.file:
            while chunk := self.file.read(CHUNK):
                yield chunk


def ask(desk: Desk, query: str, zone: str, reason: str, since: tuple[str, ...], language: str) -> int:
    """Ask the worker for a production; its number. Raises NotFound for whoever may not produce, and Refused."""
    scope = desk.authority.require(Capability.PRODUCE)
    if not reason.strip():
        raise Refused("a production needs a reason: the matter or request that it answers")
    parse_query(desk, query, zone)
    seals = [own_seal(desk, line) for line in since]
    with transaction.atomic():
        row = Production.objects.create(
            user=desk.user,
            actor=desk.actor,
            query=query,
            zone=zone,
            reason=reason.strip(),
            since=seals,
            language=language,
            scope=access.scope_digest(scope),
        )
        row.job = jobs.ask(desk, MAKE, "production", {"production": row.pk}, unit="records")
        row.save(update_fields=["job"])
        enter(
            desk,
            Entry(
                act="production.ask", actor=desk.actor, object=f"production:{row.pk}", purpose=row.reason, query=query
            ),
        )
    return row.pk


def take_back(desk: Desk, number: int) -> None:
    """Take a production back before it is begun; raises NotFound, and Refused when it was begun."""
    found = access.find(desk, number)
    with transaction.atomic():
        if found.job is None or not jobs.take_back(found.job):
            raise Refused("this production was begun; it cannot be taken back")
        enter(desk, Entry(act="production.end", actor=desk.actor, object=f"production:{number}"))


def download(desk: Desk, number: int) -> Bundle:
    """Open a bundle for its receiver; that it is taken is entered before a byte leaves. Raises NotFound, Refused and Damaged."""
    found = access.find(desk, number)
    scope = desk.authority.require(Capability.PRODUCE)
    if scope is not None and access.scope_digest(scope) != found.scope:
        raise Refused("whose messages you may produce has changed since this was made; make it again")
    if found.removed_at is not None or found.finished_at is None:
        raise Refused("there is no file of this production; make it again")
    try:
        file = access.file_of(desk, number).open("rb")
    except OSError as error:
        raise Damaged(
            "the file of production {number} cannot be read: {reason}; make it again",
            number=number,
            reason=error.strerror,
        ) from None
    name = f"production-{number}.zip"
    try:
        if hashlib.file_digest(file, "sha256").hexdigest() != found.sha256:
            raise Damaged("the file of production {number} is not the one that was made; make it again", number=number)
        file.seek(0)
        with transaction.atomic():
            Download.objects.create(production=found, actor=desk.actor)
            enter(
                desk,
                Entry(
                    act="production.download",
                    actor=desk.actor,
                    object=f"production:{number}",
                    counts={"bytes": found.size or 0},
                    detail={"sha256": found.sha256},
                ),
            )
    except BaseException:
        file.close()
        raise
    return Bundle(name, found.size or 0, file)


def remove(desk: Desk, number: int) -> None:
    """Remove the file of a production; what it was and who took it stays. Raises NotFound and Refused."""
    found = access.find(desk, number)
    with transaction.atomic():
        kept = Production.objects.select_for_update().get(pk=found.pk)
        if kept.finished_at is None or kept.removed_at is not None:
            raise Refused("there is no file of this production to remove")
        kept.removed_at, kept.removed_by = timezone.now(), desk.actor
        kept.save(update_fields=["removed_at", "removed_by"])
        enter(desk, Entry(act="production.remove", actor=desk.actor, object=f"production:{number}"))
    access.file_of(desk, number).unlink(missing_ok=True)
