"""Jobs: how they wait, run, fail, are taken back, and outlive the worker that ran them."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from muniment.desk import jobs
from muniment.desk.desk import Desk
from muniment.desk.models import Job
from muniment.record.errors import Damaged, NotFound, Refused
from tests.archives import Place
from tests.desk.jobs import chores
from tests.desk.jobs.workers import WORKER


def ask(desk: Desk, task: object, **params: object) -> int:
    with transaction.atomic():
        return jobs.ask(desk, task, "chore", params, unit="steps")  # type: ignore[arg-type]


def test_a_job_runs_once_and_keeps_its_result(desk: Desk) -> None:
    job = ask(desk, chores.count, steps=3)
    assert jobs.look(job).state == "waiting"
    assert jobs.unfinished("chore") == [jobs.look(job)]
    assert jobs.run_next()
    seen = jobs.look(job)
    assert (seen.state, seen.result, seen.done, seen.total, seen.percent) == ("done", {"steps": 3}, 3, 3, 100)
    assert seen.finished_at is not None and seen.begun_at is not None and seen.over
    assert not jobs.run_next()
    assert jobs.unfinished() == []


def test_jobs_run_in_the_order_in_which_they_were_asked_for(desk: Desk, tmp_path: Path) -> None:
    for steps in (1, 2, 3):
        ask(desk, chores.count, steps=steps, trace=str(tmp_path / "trace"))
    while jobs.run_next():
        pass
    assert (tmp_path / "trace").read_text().split() == ["1", "1", "2", "1", "2", "3"]


def test_a_job_is_asked_for_within_a_transaction_and_goes_with_it(desk: Desk) -> None:
    with pytest.raises(RuntimeError):
        jobs.ask(desk, chores.count, "chore", {})
    with transaction.atomic():
        jobs.ask(desk, chores.count, "chore", {})
        transaction.set_rollback(True)
    assert not jobs.run_next()
    assert not Job.objects.exists()


def test_a_refusal_is_kept_with_its_values_and_said_in_the_readers_language(desk: Desk) -> None:
    job = ask(desk, chores.refuse)
    assert jobs.run_next()
    seen = jobs.look(job)
    assert seen.state == "failed"
    assert isinstance(seen.error, Refused)
    assert str(seen.error) == "expected a file, got nothing"
    error = Damaged("archive.json is damaged; expected the format number and the origin; restore it from a backup")
    with translation.override("zh-hant"):
        assert jobs.spoken(error) != str(error)


def test_a_mistake_fails_its_job_alone_and_says_nothing_of_what_it_held(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    job, following = ask(desk, chores.stumble, said="a secret"), ask(desk, chores.count, steps=1)
    while jobs.run_next():
        pass
    seen = jobs.look(job)
    assert (seen.state, jobs.look(following).state) == ("failed", "done")
    assert "KeyError" in str(seen.error)
    assert "secret" not in str(seen.error) + caplog.text
    assert "_stumble" in caplog.text


def test_a_job_that_waits_can_be_taken_back_and_one_that_ran_cannot(desk: Desk, tmp_path: Path) -> None:
    first, second = ask(desk, chores.count, steps=1), ask(desk, chores.count, steps=1, trace=str(tmp_path / "trace"))
    with transaction.atomic():
        assert jobs.take_back(second)
    while jobs.run_next():
        pass
    assert (jobs.look(first).state, jobs.look(second).state) == ("done", "ended")
    assert not (tmp_path / "trace").exists()
    with transaction.atomic():
        assert not jobs.take_back(first)
        assert not jobs.take_back(999)


def test_a_job_that_is_not_there_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        jobs.look(7)


def test_a_worker_that_is_told_to_stop_puts_its_job_back(desk: Desk) -> None:
    job = ask(desk, chores.count, steps=5)
    stop = threading.Event()
    stop.set()
    jobs._here.stop = stop
    try:
        assert not jobs.run_next()
    finally:
        del jobs._here.stop
    assert jobs.look(job).state == "waiting"
    assert jobs.run_next()
    assert jobs.look(job).state == "done"


def test_the_workers_thread_runs_jobs_until_it_is_told_to_stop(desk: Desk) -> None:
    done = [ask(desk, chores.count, steps=1), ask(desk, chores.count, steps=2)]
    stop = threading.Event()
    worker = threading.Thread(target=jobs.work, args=(stop,))
    worker.start()
    while not all(jobs.look(job).over for job in done):
        worker.join(0.02)
        assert worker.is_alive()
    stop.set()
    worker.join()
    assert [jobs.look(job).state for job in done] == ["done", "done"]


def test_a_second_worker_waits_for_the_first(desk: Desk) -> None:
    fd = jobs._lock(threading.Event())
    assert fd is not None
    job, stop = ask(desk, chores.count, steps=1), threading.Event()
    second = threading.Thread(target=jobs.work, args=(stop,))
    second.start()
    second.join(0.2)
    assert jobs.look(job).state == "waiting"
    os.close(fd)
    while not jobs.look(job).over:
        second.join(0.02)
    stop.set()
    second.join()


def test_a_job_that_kills_its_worker_is_tried_again_but_not_for_ever(desk: Desk, place: Place) -> None:
    deadly = ask(desk, chores.die)
    Job.objects.filter(pk=deadly).update(attempts=jobs.ATTEMPTS - 1)
    killed = subprocess.run(
        [sys.executable, "-c", WORKER], env=place.environment, cwd=Path(__file__).parents[3], check=False
    )
    assert killed.returncode == -9
    assert jobs.look(deadly).state == "running"
    assert jobs.recover() == 1
    assert jobs.look(deadly).state == "waiting"
    assert jobs.run_next()  # in this very process: it must not be tried again
    seen = jobs.look(deadly)
    assert seen.state == "failed"
    assert isinstance(seen.error, Damaged)


def test_a_job_that_lost_its_row_in_the_queue_is_not_waited_for(desk: Desk) -> None:
    from django_tasks_db.models import DBTaskResult

    job = ask(desk, chores.count, steps=1)
    DBTaskResult.objects.all().delete()
    jobs.recover()
    assert jobs.look(job).state == "failed"


def test_a_job_of_another_build_fails_and_the_next_one_runs(desk: Desk) -> None:
    from django_tasks_db.models import DBTaskResult

    unknown = ask(desk, chores.count, steps=1)
    DBTaskResult.objects.update(task_path="muniment.desk.nowhere.task")
    known = ask(desk, chores.count, steps=1)
    while jobs.run_next():
        pass
    assert (jobs.look(unknown).state, jobs.look(known).state) == ("failed", "done")
