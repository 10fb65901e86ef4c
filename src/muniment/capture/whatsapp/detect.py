"""Which of the header-like lines are headers, and how their dates read: decided by all lines together.

The style of the headers is that of the file's first line, or of most lines; the order of day and month is the one
under which the dates exist and do not run backwards. What the lines do not decide is refused, with both readings.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from muniment.capture.connector import Unreadable
from muniment.capture.whatsapp.clock import ORDERS, DateText, calendar_day, foreign_calendar
from muniment.capture.whatsapp.locales import CHINESE_WORDS, YEAR_FIRST_WORDS
from muniment.capture.whatsapp.scan import Columns
from muniment.record.errors import Refused

TOLERANCE = 26 * 3600
"""Seconds by which a line may be older than the one before without suspicion: late delivery, a clock set back, a change of zone."""

SOON = 600
"""Seconds behind a message within which a line by someone who speaks nowhere else may have been typed into it."""

HABIT = 0.02
"""Share of headers out of order above which running backwards is the file's own habit, and no sign of an imitation."""

BOUNDARY = "ambiguous_boundary"
"""Flag of an event that may hold, or be, a header which its sender typed."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a file writes its headers: shape, the two halves of its style, order of day, month and year, and what decided it."""

    shape: str
    style: tuple[str, str, str]
    order: str
    order_by: str


@dataclass(slots=True)
class Reading:
    """The accepted headers: indices into the columns, their local times in seconds, and which of them are flagged."""

    format: Format
    headers: array[int]
    seconds: array[int]
    flagged: set[int]


def detect(columns: Columns, order: str | None, name: str) -> Reading:
    """Read the columns; raises Refused when there is no header, no readable date or time, or no decision on the order."""
    if order is not None and order not in ORDERS:
        raise Refused("expected the date order dmy, mdy or ymd, got {order}", order=order)
    if not columns.offset:
        raise Unreadable(
            "{name} holds no line that begins like a WhatsApp message; expected a chat exported as text", name=name
        )
    style = _style(columns, name)
    rows = [row for row, number in enumerate(columns.style) if number == style]
    chosen, by = _order(columns, rows, order, name)
    days = [calendar_day(text, chosen) for text in columns.dates]
    accepted: array[int] = array("q")
    seconds: array[int] = array("q")
    for row in rows:
        day, time = days[columns.date[row]], columns.times[columns.time[row]].seconds
        if day is not None and time is not None:
            accepted.append(row)
            seconds.append(day * 86400 + time)
    if not accepted:
        raise Unreadable(
            "no line of {name} has both a day and a time of day that exist; expected a chat exported as text", name=name
        )
    form = Format(columns.styles[style][0], columns.styles[style], chosen, by)
    reading = _boundaries(columns, Reading(form, accepted, seconds, set()))
    _flag_neighbours(columns, reading)
    return reading


def _style(columns: Columns, name: str) -> int:
    """The style of the headers: that of a header on line 1, which nobody in the chat can have typed; else the commonest."""
    readable = Counter(
        style
        for style, time in zip(columns.style, columns.time, strict=True)
        if columns.times[time].seconds is not None
    )
    unread = sum(1 for time in columns.time if columns.times[time].word and columns.times[time].seconds is None)
    if not readable or unread > sum(readable.values()):
        raise Unreadable(
            "the word beside the time in {name} (line {line}) is not known; report the language of the phone",
            name=name,
            line=columns.line[0],
        )
    if columns.line[0] == 1 and columns.style[0] in readable:
        return columns.style[0]
    return readable.most_common(1)[0][0]


def _order(columns: Columns, rows: list[int], asked: str | None, name: str) -> tuple[str, str]:
    """The order of day, month and year among `rows`, and what decided it."""
    used = Counter(columns.date[row] for row in rows)
    texts = [columns.dates[number] for number in used]
    readings = {order: {number: calendar_day(columns.dates[number], order) for number in used} for order in ORDERS}
    if asked is not None:
        bad = sum(count for number, count in used.items() if readings[asked][number] is None)
        if bad * 2 > len(rows):
            _refuse_calendar(texts, name)
            raise Refused(
                "the dates of {name} cannot be read as {order}: {bad} of {all} do not exist that way; give another date order or none",
                name=name,
                order=asked,
                bad=bad,
                all=len(rows),
            )
        return asked, "declared"
    words = {columns.times[columns.time[row]].word for row in rows}
    candidates, by = _candidates(texts[0], words)
    costs = {order: _cost(columns, rows, readings[order]) for order in candidates}
    if all(invalid * 2 > 3 * len(rows) for invalid, _ in costs.values()):
        # The year may stand first in two digits although nothing in the file says so.
        candidates, by = ("ymd",), "values"
        costs = {"ymd": _cost(columns, rows, readings["ymd"])}
    best, *others = sorted(candidates, key=lambda order: sum(costs[order]))
    if costs[best][0] * 2 > 3 * len(rows):
        _refuse_calendar(texts, name)
        raise Refused(
            "the dates of {name} cannot be read in any order (line {line}); say how with --date-order",
            name=name,
            line=columns.line[rows[0]],
        )
    for other in others:
        if readings[other] == readings[best]:
            continue
        low, high = sum(costs[best]), sum(costs[other])
        if high == low or (low > 0 and high < 3 * low):
            _refuse_order(columns, rows, readings, best, other, name)
        by = "values" if costs[other][0] > costs[best][0] else "time order"
    return best, by


def _candidates(text: DateText, words: set[str]) -> tuple[tuple[str, ...], str]:
    """The orders that a date written this way can have, and the reason where it is one."""
    first, _, last = text.digits
    if first > 2:
        return ("ymd",), "year first"
    if text.era is not None and last <= 2 and not text.style.startswith("0"):
        return ("ymd",), "era"
    if last <= 2 and words & YEAR_FIRST_WORDS:
        return ("ymd",), "language"
    if last <= 2 and words & CHINESE_WORDS:
        return ORDERS, "values"
    # No region writes the month first with full stops between.
    return (("dmy",), "full stops") if "." in text.style else (("dmy", "mdy"), "values")


def _cost(columns: Columns, rows: list[int], days: dict[int, int | None]) -> tuple[int, int]:
    """How many of the rows have no such day (thrice, for that is the surer sign), and how often the days run backwards."""
    invalid = backwards = 0
    last: int | None = None
    for row in rows:
        day = days[columns.date[row]]
        if day is None:
            invalid += 3
            continue
        backwards += last is not None and day < last - 1
        last = day
    return invalid, backwards


def _refuse_order(
    columns: Columns, rows: list[int], readings: dict[str, dict[int, int | None]], one: str, other: str, name: str
) -> None:
    for row in rows:
        first, second = readings[one][columns.date[row]], readings[other][columns.date[row]]
        if first is not None and second is not None and first != second:
            break
    else:
        first = second = None
    raise Refused(
        "the dates of {name} can be read as {one} or as {other}: line {line} is {first} or {second}; say which with --date-order",
        name=name,
        one=one,
        other=other,
        line=columns.line[row],
        first=date.fromordinal(first).isoformat() if first else "no date",
        second=date.fromordinal(second).isoformat() if second else "no date",
    )


def _refuse_calendar(texts: list[DateText], name: str) -> None:
    calendar = foreign_calendar(texts[0])
    if calendar is not None:
        raise Unreadable(
            "the dates of {name} are of the {calendar} calendar, which is not converted; export again with the Gregorian one",
            name=name,
            calendar=calendar,
        )


def _boundaries(columns: Columns, reading: Reading) -> Reading:
    """Take out headers that stand where the file ends no message, or far outside the order of time; flag what holds them."""
    kept = _by_line_ends(columns, reading)
    late = _out_of_order([reading.seconds[at] for at in kept])
    if late and len(late) <= max(3, HABIT * len(kept)) and len(late) < len(kept) / 2:
        kept = [at for place, at in enumerate(kept) if place not in late]
        doubtful: set[int] = set()
    else:
        doubtful = {reading.headers[kept[place]] for place in late}
    return Reading(
        reading.format,
        array("q", (reading.headers[at] for at in kept)),
        array("q", (reading.seconds[at] for at in kept)),
        doubtful,
    )


def _by_line_ends(columns: Columns, reading: Reading) -> list[int]:
    """Where most headers follow CR LF, those that follow a bare LF lie inside a message: iOS ends only messages with CR LF."""
    places = list(range(len(reading.headers)))
    after = [place for place in places if columns.after_cr[reading.headers[place]]]
    bare = [place for place in places[1:] if not columns.after_cr[reading.headers[place]]]
    if not after or not bare or len(bare) >= len(after):
        return places
    inside = set(bare)
    return [place for place in places if place not in inside]


def _out_of_order(seconds: list[int]) -> set[int]:
    """Places outside the longest run of times that never goes back by more than TOLERANCE; empty for a file in order."""
    if all(later >= earlier - TOLERANCE for earlier, later in pairwise(seconds)):
        return set()
    # Longest non-decreasing subsequence by patience; ties go to the file's order.
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, second in enumerate(seconds):
        pile = bisect_right(tails, second)
        before.append(at[pile - 1] if pile else -1)
        if pile == len(tails):
            tails.append(second)
            at.append(place)
        else:
            tails[pile] = second
            at[pile] = place
    run: list[int] = []
    place = at[-1]
    while place >= 0:
        run.append(place)
        place = before[place]
    run.reverse()
    outside: set[int] = set()
    cursor = 0
    for place, second in enumerate(seconds):
        if cursor < len(run) and run[cursor] == place:
            cursor += 1
            continue
        low = seconds[run[cursor - 1]] if cursor else second
        high = seconds[run[cursor]] if cursor < len(run) else second
        if second < low - TOLERANCE or second > high + TOLERANCE:
            outside.add(place)
    return outside


def _flag_neighbours(columns: Columns, reading: Reading) -> None:
    """Flag messages that hold a header-like line, and messages of a sender who appears nowhere else."""
    accepted = reading.headers
    place = -1
    for row in range(len(columns.offset)):
        if place + 1 < len(accepted) and accepted[place + 1] == row:
            place += 1
        elif place >= 0:
            reading.flagged.add(accepted[place])
    people = Counter(columns.author[row] for row in accepted if not columns.app[row])
    once = {author for author, count in people.items() if count == 1 and columns.authors[author] not in columns.named}
    # Where many speak once it is the habit of the chat; among regulars a lone line right behind another is worth a look.
    if len(accepted) >= 4 and len(people) - len(once) >= 1 and 0 < len(once) <= max(1, len(people) // 10):
        for place in range(1, len(accepted)):
            row = accepted[place]
            soon = reading.seconds[place] - reading.seconds[place - 1] < SOON
            if soon and columns.author[row] in once and not columns.app[row]:
                reading.flagged.add(row)
