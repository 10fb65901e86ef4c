"""Times of the platform, to microseconds UTC: milliseconds in messages, seconds within forwarded ones, digits as text now and then."""

from typing import Any

from muniment.capture.wecom.plain import integer_of
from muniment.record.clock import SECOND, rfc3339
from muniment.record.codec import SAFE_INTEGER
from muniment.record.event import Precision

_SECONDS_BELOW = 100_000_000_000
"""A smaller number is seconds: as milliseconds it would lie in or before 1973, before the platform."""
_LAST = SAFE_INTEGER // SECOND
"""Seconds to the year 2255: what lies behind has more microseconds than canonical JSON holds, and is no time of a message."""


def read_time(value: Any) -> tuple[int, Precision] | None:
    """The moment and how exactly it was told; None for zero, which the platform writes where it knows none, and for no time."""
    number = integer_of(value)
    if number is None or number <= 0:
        return None
    if number < min(_SECONDS_BELOW, _LAST):
        return number * SECOND, Precision.SECOND
    if number < _SECONDS_BELOW or number // 1000 >= _LAST:
        return None
    return number * 1000, Precision.MILLISECOND


def written(value: Any) -> str:
    """A time as RFC 3339 to the second, UTC; empty where it is none."""
    read = read_time(value)
    return "" if read is None else f"{rfc3339(read[0])[:19]}Z"
