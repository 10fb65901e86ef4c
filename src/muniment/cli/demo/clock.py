"""The demonstration's own clock: it begins some hours ago, so that what live accounts brought came in by it, and some fell silent.

Trust: times of receipt in a demonstration are as invented as its messages; every signature over them bears its origin.
"""

from datetime import timedelta

from muniment.record.clock import SECOND, now


class Clock:
    """Runs as the machine's does, some time behind it; it is put forward, and never back."""

    def __init__(self, behind: timedelta) -> None:
        self._behind = int(behind.total_seconds()) * SECOND

    def __call__(self) -> int:
        """Microseconds UTC."""
        return now() - self._behind

    def forward(self, behind: timedelta) -> None:
        """Run only so much behind from now on; raises ValueError where that would be back."""
        wanted = int(behind.total_seconds()) * SECOND
        if wanted > self._behind:
            raise ValueError(behind)
        self._behind = wanted

    def run_on(self, seconds: int) -> None:
        """Let so much time pass, as far as there is any left to catch up with."""
        self._behind = max(0, self._behind - seconds * SECOND)
