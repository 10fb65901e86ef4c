"""Jobs: work that somebody asked for and that takes longer than a page may. They have progress, and survive a restart.

A job is two rows, made in one transaction: ours (what it is, how far it has come, how it ended) and one of django-tasks-db's
queue, by which it reaches a worker. The queue delivers and nothing more, because its own worker cannot tell a task that runs
from one whose worker was killed, keeps tracebacks, in which content may stand, and takes over the process's signals. So the
loop is here: whoever holds the lock on the spool's folder runs jobs, one at a time; the system drops that lock with the
process, so that what is marked as running when somebody takes it was left behind by a worker that is gone, and runs again.

Trust: a job does what its owner may do when it runs, not when it was asked for; see the tasks of each app.
"""

import fcntl
import json
import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from muniment.capture.archive import Archive
from muniment.capture.leader import Leader
from muniment.desk.desk import Desk
from muniment.desk.models import Job
from muniment.desk.seat import leave, nobody
from muniment.record import errors
from muniment.record.clock import SECOND
from muniment.record.errors import Busy, Damaged, MunimentError, NotFound, Refused
from muniment.record.words import _

PAUSE_SECONDS = 0.5
"""Between two looks for a job that waits."""
TELL_SECONDS = 0.5
"""Between two writes of a job's progress."""
ATTEMPTS = 5
"""How often a job may take the worker with it before it is not tried again."""
LEADER_WAIT_SECONDS = 1.0
"""Between two looks whether the worker is to end, while a job waits for another process that writes the archive."""

_log = logging.getLogger(__name__)
_here = threading.local()


class Stopped(Exception):  # no error: the worker was asked to end
    """Raised within a job when its worker ends; the job waits, and goes on with the next worker."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A job as pages see it. Times in microseconds UTC."""

    id: int
    kind: str
    state: str
    user: int | None
    actor: str
    params: dict[str, Any]
    done: int
    total: int
    unit: str
    attempts: int
    """How often it was begun; more than once where a worker was killed while it ran this."""
    result: dict[str, Any] | None
    error: MunimentError | None
    made_at: int
    begun_at: int | None
    finished_at: int | None

    @property
    def over(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in ("done", "failed", "ended")

    @property
    def percent(self) -> int | None:
        """How far it has come; None while that cannot be said."""
        return min(100, self.done * 100 // self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class Running:
    """What a job is given while it runs."""

    job: Seen
    tell: Callable[[int, int], None]
    """Says how much of how much is done; raises Stopped when the worker is to end. Called often, written now and then."""


Work = Callable[[Running], Any]
"""What a job does; what it returns (a dataclass or struct of ids and numbers, or None) is kept as its result."""


# Asking for work


def ask(
    desk: Desk, task: Task[[int], None] | str, kind: str, params: dict[str, Any], *, unit: str = "", total: int = 0
) -> int:
    """Put a job into the queue, within the caller's transaction, in which its audit entry stands too; the job's id.

    `task` may be given by its dotted path: actions stand below the tasks that call them.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a job is asked for within the transaction of the action that asks for it")
    job = Job.objects.create(kind=kind, user=desk.user, actor=desk.actor, params=params, unit=unit, total=total)
    found: Task[[int], None] = import_string(task) if isinstance(task, str) else task
    job.task = found.enqueue(job.pk).id
    job.save(update_fields=["task"])
    return job.pk


def take_back(identifier: int) -> bool:
    """End a job that waits, within the caller's transaction; False when it has begun already."""
    job = Job.objects.filter(pk=identifier).first()
    ended = Job.objects.filter(pk=identifier, state=Job.State.WAITING).update(
        state=Job.State.ENDED, finished_at=timezone.now(), task=None
    )
    if ended and job is not None and job.task is not None:
        DBTaskResult.objects.filter(pk=job.task).delete()
    return bool(ended)


# Looking at it


def look(identifier: int) -> Seen:
    """A job by its id; raises NotFound."""
    job = Job.objects.filter(pk=identifier).first()
    if job is None:
        raise NotFound("there is no job {id}", id=identifier)
    return _seen(job)


def look_at(identifiers: Collection[int]) -> dict[int, Seen]:
    """Several of them, by id; those that are not there are left out."""
    return {job.pk: _seen(job) for job in Job.objects.filter(pk__in=list(identifiers))}


def unfinished(kind: str | None = None) -> list[Seen]:
    """The jobs that wait or run, oldest first."""
    jobs = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING)).order_by("id")
    return [_seen(job) for job in (jobs if kind is None else jobs.filter(kind=kind))]


def latest(limit: int, before: int | None = None) -> list[Seen]:
    """The newest jobs of all kinds, under the id `before`."""
    jobs = Job.objects.order_by("-id")
    return [_seen(job) for job in (jobs if before is None else jobs.filter(pk__lt=before))[:limit]]


def spoken(error: MunimentError) -> str:
    """A refusal in the reader's language; in English where a translation does not fit its values."""
    try:
        return gettext(error.template).format(**error.values)
    except (KeyError, IndexError, ValueError):
        return str(error)


def _seen(job: Job) -> Seen:
    return Seen(
        id=job.pk,
        kind=job.kind,
        state=job.state,
        user=job.user,
        actor=job.actor,
        params=job.params,
        done=job.done,
        total=job.total,
        unit=job.unit,
        attempts=job.attempts,
        result=job.result,
        error=None if job.error is None else _read_error(job.error),
        made_at=_microseconds(job.made_at),
        begun_at=None if job.begun_at is None else _microseconds(job.begun_at),
        finished_at=None if job.finished_at is None else _microseconds(job.finished_at),
    )


def _microseconds(at: datetime) -> int:
    return int(at.timestamp()) * SECOND + at.microsecond


def _read_error(kept: dict[str, Any]) -> MunimentError:
    kind = getattr(errors, str(kept["kind"]), Refused)
    found: MunimentError = kind(kept["template"], **kept["values"])
    return found


def _keep_error(error: MunimentError) -> dict[str, Any]:
    values = {name: value if isinstance(value, int | str) else str(value) for name, value in error.values.items()}
    return {"kind": type(error).__name__, "template": error.template, "values": values}


# Doing it


def lead(archive: Archive) -> Leader:
    """The leader for a job, which has time: it waits for another that writes the archive, such as the keeper or a command.

    Raises Stopped. Pages never lead.
    """
    while True:
        try:
            return Leader(archive, wait=LEADER_WAIT_SECONDS)
        except Busy:
            _go_on()


def perform(identifier: int, work: Work) -> None:
    """Run a job and keep how it ended. What it raises is kept with it, and goes no further; only Stopped does."""
    job = Job.objects.filter(pk=identifier, state=Job.State.WAITING).first()
    if job is None:
        return  # taken back between the queue and here
    job.attempts += 1
    job.state, job.begun_at, job.done = Job.State.RUNNING, job.begun_at or timezone.now(), 0
    job.save(update_fields=["attempts", "state", "begun_at", "done"])
    try:
        if job.attempts > ATTEMPTS:
            raise Damaged(  # ends like any other failure
                _(
                    "the worker ended {count} times while it ran this job, so it is not tried again; ask IT to look at the worker's log"
                ),
                count=ATTEMPTS,
            )
        result = work(Running(_seen(job), _teller(identifier)))
        job.result = None if result is None else json.loads(msgspec.json.encode(result))
        job.state = Job.State.DONE
    except Stopped:
        Job.objects.filter(pk=identifier).update(state=Job.State.WAITING, attempts=job.attempts - 1)
        raise
    except MunimentError as refusal:
        job.state, job.error = Job.State.FAILED, _keep_error(refusal)
    except Exception as problem:  # noqa: BLE001  # one job that fails must not stop the worker
        # Its kind and where it came from: what an exception says may hold content.
        where = "".join(traceback.format_tb(problem.__traceback__))
        _log.error("job %s (%s) failed: %s\n%s", identifier, job.kind, type(problem).__name__, where)
        mistake = Damaged(
            _("Muniment made a mistake ({kind}); what was captured is safe; tell IT the time at which this happened"),
            kind=type(problem).__name__,
        )
        job.state, job.error = Job.State.FAILED, _keep_error(mistake)
    job.finished_at, job.task = timezone.now(), None
    job.save(update_fields=["state", "result", "error", "finished_at", "task"])


def _go_on() -> None:
    """Raises Stopped when this thread's worker is to end."""
    stop: threading.Event | None = getattr(_here, "stop", None)
    if stop is not None and stop.is_set():
        raise Stopped


def _teller(identifier: int) -> Callable[[int, int], None]:
    told = [0.0]

    def tell(done: int, total: int) -> None:
        _go_on()
        if time.monotonic() - told[0] >= TELL_SECONDS or done >= total:
            told[0] = time.monotonic()
            Job.objects.filter(pk=identifier).update(done=done, total=total)

    return tell


# The worker


def work(stop: threading.Event) -> None:
    """Run jobs, one at a time, until `stop` is set; a job under way is put back and goes on with the next worker.

    Waits while another process of the same archive does this. Django must be set up (schema.use, or ready.make_ready).
    """
    _here.stop = stop
    try:
        fd = _lock(stop)
        if fd is None:
            return
        try:
            recover()
            while not stop.is_set():
                if not run_next():
                    stop.wait(PAUSE_SECONDS)
        finally:
            os.close(fd)
    finally:
        del _here.stop
        leave()
        close_old_connections()


def recover() -> int:
    """Let what a worker left running when it was killed wait again, for the one who holds the lock; how many jobs it was."""
    with transaction.atomic():
        DBTaskResult.objects.filter(status="RUNNING").update(status="READY")
        left = Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.WAITING)
        # A job without its row in the queue would wait for ever.
        queued = {str(key) for key in DBTaskResult.objects.values_list("pk", flat=True)}
        lost = [job.pk for job in Job.objects.filter(state=Job.State.WAITING) if str(job.task) not in queued]
        gone = Damaged(_("the queue lost this job; ask for it again"))
        Job.objects.filter(pk__in=lost).update(
            state=Job.State.FAILED, error=_keep_error(gone), finished_at=timezone.now(), task=None
        )
    return left


def run_next() -> bool:
    """Run the job that has waited longest; False when none waits."""
    close_old_connections()
    try:
        with transaction.atomic():
            row = DBTaskResult.objects.ready().get_locked()
            if row is None:
                return False
            row.claim(f"pid {os.getpid()}")
    except (
        DatabaseError
    ):  # the desk's database is busy for longer than its own patience: the next look finds the job again
        _log.warning("the desk's database could not be asked for jobs; trying again")
        return False
    try:
        row.task.call(*row.args_kwargs["args"])
    except Stopped:
        DBTaskResult.objects.filter(pk=row.pk).update(status="READY")
        return False
    except Exception:  # noqa: BLE001  # a task that this build does not know, or whose row cannot be written
        _log.error("a job could not be run; it stays failed")  # a traceback may hold content
        unknown = Damaged(_("this build does not know how to run this job; ask for it again"))
        Job.objects.filter(task=row.pk).update(
            state=Job.State.FAILED, error=_keep_error(unknown), finished_at=timezone.now(), task=None
        )
    DBTaskResult.objects.filter(pk=row.pk).delete()
    return True


def _lock(stop: threading.Event) -> int | None:
    """The lock of the one process that runs jobs, as a file descriptor; None when `stop` came first."""
    fd = os.open(nobody().archive.home.spool, os.O_RDONLY | os.O_DIRECTORY)
    while not stop.is_set():
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stop.wait(PAUSE_SECONDS)
        else:
            return fd
    os.close(fd)
    return None
