"""What is usual for an account, learnt from its own days: is it heard daily, how much, how long was it ever silent."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

WEEKS = 28
"""Days from which the volume is learnt, back from the newest."""
MONTHS = 90
"""Days from which the longest silence is learnt."""
OFTEN = 16
"""Days of the last 28 with anything from which on an account counts as heard daily: four days a week."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual; `longest` is in whole days between two days with events, so that a weekend is 2."""

    daily: bool
    events: int
    longest: int


def usual(days: Mapping[date, int]) -> Usual:
    """What is usual for an account with this many events on these days."""
    heard = sorted(day for day, events in days.items() if events > 0)
    if not heard:
        return Usual(daily=False, events=0, longest=0)
    newest = heard[-1]
    recent = [day for day in heard if day > newest - timedelta(days=WEEKS)]
    known = [day for day in heard if day > newest - timedelta(days=MONTHS)]
    silences = [(later - earlier).days - 1 for earlier, later in itertools.pairwise(known)]
    return Usual(
        daily=len(recent) >= OFTEN,
        events=round(median(days[day] for day in recent)),
        longest=max(silences, default=0),
    )


def silent_days(newest: date, today: date) -> int:
    """Whole days without anything since `newest`; the day that is under way does not count."""
    return max(0, (today - newest).days - 1)
