"""How times are written, in each language: no more of a time than the source told."""

from collections.abc import Mapping
from datetime import date, datetime

from django.utils.dateformat import format as date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

ENGLISH: Mapping[str, str] = {
    "long": "j M Y, H:i:s",
    "exact": "j M Y, H:i:s",
    "short": "j M Y, H:i",
    "time": "H:i",
    "date": "j F Y",
    "day": "j M Y",
    "month": "M Y",
}
CHINESE: Mapping[str, str] = {
    "long": "Y年n月j日 H:i:s",
    "exact": "Y年n月j日 H:i:s",
    "short": "Y年n月j日 H:i",
    "time": "H:i",
    "date": "Y年n月j日",
    "day": "Y年n月j日",
    "month": "Y年n月",
}
FRACTIONS = {"us": 6, "ms": 3}

MINUTE, HOUR, DAY = 60, 3600, 86_400


def written(local: date, form: str, precision: str = "s") -> str:
    """`local` in the reader's language. `form`: long, exact (with the fraction told), short, time, date, day, month.

    A `date` without a time has the last three alone.
    """
    patterns = CHINESE if (get_language() or "en").startswith("zh") else ENGLISH
    if precision == "day":
        return "–" if form == "time" else date_format(local, patterns["month" if form == "month" else "date"])
    pattern = patterns[form]
    if precision == "min":
        pattern = pattern.removesuffix(":s")
    words = date_format(local, pattern)
    digits = FRACTIONS.get(precision, 0)
    if form == "exact" and digits and isinstance(local, datetime):
        words += f".{local.microsecond:06}"[: digits + 1]
    return words


def said(at: datetime, precision: str = "s") -> str:
    """`at`, in UTC, as the reader finds it on hover."""
    if precision == "day":
        return f"{at:%Y-%m-%d} UTC"
    if precision == "min":
        return f"{at:%Y-%m-%d %H:%M} UTC"
    fraction = f".{at.microsecond:06}"[: FRACTIONS[precision] + 1] if precision in FRACTIONS else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction} UTC"


def age(seconds: int) -> str:
    """How long ago, in the two largest units that matter."""
    if seconds < 0:
        return _("in the future")
    if seconds < MINUTE:
        return _("{s} s ago").format(s=seconds)
    if seconds < HOUR:
        return _("{min} min ago").format(min=seconds // MINUTE)
    if seconds < DAY:
        return _("{h} h {min} min ago").format(h=seconds // HOUR, min=seconds % HOUR // MINUTE)
    if seconds < 60 * DAY:
        return _("{d} d {h} h ago").format(d=seconds // DAY, h=seconds % DAY // HOUR)
    return _("{d} d ago").format(d=f"{seconds // DAY:,}")


def city(zone: str) -> str:
    """What people call a zone (an IANA name): by its city, in their language where it is one of ours."""
    names = {
        "Asia/Hong_Kong": _("Hong Kong"),
        "Asia/Macau": _("Macau"),
        "Asia/Shanghai": _("Shanghai"),
        "Asia/Taipei": _("Taipei"),
        "Asia/Singapore": _("Singapore"),
        "Asia/Tokyo": _("Tokyo"),
        "Europe/London": _("London"),
        "America/New_York": _("New York"),
        "America/Chicago": _("Chicago"),
        "America/Los_Angeles": _("Los Angeles"),
    }
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    name = names.get(zone) or zone.rpartition("/")[2].replace("_", " ")
    return pgettext("the time of a city", "{city} time").format(city=name)
