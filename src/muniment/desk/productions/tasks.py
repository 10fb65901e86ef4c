"""What the worker does for the productions app: makes a bundle, and checks it as a stranger would before anybody has it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django_tasks import task

from muniment.desk import jobs
from muniment.desk.authority import Capability
from muniment.desk.imports.owner import desk_of
from muniment.desk.jobs import Running
from muniment.desk.productions.access import file_of, folder_of, scope_digest
from muniment.desk.productions.actions import produce
from muniment.desk.productions.models import Production
from muniment.desk.productions.redecode import redecode
from muniment.proof import note, verifier
from muniment.record.errors import NotFound, Refused

TAGS = {"en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Made:
    """How a production ended."""

    production: int


class _Django:
    """The words of the language that is active now."""

    def gettext(self, message: str, /) -> str:
        """`message` in it."""
        return gettext(message)

    def ngettext(self, singular: str, plural: str, n: int, /) -> str:
        """The form for `n` things."""
        return ngettext(singular, plural, n)


@task()
def make(job: int) -> None:
    """Make the bundle of a job."""
    jobs.perform(job, _make)


def _make(running: Running) -> Made:
    desk = desk_of(running.job)
    scope = desk.authority.require(Capability.PRODUCE)
    row = Production.objects.filter(pk=int(running.job.params["production"])).first()
    if row is None:
        raise NotFound("there is no such {what}", what="production")
    if scope_digest(scope) != row.scope:
        raise Refused("whose messages you may produce has changed since you asked; ask for it again")
    folder = folder_of(desk)
    folder.mkdir(mode=0o700, exist_ok=True)
    out = file_of(desk, row.pk)
    out.unlink(missing_ok=True)  # a worker that was stopped begins anew: what it left was handed to nobody
    with translation.override(row.language):
        made = produce(
            desk,
            row.query,
            out,
            row.reason,
            zone=row.zone,
            since=row.since,
            words=_Django(),
            lang=TAGS.get(row.language, "en"),
            lead=jobs.lead,
            tell=running.tell,
        )
    keys = [signer.vkey for signer in desk.archive.signers.values()]
    report = verifier.verify_bundle(str(out), keys, None, redecode, note.verify).as_json()
    row.records, row.withheld, row.events, row.attachments = made.records, made.withheld, made.events, made.attachments
    row.manifest_sha256, row.seal = made.manifest_sha256, made.seal
    row.size, row.sha256 = out.stat().st_size, _sha256(out)
    row.report = {**report, "file": out.name}
    row.finished_at = timezone.now()
    row.save()
    return Made(row.pk)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
