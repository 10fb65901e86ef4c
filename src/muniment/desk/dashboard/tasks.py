"""What the worker does for the dashboard: checks the whole archive, makes a seal for somebody outside. Neither shows content."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from django_tasks import task

from muniment.desk import jobs
from muniment.desk.archive import actions as archive
from muniment.desk.archive.verification import verify_archive
from muniment.desk.authority import Capability
from muniment.desk.imports.owner import desk_of
from muniment.desk.jobs import Running
from muniment.journal.check import Finding
from muniment.record.errors import Busy

SHOWN = 100
"""Findings that are kept with a job; the command line lists them all."""
LOOK_SECONDS = 2.0
"""Between two looks of a check that nobody asked for, whether somebody asked for something."""
PAUSE_SECONDS = 0.5
"""Between two tries to be the one who holds the logs."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """One finding: the file, and the sentence, which holds no content."""

    file: str
    said: str
    leaf: int | None
    mild: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """How a check of the archive ended."""

    sound: bool
    faults: int
    leavings: int
    leaves: int
    compared: bool
    recorded: bool
    """Whether the audit log could be told."""
    findings: list[Found] = field(default_factory=list)
    gave_way: bool = False
    """Whether it was ended before its end, because somebody asked the worker for something; then it says nothing."""


@dataclass(frozen=True, slots=True)
class Given:
    """A seal: one line."""

    seal: str


@task()
def verify(job: int) -> None:
    """Check the whole archive."""
    jobs.perform(job, _verify)


@task()
def seal(job: int) -> None:
    """Make a seal."""
    jobs.perform(job, _seal)


class _GaveWay(Exception):  # no error: nobody waits for a check that nobody asked for
    pass


def _verify(running: Running) -> Checked:
    desk = desk_of(running.job)
    desk.authority.require(Capability.SYSTEM)
    home, scheduled, looked = desk.archive.home, "scheduled" in running.job.params, [time.monotonic()]

    def tell(done: int, size: int) -> None:
        if scheduled and time.monotonic() - looked[0] >= LOOK_SECONDS:
            looked[0] = time.monotonic()
            if any(each.id != running.job.id for each in jobs.unfinished()):
                raise _GaveWay
        running.tell(done, size)

    def check() -> Checked:
        found: list[Finding] = []
        verdict = verify_archive(
            home.path,
            home.keys,
            found.append,
            actor=desk.actor,
            progress=lambda _log, done, size: tell(done, size),
        )
        return Checked(
            sound=verdict.sound,
            faults=verdict.faults,
            leavings=verdict.leavings,
            leaves=verdict.counts.leaves,
            compared=verdict.compared,
            recorded=verdict.unrecorded is None,
            findings=[Found(each.file, str(each), each.leaf, each.mild) for each in found[:SHOWN]],
        )

    try:
        return _alone(running, check)
    except _GaveWay:
        return Checked(sound=False, faults=0, leavings=0, leaves=0, compared=False, recorded=False, gave_way=True)


def _seal(running: Running) -> Given:
    desk = desk_of(running.job)
    desk.authority.require(Capability.SYSTEM)
    return _alone(running, lambda: Given(archive.make_seal(desk)))


def _alone(running: Running, work: Callable[[], T]) -> T:
    """Do what nobody else may write beside, as soon as nobody does; raises Stopped when the worker ends before that."""
    while True:
        try:
            return work()
        except Busy:
            running.tell(0, 0)
            time.sleep(PAUSE_SECONDS)
