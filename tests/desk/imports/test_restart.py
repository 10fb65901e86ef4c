"""A worker that is killed in the middle of an import: the next one goes on, and nothing is lost or doubled."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from muniment.desk import jobs
from muniment.desk.desk import Desk
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from tests.archives import Place, check, message
from tests.desk.jobs.workers import finish, kill_within
from tests.firms import ClientAs

MESSAGES = 12_000


def ask(client_as: ClientAs, count: int) -> int:
    client = client_as("records")
    file = SimpleUploadedFile("many.ndjson", b"".join(message(number) for number in range(count)))
    upload = client.post(reverse("imports:new"), {"file": file})["Location"].rstrip("/").rpartition("/")[2]
    given = {"connector": "ndjson", "account": "many", "timezone": "", "date_order": ""}
    assert client.post(reverse("imports:check", args=[upload]), given).status_code == 302
    return jobs.latest(1)[0].id


def counts(desk: Desk) -> list[dict[str, int]]:
    rows = desk.catalog.execute("SELECT body FROM audit_entry WHERE act = 'import' ORDER BY leaf").fetchall()
    return [json.loads(body)["counts"] for (body,) in rows]


@pytest.mark.parametrize("moment", [0, 1])
def test_an_import_whose_worker_was_killed_is_finished_by_the_next(
    client_as: ClientAs, place: Place, desk: Desk, moment: int
) -> None:
    job, before = ask(client_as, MESSAGES), len(counts(desk))
    kill_within(place, job, lambda seen: seen.done >= moment)
    (seen,) = finish(place, job)
    assert (seen.state, seen.attempts) == ("done", 2)
    assert len(counts(desk)) == before + 1
    sheet = counts(desk)[-1]
    assert (sheet["messages.seen"], sheet["messages.stored"], sheet["messages.duplicate"]) == (MESSAGES, MESSAGES, 0)
    assert open_index(desk.catalog).count(Query(Field("account", "many"))) == MESSAGES
    assert not list((place.home / "spool").iterdir())
    if moment == 1:
        check(place)


def test_an_import_that_ended_just_before_its_worker_was_killed_is_not_done_twice(
    client_as: ClientAs, place: Place, desk: Desk
) -> None:
    from muniment.desk.imports.models import Upload
    from muniment.desk.models import Job

    job = ask(client_as, 50)
    upload = Upload.objects.get()
    content = (place.home / "spool" / "uploads" / upload.pk).read_bytes()
    before = len(counts(desk))
    assert jobs.run_next()
    # As if the worker had been killed between the end of the import and saying so.
    from django.db import transaction

    upload.save(force_insert=True)
    folder = place.home / "spool" / "uploads"
    folder.mkdir(mode=0o700)
    (folder / upload.pk).write_bytes(content)
    with transaction.atomic():
        again = jobs.ask(desk, "muniment.desk.imports.tasks.bring_in", "import", {"upload": upload.pk})
    Job.objects.filter(pk=again).update(attempts=1)
    assert jobs.run_next()
    assert jobs.look(again).result == jobs.look(job).result
    assert len(counts(desk)) == before + 1
    assert not folder.exists()
