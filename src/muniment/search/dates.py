"""Dates as people write them in a query, made absolute in a named zone at the moment of asking."""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_ABSOLUTE = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})(?:\2(\d{1,2}))?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AGO = re.compile(r"(\d{1,4})([dwmy])")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[tT]\d{2}:\d{2}(:\d{2})?")
_CHINESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号號])?)?")
_WORDS = {"today": 0, "今天": 0, "今日": 0, "yesterday": 1, "昨天": 1, "昨日": 1, "琴日": 1}

EXPECTED = "2026-03-31, 2026-03, 2026, 2026-03-31T09:30, today, yesterday, or 7d, 2w, 3m, 1y ago"


class Span(NamedTuple):
    """A day, month, year or moment: seconds since 1970 UTC, `end` exclusive (equal to `first` for a moment)."""

    first: int
    end: int


def read(written: str, *, zone: tzinfo, now: datetime) -> Span | None:
    """The span that `written` names in `zone`, or None when it is no date. `now` must know its zone."""
    today = now.astimezone(zone).date()
    try:
        if _MOMENT.fullmatch(written):
            moment = int(datetime.fromisoformat(written.upper()).replace(tzinfo=zone).timestamp())
            return Span(moment, moment)
        if written.lower() in _WORDS:
            return _days(today - timedelta(days=_WORDS[written.lower()]), 1, zone)
        if found := _AGO.fullmatch(written.lower()):
            return _days(_ago(today, int(found[1]), found[2]), 1, zone)
        if found := _COMPACT.fullmatch(written):
            return _days(date(int(found[1]), int(found[2]), int(found[3])), 1, zone)
        if found := _ABSOLUTE.fullmatch(written):
            return _calendar(found[1], found[3], found[4], zone)
        if found := _CHINESE.fullmatch(written):
            return _calendar(found[1], found[2], found[3], zone)
    except (ValueError, OverflowError):
        return None
    return None


def _ago(today: date, number: int, unit: str) -> date:
    if unit in "dw":
        return today - timedelta(days=number * (7 if unit == "w" else 1))
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "y" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _calendar(year: str, month: str | None, day: str | None, zone: tzinfo) -> Span:
    first = date(int(year), int(month or 1), int(day or 1))
    length = (
        1 if day else monthrange(first.year, first.month)[1] if month else (date(first.year + 1, 1, 1) - first).days
    )
    return _days(first, length, zone)


def _days(first: date, number: int, zone: tzinfo) -> Span:
    return Span(_midnight(first, zone), _midnight(first + timedelta(days=number), zone))


def _midnight(day: date, zone: tzinfo) -> int:
    return int(datetime.combine(day, time(), zone).timestamp())
