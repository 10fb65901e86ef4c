"""How things are timed: wall and processor time, percentiles, and whole processes by the system's own accounting."""

import math
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[1]
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Span:
    """Seconds of a block, on the wall and of this process's processor time."""

    wall: float = 0.0
    cpu: float = 0.0
    _wall: float = field(default=0.0, repr=False)
    _cpu: float = field(default=0.0, repr=False)

    def __enter__(self) -> Self:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(round(share * len(ordered), 6)) - 1)]


def repeat(action: Callable[[], object], runs: int) -> list[float]:
    """Seconds of each of `runs` calls, after one that is not counted."""
    action()
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return times


def peak_here() -> float:
    """The most memory this process ever held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """What one process held and had used at a moment: MiB resident, the most so far, and seconds of processor time."""

    rss: float
    peak: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that ended: its exit code and output; seconds on the wall and of processor time, its children's included.

    `samples` are (progress, {pid: sample}) in order of time; `pid` is the process itself, all others are its children.
    """

    code: int
    out: str
    wall: float
    cpu: float
    pid: int
    samples: tuple[tuple[float, dict[int, Sample]], ...]

    def peak(self, *, children: bool = False) -> float:
        """The most memory that the process, or one of its children, was seen to hold, MiB."""
        found = [s.peak for _, some in self.samples for pid, s in some.items() if (pid != self.pid) == children]
        return max(found, default=0.0)

    def used(self, *, children: bool = False) -> float:
        """Seconds of processor time of the process alone, or of its children."""
        last = {pid: sample.cpu for _, some in self.samples for pid, sample in some.items() if pid != self.pid}
        return sum(last.values()) if children else max(0.0, self.cpu - sum(last.values()))

    def rss_at(self, share: float) -> float:
        """MiB that all its processes held together when `share` of the whole progress was made."""
        whole = max((progress for progress, _ in self.samples), default=0.0)
        for progress, some in self.samples:
            if progress >= share * whole:
                return sum(sample.rss for sample in some.values())
        return 0.0


def run(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str] | None = None,
    progress: Callable[[], float] | None = None,
    cwd: Path | None = None,
    every: float = 0.1,
) -> Finished:
    """Run a process to its end. `progress` says how far it is, whenever it is sampled."""
    began = time.perf_counter()
    samples: list[tuple[float, dict[int, Sample]]] = []
    ended = threading.Event()
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=cwd or ROOT
    ) as process:

        def watch() -> None:
            while not ended.wait(every):
                some = {pid: sample for pid in _family(process.pid) if (sample := _sample(pid)) is not None}
                if process.pid in some:
                    samples.append((progress() if progress else 0.0, some))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        assert process.stdout is not None
        out = process.stdout.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(process.pid, 0)
        ended.set()
        watcher.join()
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)  # reaped here, so that its own accounting is read
    return Finished(process.returncode, out, wall, usage.ru_utime + usage.ru_stime, process.pid, tuple(samples))


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        with suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
    return found


def _sample(pid: int) -> Sample | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    sizes = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if line.startswith(("VmRSS", "VmHWM"))}
    if len(sizes) < 2:
        return None
    cpu = (int(fields[11]) + int(fields[12])) / _TICK
    return Sample(int(sizes["VmRSS"]) / 1024, int(sizes["VmHWM"]) / 1024, cpu)


def python(*arguments: str) -> list[str]:
    """A command of this interpreter."""
    return [sys.executable, *arguments]
