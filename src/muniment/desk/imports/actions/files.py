"""Files that somebody brings in: kept when they arrive, handed to the worker, or removed."""

import unicodedata

from django.db import transaction

from muniment.capture.audit import Entry
from muniment.capture.connector import ImportOptions
from muniment.desk import jobs
from muniment.desk.archive.accounts import find_account
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports import uploads
from muniment.desk.imports.actions.accounts import check_connector
from muniment.desk.imports.models import Upload
from muniment.desk.outbox import enter
from muniment.record.errors import NotFound, Refused

LONGEST_NAME = 255
BRING_IN = "muniment.desk.imports.tasks.bring_in"


def keep_upload(desk: Desk, received: uploads.Received) -> str:
    """Keep a file that came with a form, until it is brought in or removed; its id. Raises Refused when it holds nothing."""
    desk.authority.require(Capability.IMPORT)
    size = received.size or 0
    if not size:
        uploads.remove(desk.archive.home.spool, received.identifier)
        raise Refused("the file is empty; choose the export itself")
    with transaction.atomic():
        Upload.objects.create(
            pk=received.identifier, user=desk.user, actor=desk.actor, name=shown_name(received.name or ""), size=size
        )
        enter(desk, Entry(act="import.upload", actor=desk.actor, object=received.identifier, counts={"bytes": size}))
    return received.identifier


def shown_name(name: str) -> str:
    """The name of a file without folders and what acts on a page or terminal; never empty."""
    base = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join("\ufffd" if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp") else each for each in base)
    return kept.strip()[:LONGEST_NAME] or "file"


def start(desk: Desk, upload: str, connector: str, account: str, options: ImportOptions) -> int:
    """Ask the worker to bring a file in; the job's id. Raises NotFound and Refused."""
    desk.authority.require(Capability.IMPORT)
    check_connector(connector)
    with transaction.atomic():
        found = _upload(upload)
        if found.job is not None and not jobs.look(found.job).over:
            raise Refused("this file is being brought in already")
        find_account(desk, account, connector)
        found.connector, found.account = connector, account
        found.timezone, found.date_order = options.timezone or "", options.date_order or ""
        found.job = jobs.ask(desk, BRING_IN, "import", {"upload": upload}, unit="bytes", total=found.size)
        found.save()
        enter(
            desk,
            Entry(
                act="import.ask",
                actor=desk.actor,
                object=upload,
                detail={
                    "connector": connector,
                    "account": account,
                    "timezone": found.timezone,
                    "date_order": found.date_order,
                },
            ),
        )
    return found.job


def discard(desk: Desk, upload: str) -> None:
    """Remove a file that waits, and take its job back; raises NotFound, and Refused while it is being brought in."""
    desk.authority.require(Capability.IMPORT)
    with transaction.atomic():
        found = _upload(upload)
        if found.job is not None and not jobs.look(found.job).over and not jobs.take_back(found.job):
            raise Refused("this file is being brought in; it cannot be removed now")
        found.delete()
        enter(desk, Entry(act="import.discard", actor=desk.actor, object=upload))
    uploads.remove(desk.archive.home.spool, upload)


def _upload(identifier: str) -> Upload:
    found = Upload.objects.select_for_update().filter(pk=identifier).first()
    if found is None:
        raise NotFound("there is no file that waits under this address; it was brought in, or removed")
    return found
