"""Which days and minutes the firm works, counted back from the newest day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from muniment.cli.demo.model import HONG_KONG

SPAN_DAYS = 90
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (7, 1), (10, 1), (12, 25), (12, 26)})  # those that no moon moves

_MORNING = (time(8, 40), time(9, 20))
_TRADING = ((time(9, 32), time(11, 40)), (time(13, 2), time(15, 40)))
_OFFICE = ((time(9, 10), time(12, 30)), (time(13, 30), time(17, 20)))
_OPEN = (time(9, 31), time(10, 20))
_CLOSE = (time(16, 12), time(17, 25))
_EVENING = (time(19, 10), time(22, 20))
_WEEKEND = (time(10, 5), time(17, 10))


def is_business_day(day: date) -> bool:
    """Whether the desk is open: a weekday that is not one of the fixed public holidays."""
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of the firm, oldest first, ending on `until`."""

    until: date

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.until - timedelta(days=back) for back in range(SPAN_DAYS, -1, -1))

    @property
    def business(self) -> tuple[date, ...]:
        return tuple(day for day in self.days if is_business_day(day))

    @property
    def quiet(self) -> tuple[date, ...]:
        """Weekends and holidays."""
        return tuple(day for day in self.days if not is_business_day(day))

    def back(self, steps: int) -> date:
        """The business day `steps` before the last one."""
        return self.business[-1 - steps]


def moment(day: date, clock: str) -> datetime:
    """`clock` (HH:MM or HH:MM:SS) of `day` in Hong Kong."""
    return datetime.combine(day, time.fromisoformat(clock), HONG_KONG)


def start_time(day: date, tags: frozenset[str], choose: Random) -> datetime:
    """When a scene with these tags begins on `day`."""
    if not is_business_day(day):
        window = _WEEKEND
    elif "evening" in tags:
        window = _EVENING
    elif "morning" in tags:
        window = _MORNING
    elif "open" in tags:
        window = _OPEN
    elif "close" in tags:
        window = _CLOSE
    else:
        window = choose.choice(_TRADING if "order" in tags else _OFFICE)
    first = datetime.combine(day, window[0], HONG_KONG)
    seconds = int((datetime.combine(day, window[1], HONG_KONG) - first).total_seconds())
    return first + timedelta(seconds=choose.randrange(seconds))


def pause(choose: Random, *, quick: bool) -> timedelta:
    """How long the other side takes to answer: seconds on the desk, now and then most of half an hour elsewhere."""
    dice = choose.random()
    if quick:
        return timedelta(seconds=choose.randint(6, 55) if dice < 0.8 else choose.randint(60, 240))
    if dice < 0.6:
        return timedelta(seconds=choose.randint(7, 75))
    if dice < 0.92:
        return timedelta(seconds=choose.randint(80, 420))
    return timedelta(seconds=choose.randint(480, 1500))
