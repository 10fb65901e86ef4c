"""What time it is, for everything about people and sign-ins; a test may say another time instead of waiting for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def _real() -> datetime:
    return datetime.now(UTC)


_clock: Callable[[], datetime] = _real


def now() -> datetime:
    """This moment, in UTC."""
    return _clock()


def today(zone: ZoneInfo) -> date:
    """The day in `zone`: the firm's own day, where `zone` is the firm's."""
    return now().astimezone(zone).date()


@contextmanager
def clock(reading: Callable[[], datetime]) -> Iterator[None]:
    """Read the time from `reading` within the block, in every thread of this process."""
    global _clock  # noqa: PLW0603  # one process, one clock
    before, _clock = _clock, reading
    try:
        yield
    finally:
        _clock = before
