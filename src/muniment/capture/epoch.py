"""Times that a platform tells as seconds since 1970, as a number or as text: to microseconds UTC, never guessed."""

from typing import Any

from muniment.record.clock import SECOND

LAST = 253_402_300_799
"""9999-12-31T23:59:59Z. What lies beyond (milliseconds taken for seconds, say) is no time, and is kept as it was written."""


def from_seconds(value: Any) -> int | None:
    """Microseconds UTC of an integer, or of its decimal digits; None for anything else, and beyond the year 9999."""
    if type(value) is str:
        if not (value.isascii() and value.isdigit() and len(value) <= 12):
            return None
        value = int(value)
    return value * SECOND if type(value) is int and 0 <= value <= LAST else None
