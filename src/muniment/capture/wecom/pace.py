"""When to call again: the platform's limit of calls a minute, and ever longer waits while something fails."""

from collections import deque
from collections.abc import Callable

from muniment.record.clock import SECOND

CALLS = 600
"""Calls a minute that the platform allows for the archive."""
MINUTE = 60 * SECOND
FIRST_WAIT = SECOND
LONGEST_WAIT = 300 * SECOND


class Pace:
    """At most `calls` in any minute. Times in µs."""

    def __init__(self, calls: int = CALLS) -> None:
        self._calls, self._times = calls, deque[int]()

    def free_at(self, now: int) -> int:
        """When the next call may be made: now, or when the oldest of the last minute is a minute old."""
        while self._times and self._times[0] <= now - MINUTE:
            self._times.popleft()
        return now if len(self._times) < self._calls else self._times[0] + MINUTE

    def called(self, now: int) -> None:
        """A call was made."""
        self._times.append(now)


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
        longest = min(FIRST_WAIT << min(self.failures, 16), LONGEST_WAIT)
        self.failures += 1
        return longest // 2 + int(longest / 2 * self._chance())

    def worked(self) -> None:
        """It is well again."""
        self.failures = 0
