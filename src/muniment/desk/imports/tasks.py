"""What the worker does for the imports app: brings a file in, and goes on where an earlier worker was stopped."""

from dataclasses import dataclass

from django_tasks import task

from muniment.capture.connector import ImportOptions
from muniment.desk import jobs
from muniment.desk.archive import actions as archive
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import uploads
from muniment.desk.imports.access.sheets import import_of_upload
from muniment.desk.imports.models import Upload
from muniment.desk.imports.owner import desk_of
from muniment.desk.jobs import Running
from muniment.record.errors import NotFound


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """How an import ended: its id, under which the balance sheet is found."""

    import_id: str


@task()
def bring_in(job: int) -> None:
    """Bring in the upload of a job."""
    jobs.perform(job, _bring_in)


def _bring_in(running: Running) -> BroughtIn:
    desk = desk_of(running.job)
    desk.authority.require(Capability.IMPORT)
    identifier = str(running.job.params["upload"])
    spool = desk.archive.home.spool
    found = _finished(desk, identifier, again=running.job.attempts > 1)
    if found is None:
        upload = Upload.objects.filter(pk=identifier).first()
        if upload is None:
            raise NotFound("the file of this import is gone; choose it again")
        sheet = archive.bring_in(
            desk,
            uploads.path_of(spool, identifier),
            upload.connector,
            upload.account,
            ImportOptions(timezone=upload.timezone or None, date_order=upload.date_order or None),
            running.tell,
            lead=jobs.lead,
            name=upload.name,
            upload=identifier,
        )
        found = sheet.import_id
    uploads.remove(spool, identifier)
    Upload.objects.filter(pk=identifier).delete()
    uploads.sweep(spool, set(Upload.objects.values_list("pk", flat=True)))
    return BroughtIn(found)


def _finished(desk: Desk, identifier: str, *, again: bool) -> str | None:
    """The import that a worker finished before it could say so; asked only when an earlier one began."""
    if not again:
        return None
    archive.settle(desk, jobs.lead)
    return import_of_upload(desk, identifier)
