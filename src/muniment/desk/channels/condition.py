"""Is it heard? One word for each connection, worked out from what is known of it and nothing else. Pure.

Nothing is well without evidence: without a record or a canary within its time a connection is never green, and where nothing
can be said it is grey.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from muniment.record.clock import SECOND

MINUTE = 60 * SECOND
LOOKED_BACK = 8 * 86_400 * SECOND
"""How far back hours are counted (µs)."""
LAG_MINUTES = 20
"""A puller that has not reached its platform, answered its doorbell or come to the end of what waits for so long is an alarm, whatever
the account's own quiet time is: platforms give out what they hold for three to five days."""


class State(StrEnum):
    """The worst that is true of a connection."""

    OFF = "off"
    NEW = "new"  # on, and nothing was ever heard: too young to be an alarm
    HEARD = "heard"  # a record or a canary came within its time
    RESTING = "resting"  # outside the hours in which it is usually heard
    FAILING = "failing"  # its platform does not answer, and did a short while ago
    SILENT = "silent"  # nothing came for longer than it may
    BEHIND = "behind"  # its platform holds more than was pulled, and has for longer than it may
    DEAD = "dead"  # its platform was not reached, or its doorbell not answered, for longer than it may
    SEALED = "sealed"  # what comes cannot be opened
    UNABLE = "unable"  # its connector is not installed, or its secrets do not open


ALARMS = frozenset({State.SILENT, State.BEHIND, State.DEAD, State.SEALED, State.UNABLE})


@dataclass(frozen=True, slots=True)
class Hours:
    """When an account is usually heard, on the firm's clock; equal hours are all of the day."""

    zone: ZoneInfo
    first: int = 9
    end: int = 18
    weekdays: bool = True

    def minutes(self, since: int, until: int, most: int) -> int:
        """Whole minutes of these hours between two times (µs UTC), counted up to `most` and over some eight days back."""
        counted = 0
        end, oldest = until, max(since, until - LOOKED_BACK)
        day = datetime.fromtimestamp(until // SECOND, UTC).astimezone(self.zone).date()
        while end > oldest and counted < most * MINUTE:
            first, last = self._day(day)
            counted += max(0, min(last, end) - max(first, oldest))
            end, day = min(end, self._midnight(day)), day - timedelta(days=1)
        return min(counted // MINUTE, most)

    def _day(self, day: date) -> tuple[int, int]:
        """From when until when (µs UTC) these hours last on a day of the zone; twice the same where they do not."""
        if self.weekdays and day.weekday() >= 5:
            return 0, 0
        if self.first == self.end:
            return self._midnight(day), self._midnight(day + timedelta(days=1))
        return self._midnight(day, self.first), self._midnight(day, self.end)

    def _midnight(self, day: date, hour: int = 0) -> int:
        """When an hour of a day of the zone begins (µs UTC); 24 is the next day's first."""
        at = datetime.combine(day + timedelta(days=hour // 24), time(hour % 24), self.zone)
        return int(at.timestamp()) * SECOND


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a connection. Times in µs UTC, None for never."""

    on: bool
    on_since: int | None
    pulls: bool
    """It looks by itself, so that reaching its platform is evidence too."""
    quiet_minutes: int
    hours: Hours
    contacted_at: int | None
    record_at: int | None
    canary_at: int | None
    """When a canary last came back."""
    failures: int
    fault: str = ""
    """Why it cannot be used at all: a code."""
    bell_since: int | None = None
    """When the doorbell was first rung of those rings that wait for an answer."""
    behind_at: int | None = None
    """Of when the newest message was that was pulled, while the platform holds more."""
    behind_since: int | None = None
    sealed_at: int | None = None
    """When something last came that no key opened."""


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of a connection, and since when it is so (µs UTC)."""

    state: State
    since: int | None

    @property
    def alarm(self) -> bool:
        """Whether somebody has to act now."""
        return self.state in ALARMS


def condition(known: Known, now: int) -> Condition:
    """What can be said of a connection at `now`."""
    if not known.on or known.on_since is None:
        return Condition(State.OFF, None)
    if known.fault:
        return Condition(State.UNABLE, known.on_since)
    late = _late(known, known.on_since, now) if known.pulls else None
    if late is not None:
        return late
    limit = known.quiet_minutes
    heard = max(known.record_at or 0, known.canary_at or 0)
    since = max(heard, known.on_since)
    if known.sealed_at is not None and known.sealed_at > heard:
        return Condition(State.SEALED, known.sealed_at)
    if known.hours.minutes(since, now, limit) >= limit:
        return Condition(State.SILENT, since)
    if known.failures:
        return Condition(State.FAILING, max(known.contacted_at or 0, known.on_since))
    if heard and now - heard < limit * MINUTE:
        return Condition(State.HEARD, heard)
    if not heard:
        return Condition(State.NEW, known.on_since)
    return Condition(State.RESTING, heard)


def _late(known: Known, on_since: int, now: int) -> Condition | None:
    """What is wrong with the pull of a connection that is on, at any hour."""
    lag = LAG_MINUTES * MINUTE
    reached = max(known.contacted_at or 0, on_since)
    if now - reached >= lag:
        return Condition(State.DEAD, reached)
    if known.bell_since is not None and now - (rung := max(known.bell_since, on_since)) >= lag:
        return Condition(State.DEAD, rung)
    if known.behind_at is not None and known.behind_since is not None:
        begun = max(known.behind_since, on_since)
        if now - begun >= lag and now - known.behind_at >= lag:
            return Condition(State.BEHIND, known.behind_at)
    return None
