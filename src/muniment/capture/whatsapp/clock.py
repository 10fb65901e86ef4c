"""From the digits of a time stamp to an instant: day-month order, calendars, day parts, time zone and its jumps."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.capture.whatsapp.locales import (
    DAY_PARTS,
    ERA_SUFFIXES,
    ERAS,
    MARKS,
    PARTICLES,
    SPACES,
    DayPart,
    clean,
    hour24,
)
from muniment.record.errors import Refused

ORDERS = ("dmy", "mdy", "ymd")
"""Orders in which day, month and year are written."""

EPOCH = date(1970, 1, 1).toordinal()
_PUNCTUATION = SPACES + MARKS + ",،、.·"
_DATE = re.compile(r"^(\D*)(\d{1,4})(\D+?)(\d{1,2})(\D+?)(\d{1,4})(\D*)$")
_TIME = re.compile(r"^(\D*)(\d{1,2})(\D)(\d{2})(?:\D(\d{2}))?(\D*)$")


@dataclass(frozen=True, slots=True)
class DateText:
    """A date as written: its three numbers, how many digits each has, its era's offset, and its `style` with the digits taken out."""

    numbers: tuple[int, int, int]
    digits: tuple[int, int, int]
    era: int | None
    style: str


@dataclass(frozen=True, slots=True)
class TimeText:
    """A time of day as written: seconds since midnight (None when it is none), its day-part word, and its `style`."""

    seconds: int | None
    precise: bool
    word: str
    style: str


@lru_cache(maxsize=1 << 14)
def read_date(text: str) -> DateText | None:
    """Read the numbers of a date in any script of digits; None when there are not three of them."""
    match = _DATE.match(text)
    if match is None:
        return None
    before, first, left, second, right, third, after = match.groups()
    era = ERAS.get(_bare(before)) if before else None
    suffix = _bare(after)
    if suffix in ERA_SUFFIXES:
        era = ERA_SUFFIXES[suffix]
    style = f"{before}{_width(first)}{left}{_width(second)}{right}{_width(third)}{after}"
    return DateText((int(first), int(second), int(third)), (len(first), len(second), len(third)), era, style)


@lru_cache(maxsize=1 << 17)
def read_time(text: str) -> TimeText | None:
    """Read a time of day with the words and marks around it; None when it holds no hour and minute."""
    match = _TIME.match(text)
    if match is None:
        return None
    before, hours, colon, minutes, seconds, after = match.groups()
    words = [word for word in (_word(before), _word(after)) if word]
    part: DayPart | None = DAY_PARTS.get(words[0]) if len(words) == 1 else None
    style = f"{_edges(before)}0{colon}00{':00' if seconds else ''}{_edges(after)}"
    hour, minute, second = int(hours), int(minutes), int(seconds or 0)
    if hour > 23 or minute > 59 or second > 59 or (words and part is None):
        return TimeText(None, seconds is not None, "".join(words), style)
    return TimeText(hour24(hour, part) * 3600 + minute * 60 + second, seconds is not None, "".join(words), style)


def calendar_day(text: DateText, order: str) -> int | None:
    """The proleptic ordinal of the day that `text` is in `order`; None when it is no day, or none on which WhatsApp existed."""
    at = {"dmy": (2, 1, 0), "mdy": (2, 0, 1), "ymd": (0, 1, 2)}[order]
    number, digits = text.numbers, text.digits
    if digits[at[1]] > 2 or digits[at[2]] > 2:
        return None
    return _ordinal(number[at[0]], digits[at[0]], number[at[1]], number[at[2]], text.era)


@lru_cache(maxsize=1 << 14)
def _ordinal(year: int, digits: int, month: int, day: int, era: int | None) -> int | None:
    if era is not None:
        # A two-digit year of the Buddhist era is 25xx; a Japanese or Republic year counts from the era's beginning.
        year = (year + 2500 if era == -543 and digits < 3 else year) + era
    elif digits <= 2:
        # 2009 is WhatsApp's first year; a two-digit year from 52 on is the Buddhist 25xx, which began to be 2009 then.
        year = 2500 + year - 543 if year >= 52 else 2000 + year
    elif digits == 3:
        year += 1911
    elif 1388 <= year <= 1429:
        return _persian(year, month, day)
    elif 2400 <= year <= 2700:
        year -= 543
    if not 2009 <= year <= 2199:
        return None
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def foreign_calendar(text: DateText) -> str | None:
    """The name of a calendar that we recognise by its years and do not convert (it depends on sightings or tables)."""
    years = [n for n, d in zip(text.numbers, text.digits, strict=True) if d == 4]
    if any(1430 <= year <= 1480 for year in years):
        return "Islamic"
    if any(5760 <= year <= 5900 for year in years):
        return "Hebrew"
    return None


def _persian(year: int, month: int, day: int) -> int | None:
    """Solar Hijri to ordinal for 1388 to 1429: leap years fall every fourth, with a fifth at 1408 and 1441 apart."""
    leaps = {1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428}
    lengths = [31] * 6 + [30] * 5 + [30 if year in leaps else 29]
    if not 1 <= month <= 12 or not 1 <= day <= lengths[month - 1]:
        return None
    # 1 Farvardin 1388 was 21 March 2009.
    start = date(2009, 3, 21).toordinal()
    start += sum(366 if past in leaps else 365 for past in range(1388, year))
    return start + sum(lengths[: month - 1]) + day - 1


def zone(name: str) -> ZoneInfo:
    """The time zone of that IANA name; raises Refused when there is none."""
    try:
        return _zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("expected a time zone such as Asia/Hong_Kong or Europe/London, got {zone}", zone=name) from None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=1 << 14)
def steady(name: str, day: int) -> int | None:
    """The offset from UTC in seconds all through a local day; None when a clock change falls into or beside it."""
    zone_ = _zone(name)
    noon = datetime.fromordinal(day) + timedelta(hours=12)
    offsets = {(noon + timedelta(hours=h)).replace(tzinfo=zone_).utcoffset() for h in (-36, -12, 0, 12, 36)}
    offset = offsets.pop()
    return int(offset.total_seconds()) if not offsets and offset is not None else None


def instant(name: str, day: int, seconds: int, fold: int = 0) -> tuple[int, str | None]:
    """Microseconds since 1970 UTC of a local time, and `time_ambiguous` or `time_nonexistent` when a clock change spoils it.

    A time that occurs twice is read as the first, or with `fold` as the second; a time that the clocks skipped is read
    with the offset in force before the change.
    """
    offset = steady(name, day)
    if offset is not None:
        return ((day - EPOCH) * 86400 + seconds - offset) * 1_000_000, None
    local = datetime.fromordinal(day) + timedelta(seconds=seconds)
    zone_ = _zone(name)
    early = local.replace(tzinfo=zone_, fold=0).utcoffset() or timedelta()
    late = local.replace(tzinfo=zone_, fold=1).utcoffset() or timedelta()
    problem = None if early == late else "time_ambiguous" if early > late else "time_nonexistent"
    taken = late if fold and problem == "time_ambiguous" else early
    return ((day - EPOCH) * 86400 + seconds - int(taken.total_seconds())) * 1_000_000, problem


def _bare(text: str) -> str:
    """Lower case, without marks, spaces, commas and full stops: the form of the tables of words."""
    return clean(text).casefold().translate(_DROP)


_DROP = {ord(c): None for c in " ,،、.·-‐"}


def _word(text: str) -> str:
    """The word beside a time that means something, or empty."""
    bare = _bare(text)
    if not bare or bare in DAY_PARTS:
        return bare
    for particle in PARTICLES:
        if bare.startswith(particle) and (bare == particle or bare[len(particle) :] in DAY_PARTS):
            return bare[len(particle) :]
    return "" if bare in ERA_SUFFIXES else bare


def _width(digits: str) -> str:
    return "Y" if len(digits) > 2 else "0"


def _edges(text: str) -> str:
    """The punctuation around a word, and W for the word itself: two day parts of one language look alike."""
    inner = text.strip(_PUNCTUATION)
    if not inner:
        return text
    start = len(text) - len(text.lstrip(_PUNCTUATION))
    return f"{text[:start]}W{text.rstrip(_PUNCTUATION) and text[len(text.rstrip(_PUNCTUATION)) :]}"
