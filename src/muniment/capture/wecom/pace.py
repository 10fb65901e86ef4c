"""When to call again: the platform's limit of calls a minute, and ever longer waits while something fails."""

import threading
from collections import deque
from collections.abc import Callable

from muniment.record.clock import SECOND

CALLS = 600
"""Calls a minute that the platform allows for the archive."""
SPARED = 100
"""Of these, the calls that fetching files leaves to pulling."""
MINUTE = 60 * SECOND
FIRST_WAIT = SECOND
LONGEST_WAIT = 300 * SECOND


class Pace:
    """At most `calls` in any minute, whichever threads make them. Times in µs."""

    def __init__(self, calls: int = CALLS) -> None:
        self._calls, self._times, self._lock = calls, deque[int](), threading.Lock()

    def free_at(self, now: int) -> int:
        """When the next call may be made: now, or when the oldest of the last minute is a minute old."""
        return self._free(now, self._calls)

    def take(self, now: int, spared: int = 0) -> int:
        """Make a call now, which is then counted, or hear when it may be made; `spared` calls are left to others."""
        with self._lock:
            free = self._free(now, max(self._calls - spared, 1))
            if free <= now:
                self._times.append(now)
            return free

    def _free(self, now: int, calls: int) -> int:
        # What lies ahead was counted before the clock was put back.
        while self._times and not now - MINUTE < self._times[0] <= now:
            self._times.popleft()
        return now if len(self._times) < calls else self._times[-calls] + MINUTE

    def called(self, now: int) -> None:
        """A call was made."""
        self._times.append(now)


def wait(failures: int, chance: Callable[[], float]) -> int:
    """How long after one more failure than `failures` (µs); see `Backoff`."""
    longest = min(FIRST_WAIT << min(failures, 16), LONGEST_WAIT)
    return longest // 2 + int(longest / 2 * chance())


class Backoff:
    """Waits after failures in a row: up to a second, then twice as long each time, five minutes at most, never in step.

    `chance` gives a number from 0 to 1: at least half of each wait is kept, the rest is chance's.
    """

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self.failures = 0
        """In a row."""

    def failed(self) -> int:
        """One more; how long to wait (µs)."""
        self.failures += 1
        return wait(self.failures - 1, self._chance)

    def worked(self) -> None:
        """It is well again."""
        self.failures = 0
