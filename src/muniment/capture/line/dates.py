"""The rows that name a day, in the five forms that exports have, and what decides the order of day and month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from muniment.capture.line.words import WEEKDAYS
from muniment.record.errors import Refused

_WEEKDAY = r"[^\d\s()（）,/.:：\t][^\d()（）,/\t]{0,14}"
_YEAR_FIRST = re.compile(
    rf"(?P<era>R|Ｒ|令和)?(?P<year>\d{{1,4}})(?P<sep>[/.年-])(?P<month>\d{{1,2}})[/.月-](?P<day>\d{{1,2}})日?"
    rf"(?:\s?[(（]\s?(?P<inside>{_WEEKDAY})\s?[)）]|\s?(?P<behind>{_WEEKDAY}))?"
)
_YEAR_LAST = re.compile(
    rf"(?:(?P<before>{_WEEKDAY}),?\s)?(?P<one>\d{{1,2}})(?P<sep>[/.-])(?P<two>\d{{1,2}})[/.-](?P<year>\d{{4}})"
    rf"(?:\s?[(（]\s?(?P<inside>{_WEEKDAY})\s?[)）]|,?\s(?P<behind>{_WEEKDAY}))?"
)
_FIRST, _LAST = date(2011, 1, 1), date(2199, 12, 31)
ORDERS = ("dmy", "mdy")


@dataclass(frozen=True, slots=True)
class DateRow:
    """A row that names a day: its style (the same in all rows of one export), the readings of its numbers, its weekday."""

    style: str
    readings: dict[str, date]
    weekday: int | None

    @property
    def fitting(self) -> dict[str, date]:
        """The readings that fall on the weekday which stands beside them; all where none stands there."""
        return {
            order: day for order, day in self.readings.items() if self.weekday is None or day.weekday() == self.weekday
        }


def read_date(line: str) -> DateRow | None:
    """The day that a row names; None for any other row."""
    text = line.strip(" \ufeff\u200e\u200f\r")
    if not text or len(text) > 60 or "\t" in text:
        return None
    found = _YEAR_FIRST.fullmatch(text)
    if found is not None:
        year, era = int(found["year"]), found["era"]
        if not era and len(found["year"]) != 4:
            return None
        day = _day(year + 2018 if era else year, int(found["month"]), int(found["day"]))
        readings = {"ymd": day} if day else {}
        style = f"{'era' if era else 'y'}{found['sep']}{'(' if found['inside'] else ' ' if found['behind'] else ''}"
        return _row(style, readings, found["inside"] or found["behind"])
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    year, one, two = int(found["year"]), int(found["one"]), int(found["two"])
    both = {"dmy": _day(year, two, one), "mdy": _day(year, one, two)}
    style = (
        f"{'w,' if found['before'] else ''}d{found['sep']}{'(' if found['inside'] else ' ' if found['behind'] else ''}"
    )
    return _row(style, {o: d for o, d in both.items() if d}, found["before"] or found["inside"] or found["behind"])


def order_of(rows: Iterable[DateRow], given: str | None, name: str) -> str:
    """`ymd`, `dmy` or `mdy`, by what all rows allow; raises Refused where that is more than one and nobody says which."""
    rows = list(rows)
    if all("ymd" in row.readings for row in rows):
        return "ymd"
    possible = [order for order in ORDERS if all(order in row.fitting for row in rows)]
    possible = possible or [order for order in ORDERS if all(order in row.readings for row in rows)]
    if given is not None and (given in possible or not possible):
        return given
    if len(possible) == 1:
        if given is not None:
            raise Refused(
                "{name} holds days that are none in the order {given}; leave --date-order away, or say {order}",
                name=name,
                given=given,
                order=possible[0],
            )
        return possible[0]
    if possible and len({tuple(row.readings[order] for row in rows) for order in possible}) == 1:
        return possible[0]  # 5/5: either way the same
    raise Refused(
        "{name} does not show whether day or month comes first; say --date-order dmy or --date-order mdy", name=name
    )


def _row(style: str, readings: dict[str, date], word: str | None) -> DateRow | None:
    if not readings:
        return None
    if word is None:
        return DateRow(style, readings, None)
    bare = word.casefold().replace(".", "").replace("曜日", "").replace("曜", "").replace("요일", "").strip()
    weekday = WEEKDAYS.get(bare)
    return None if weekday is None else DateRow(style, readings, weekday)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        found = date(year - 543 if 2400 <= year <= 2742 else year, month, day)
    except ValueError:
        return None
    return found if _FIRST <= found <= _LAST else None
