"""A real worker, in a process of its own, which a test may kill."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from muniment.desk import jobs
from tests.archives import Place

WORKER = """
import threading
from muniment.vault.home import locate
from muniment.desk.archive.ready import make_ready
make_ready(*locate())
from muniment.desk import jobs
jobs.work(threading.Event())
"""


@contextmanager
def worker(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """A worker; killed at the end."""
    process = subprocess.Popen([sys.executable, "-c", WORKER], env=place.environment, cwd=Path(__file__).parents[3])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def kill_within(place: Place, job: int, moment: Callable[[jobs.Seen], bool]) -> None:
    """Let a worker run until a job of its has come to a moment, and kill it there."""
    with worker(place) as process:
        while not ((seen := jobs.look(job)).state == "running" and moment(seen)) and process.poll() is None:
            assert not seen.over, f"the job was over before its worker could be killed: {seen}"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert jobs.look(job).state == "running"


def finish(place: Place, *wanted: int) -> list[jobs.Seen]:
    """Let another worker end these jobs; what became of each."""
    with worker(place) as process:
        while not all(jobs.look(job).over for job in wanted):
            assert process.poll() is None
            time.sleep(0.05)
    return [jobs.look(job) for job in wanted]
