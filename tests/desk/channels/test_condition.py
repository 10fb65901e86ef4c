"""Is it heard? Every word that is said of a connection, and what it stands on."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.desk.channels.condition import ALARMS, MINUTE, Hours, Known, State, condition
from muniment.record.clock import SECOND

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
NOON = int(datetime(2026, 11, 18, 4, tzinfo=UTC).timestamp()) * SECOND  # a Wednesday, 12:00 in Hong Kong
DAY = 1440 * MINUTE
POLLED = Known(
    on=True, on_since=NOON - 30 * DAY, pulls=True, quiet_minutes=30, hours=Hours(HONG_KONG),
    contacted_at=NOON - MINUTE, record_at=NOON - 5 * MINUTE, canary_at=None, failures=0,
)  # fmt: skip
CALLED = replace(POLLED, pulls=False)


@pytest.mark.parametrize(
    "known, state",
    [
        (POLLED, State.HEARD),
        (CALLED, State.HEARD),
        (replace(POLLED, on=False), State.OFF),
        (replace(POLLED, failures=3), State.FAILING),
        (replace(POLLED, contacted_at=NOON - 31 * MINUTE), State.DEAD),
        (replace(POLLED, contacted_at=None), State.DEAD),
        (replace(POLLED, record_at=NOON - 32 * MINUTE), State.SILENT),
        (replace(CALLED, record_at=NOON - 32 * MINUTE, canary_at=NOON - 3 * MINUTE), State.HEARD),
        (replace(CALLED, record_at=NOON - 32 * MINUTE, canary_at=NOON - 40 * MINUTE), State.SILENT),
        (replace(CALLED, record_at=None, on_since=NOON - 5 * MINUTE), State.NEW),
        (replace(CALLED, record_at=None, on_since=NOON - 45 * MINUTE), State.SILENT),
        (replace(CALLED, quiet_minutes=60, record_at=NOON - 45 * MINUTE), State.HEARD),
        (replace(CALLED, record_at=NOON - 29 * MINUTE), State.HEARD),
        (replace(CALLED, record_at=NOON - 30 * MINUTE), State.SILENT),
        (replace(POLLED, contacted_at=NOON - 19 * MINUTE), State.HEARD),
        (replace(POLLED, contacted_at=NOON - 20 * MINUTE), State.DEAD),
        (replace(POLLED, quiet_minutes=7 * 1440, contacted_at=NOON - 20 * MINUTE), State.DEAD),
        (replace(POLLED, bell_since=NOON - 19 * MINUTE), State.HEARD),
        (replace(POLLED, bell_since=NOON - 20 * MINUTE), State.DEAD),
        (replace(POLLED, bell_since=NOON - 2 * DAY, on_since=NOON - 5 * MINUTE), State.HEARD),
        (replace(POLLED, behind_at=NOON - DAY, behind_since=NOON - 19 * MINUTE), State.HEARD),
        (replace(POLLED, behind_at=NOON - DAY, behind_since=NOON - 20 * MINUTE), State.BEHIND),
        (replace(POLLED, behind_at=NOON - 19 * MINUTE, behind_since=NOON - DAY), State.HEARD),
        (replace(POLLED, sealed_at=NOON - 6 * MINUTE), State.HEARD),
        (replace(POLLED, sealed_at=NOON - 4 * MINUTE), State.SEALED),
        (replace(CALLED, failures=1), State.FAILING),
        (replace(CALLED, fault="WrongKey"), State.UNABLE),
        (replace(CALLED, fault="WrongKey", on=False), State.OFF),
    ],
)
def test_what_is_said_at_noon(known: Known, state: State) -> None:
    assert condition(known, NOON).state is state


def test_a_night_is_no_silence_and_nothing_green() -> None:
    evening = NOON + 6 * 60 * MINUTE - MINUTE  # 17:59
    midnight = NOON + DAY // 2
    assert condition(replace(CALLED, record_at=evening), midnight).state is State.RESTING


def test_a_feed_that_stops_in_the_evening_is_an_alarm_in_the_morning() -> None:
    last = NOON + 6 * 60 * MINUTE - 10 * MINUTE  # 17:50: ten minutes of that day count
    morning = NOON + DAY - 3 * 60 * MINUTE  # 9:00
    assert condition(replace(CALLED, record_at=last), morning + 19 * MINUTE).state is State.RESTING
    assert condition(replace(CALLED, record_at=last), morning + 22 * MINUTE).state is State.SILENT


def test_a_puller_that_reaches_nothing_is_dead_by_night_as_well() -> None:
    midnight = NOON + DAY // 2
    assert condition(replace(POLLED, contacted_at=midnight - 31 * MINUTE), midnight).state is State.DEAD


@given(
    back=st.integers(0, 9 * 1440),
    second=st.integers(0, 59),
    at=st.integers(0, 400 * 1440),
    first=st.integers(0, 24),
    length=st.integers(0, 24),
    weekdays=st.booleans(),
    zone=st.sampled_from([HONG_KONG, ZoneInfo("America/New_York"), ZoneInfo("Europe/London")]),
)
def test_minutes_are_counted_as_by_going_through_them(
    back: int, second: int, at: int, first: int, length: int, weekdays: bool, zone: ZoneInfo
) -> None:
    """Over a year with its changes of the clock, to the minute at either end of a stretch."""
    hours = Hours(zone, first, min(24, first + length), weekdays)
    until, most = NOON + at * MINUTE + second * SECOND, 700
    counted = 0
    for each in range(1, min(back, 8 * 1440) + 1):
        local = datetime.fromtimestamp((until - each * MINUTE) // SECOND, UTC).astimezone(zone)
        open_then = hours.first == hours.end or hours.first <= local.hour < hours.end
        counted += open_then and not (weekdays and local.weekday() >= 5)
    assert abs(min(counted, most) - hours.minutes(until - back * MINUTE, until, most)) <= 1


@given(
    record=st.none() | st.integers(0, 60 * 24 * 9),
    canary=st.none() | st.integers(0, 60 * 24 * 9),
    contact=st.none() | st.integers(0, 60 * 24 * 9),
    later=st.integers(0, 60 * 24 * 7),
    pulls=st.booleans(),
    failures=st.integers(0, 3),
)
def test_nothing_is_green_without_a_recent_record_or_canary(
    record: int | None, canary: int | None, contact: int | None, later: int, pulls: bool, failures: int
) -> None:
    now = NOON + later * MINUTE

    def ago(minutes: int | None) -> int | None:
        return None if minutes is None else now - minutes * MINUTE

    known = replace(
        POLLED, pulls=pulls, failures=failures, record_at=ago(record), canary_at=ago(canary), contacted_at=ago(contact)
    )
    said = condition(known, now)

    recent = any(each is not None and each <= known.quiet_minutes for each in (record, canary))
    assert said.state is not State.HEARD or recent
    if pulls and (contact is None or contact > known.quiet_minutes):
        assert said.state in ALARMS


def test_a_stopped_feed_is_an_alarm_within_half_an_hour() -> None:
    """Whatever the feed: within its hours, half an hour after its last sign of life, it is an alarm."""
    for known in (POLLED, CALLED):
        stopped = replace(known, record_at=NOON, contacted_at=NOON, canary_at=NOON)
        assert condition(stopped, NOON + 30 * MINUTE).alarm
