"""Bars of a week: numbers first, drawn by the server; the colours are the style sheet's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

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
