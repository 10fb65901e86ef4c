"""Bars of a week: numbers first, drawn by the server; the colours are the style sheet's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

HEIGHT = 22
STEP, BAR = 10, 8


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: where its bar stands in a box of WIDTH × HEIGHT. A day with nothing has a bar of one unit, which is grey."""

    x: int
    y: int
    height: int
    day: date
    number: int


def bars(numbers: Sequence[int], last: date) -> list[Bar]:
    """A bar for each number, the last one on the day `last`."""
    most = max([*numbers, 1])
    found = []
    for place, number in enumerate(numbers):
        height = max(1, round(HEIGHT * number / most))
        day = last - timedelta(days=len(numbers) - 1 - place)
        found.append(Bar(place * STEP, HEIGHT - height, height, day, number))
    return found


def drawn(week: Sequence[Bar], named: Mapping[date, str]) -> SafeString:
    """The bars as a drawing with its numbers in words; `named` says each day. Here, since a template takes ten times as long."""
    words = ", ".join(f"{named[bar.day]}: {bar.number:,}" for bar in week)
    boxes = "".join(
        f'<rect class="bar{"" if bar.number else " quiet"}" x="{bar.x}" y="{bar.y}" width="{BAR}" height="{bar.height}"/>'
        for bar in week
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 68 22" width="68" height="22" role="img" aria-label="{}">{}</svg>',
        words,
        mark_safe(boxes),  # noqa: S308  # whole numbers of ours
    )
