"""Times as X writes them: `Thu Nov 03 01:23:45 +0000 2022`, ISO 8601, or milliseconds since 1970."""

import re
from typing import Any

from muniment.capture.epoch import LAST
from muniment.capture.exact import text_of
from muniment.capture.members import instant
from muniment.capture.times import Instant
from muniment.record.event import Precision

_MONTHS = {name: place for place, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_OLD = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})", re.ASCII)


def moment(given: Any) -> Instant | None:
    """The moment that such a text names; None where it names none."""
    text = text_of(given)
    if text is None:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 15:
        at = int(text) * 1000
        return (at, Precision.MILLISECOND, ()) if at <= LAST * 1_000_000 else None
    match = _OLD.fullmatch(text)
    if match is None:
        return instant(text)
    month, day, clock, hours, minutes, year = match.groups()
    number = _MONTHS.get(month)
    return None if number is None else instant(f"{year}-{number:02}-{day}T{clock}{hours}:{minutes}")
