"""Jobs for tests: small ones, each with its way of ending."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from django_tasks import task

from muniment.desk import jobs
from muniment.desk.jobs import Running
from muniment.record.errors import Refused


@dataclass(frozen=True, slots=True)
class Counted:
    """A result."""

    steps: int


@task()
def count(job: int) -> None:
    jobs.perform(job, _count)


def _count(running: Running) -> Counted:
    steps = int(running.job.params["steps"])
    for step in range(1, steps + 1):
        running.tell(step, steps)
        if path := running.job.params.get("trace"):
            with Path(path).open("a") as file:
                file.write(f"{step}\n")
    return Counted(steps)


@task()
def refuse(job: int) -> None:
    jobs.perform(job, _refuse)


def _refuse(running: Running) -> None:
    raise Refused("expected {wanted}, got {got}", wanted="a file", got=Path("nothing"))


@task()
def stumble(job: int) -> None:
    jobs.perform(job, _stumble)


def _stumble(running: Running) -> None:
    raise KeyError(running.job.params["said"])


@task()
def die(job: int) -> None:
    """Take the worker with it, as a lack of memory would."""
    jobs.perform(job, _die)


def _die(running: Running) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
