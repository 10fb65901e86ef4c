"""Time and identifiers: the only places where a clock or chance enters, handed in so that a test can replay them."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

Clock = Callable[[], int]
"""Gives microseconds since 1970-01-01T00:00:00Z."""

SECOND = 1_000_000
STAMP_LENGTH = len("2026-11-21T20:43:55.123456Z")


def now() -> int:
    """The system clock, microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def rfc3339(at: int) -> str:
    """`2026-11-21T20:43:55.123456Z` for microseconds since the epoch."""
    seconds, rest = divmod(at, SECOND)
    return f"{_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=16)  # stamps come in runs: a batch of records is received within a second or two
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()  # strftime would not pad the year 1


def from_rfc3339(text: str) -> int:
    """Undo `rfc3339` for our own stamps; raises ValueError for any other spelling."""
    if (
        len(text) != STAMP_LENGTH
        or text[19] != "."
        or text[-1] != "Z"
        or not (text.isascii() and text[20:26].isdigit())
    ):
        raise ValueError
    return _from_second(text[:19]) * SECOND + int(text[20:26])


@lru_cache(maxsize=16)
def _from_second(text: str) -> int:
    seconds = int(datetime.fromisoformat(f"{text}+00:00").timestamp())
    if _second(seconds) != text:
        raise ValueError
    return seconds


def uuid7(at: int, chance: bytes | None = None) -> str:
    """A UUIDv7 (RFC 9562 §5.7) of the millisecond `at` (microseconds) and 10 random bytes."""
    tail = chance or os.urandom(10)
    text = f"{at // 1000 & 0xFFFFFFFFFFFF:012x}{0x7000 | (tail[0] << 8 | tail[1]) & 0x0FFF:04x}{tail[2] & 0x3F | 0x80:02x}{tail[3:10].hex()}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def month(at: int) -> str:
    """The UTC month of a moment, `2026-11`."""
    return f"{datetime.fromtimestamp(at // SECOND, UTC):%Y-%m}"
