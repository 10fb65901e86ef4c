"""A row of an export: time, who, what; and the time of day and of the world."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from muniment.capture.line.words import AFTERNOON, MORNING, NIGHT, NOON, PERIODS, SMALL_HOURS
from muniment.capture.times import zone_of

_PERIOD = "|".join(re.escape(word) for word in sorted(PERIODS, key=len, reverse=True))
_TIME = rf"(?P<before>{_PERIOD})?\s?(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}})\s?(?P<after>{_PERIOD})?"
_ROW = re.compile(rf"{_TIME}\t(?P<rest>.*)", re.DOTALL)
_SPACED = re.compile(rf"{_TIME} (?P<rest>.+)", re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """A row taken apart: minutes since midnight, who (None where LINE itself speaks), what, and the time as written.

    `split` is False where the row has no tabs, so that nobody can tell where the name ends.
    """

    minutes: int
    sender: str | None
    text: str
    written: str
    split: bool


def read_row(line: str, *, tabs: bool = True) -> Row | None:
    """A row with tabs between its columns, or one with spaces; None for what is none."""
    found = (_ROW if tabs else _SPACED).match(line)
    if found is None:
        return None
    minutes = _minutes(int(found["hour"]), int(found["minute"]), found["before"] or found["after"])
    if minutes is None:
        return None
    written = line[: found.start("rest") - 1]
    rest = found["rest"]
    if not tabs:
        return Row(minutes, None, rest, written, False)
    first = rest.partition("\n")[0]
    sender, tab, _ = first.partition("\t")
    if not tab:
        return Row(minutes, None, rest, written, True)
    return Row(minutes, sender or None, rest[len(sender) + 1 :], written, True)


def instant(zone: str, day: date, minutes: int) -> tuple[int, str | None]:
    """Microseconds UTC of a local time, and what a clock change makes of it: `time_ambiguous`, `time_nonexistent` or None."""
    local = datetime(day.year, day.month, day.day, minutes // 60, minutes % 60)  # noqa: DTZ001 (the zone follows)
    here = zone_of(zone)
    early = local.replace(tzinfo=here, fold=0).utcoffset() or timedelta()
    late = local.replace(tzinfo=here, fold=1).utcoffset() or timedelta()
    since = local.replace(tzinfo=UTC) - _EPOCH - early
    problem = None if early == late else "time_ambiguous" if early > late else "time_nonexistent"
    return (since.days * 86_400 + since.seconds) * 1_000_000, problem


def _minutes(hour: int, minute: int, word: str | None) -> int | None:
    if hour > 23 or minute > 59:
        return None
    if word is None or hour > 12:
        return hour * 60 + minute
    if word in MORNING or word in SMALL_HOURS:
        hour %= 12
    elif word in AFTERNOON:
        hour = hour % 12 + 12
    elif word in NOON:
        hour = hour + 12 if 1 <= hour <= 4 else hour
    elif word in NIGHT:
        hour = hour % 12 + 12 if 5 <= hour <= 11 else hour % 12
    return hour * 60 + minute
