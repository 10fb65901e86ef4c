"""Times as RFC 3339 writes them, to microseconds UTC, with how exactly they were told and by whose zone."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.capture.rejected import LineRejected
from muniment.record.errors import Refused
from muniment.record.event import Precision

DECLARED = "declared_timezone"
"""Flag: the source gave a local time; the operator said in which zone."""

AMBIGUOUS = "ambiguous_time"
"""Flag: the local time came twice or never in that zone; the first reading is taken."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = -62_135_596_800_000_000  # 0001-01-01T00:00:00Z
_LAST = 253_402_300_799_999_999  # 9999-12-31T23:59:59.999999Z
_SHAPE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?", re.ASCII
)
_EXPECTED = "expected sent_at as RFC 3339, such as 2026-11-18T15:42:06+08:00, got"

_HOUR = 3_600_000_000
_HOURS_KEPT = 50_000
_hours: dict[str, int] = {}
"""`2026-11-18T15:+08:00` → that hour's start; a memory of pure results, emptied when full."""

_WITHIN_HOUR = {f"{m:02d}:{s:02d}": (m * 60 + s) * 1_000_000 for m in range(60) for s in range(60)}

Instant = tuple[int, Precision, tuple[str, ...]]
"""Microseconds since the epoch, precision, flags."""


@lru_cache(maxsize=8)
def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises Refused."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused(
            "expected an IANA time zone such as Asia/Hong_Kong, got {name}; correct --timezone", name=name
        ) from None


def read_instant(text: str, zone: str | None) -> Instant:
    """The moment an RFC 3339 time names; without an offset, in `zone` if there is one. Raises LineRejected.

    Digits beyond the microsecond are cut off (the text itself is kept beside it). A leap second is the second after.
    """
    # Whole seconds with Z or an offset: the hour is read once, minutes and seconds are looked up.
    hour = _hours.get(text[:14] + text[19:])
    if hour is not None:
        within = _WITHIN_HOUR.get(text[14:19])
        if within is not None:
            return hour + within, Precision.SECOND, ()
    at, precision, flags = _slowly(text, zone)
    if len(text) in {20, 25} and precision is Precision.SECOND and not flags and _FIRST + _HOUR <= at <= _LAST - _HOUR:
        if len(_hours) >= _HOURS_KEPT:
            _hours.clear()
        _hours[text[:14] + text[19:]] = _slowly(text[:14] + "00:00" + text[19:], zone)[0]
    return at, precision, flags


def _slowly(text: str, zone: str | None) -> Instant:
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise LineRejected(f"{_EXPECTED} text of another shape")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    leap = second == "60"
    try:
        local = datetime(int(year), int(month), int(day), int(hour), int(minute), 59 if leap else int(second))  # noqa: DTZ001 (the offset follows)
    except ValueError:
        raise LineRejected(f"{_EXPECTED} a date or time that no calendar has") from None
    flags: tuple[str, ...] = ()
    if offset is None:
        if zone is None:
            raise LineRejected("expected sent_at with an offset such as Z or +08:00, got a local time; say --timezone")
        behind, ambiguous = _behind(local, zone_of(zone))
        flags = (DECLARED, AMBIGUOUS) if ambiguous else (DECLARED,)
    elif offset in "Zz":
        behind = timedelta()
    else:
        behind = timedelta(hours=int(offset[1:3]), minutes=int(offset[4:6])) * (-1 if offset[0] == "-" else 1)
    since = local.replace(tzinfo=UTC) - _EPOCH - behind
    at = (since.days * 86_400 + since.seconds + leap) * 1_000_000
    precision = Precision.SECOND
    if fraction is not None:
        at += int(fraction[:6].ljust(6, "0"))
        precision = Precision.MILLISECOND if len(fraction) <= 3 else Precision.MICROSECOND
    if not _FIRST <= at <= _LAST:
        raise LineRejected(f"{_EXPECTED} a time outside the years 1 to 9999 UTC")
    return at, precision, flags


def _behind(local: datetime, zone: ZoneInfo) -> tuple[timedelta, bool]:
    """The zone's offset from UTC at a local time, and whether the clock change left another reading."""
    try:
        first = local.replace(tzinfo=zone).utcoffset()
        second = local.replace(tzinfo=zone, fold=1).utcoffset()
    except OverflowError:
        raise LineRejected(f"{_EXPECTED} a time outside the years 1 to 9999 UTC") from None
    assert first is not None and second is not None  # a ZoneInfo always knows
    return first, first != second
