"""Sent times: RFC 3339 and nothing looser, to the microsecond, with their precision and whose zone it was."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture import times
from muniment.capture.rejected import LineRejected
from muniment.record.event import Precision
from tests.capture.ndjson.conftest import Imported, Read

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_time(read: Read, text: str, timezone: str | None = None) -> Imported:
    line = {"id": "m1", "conversation": "c1", "sender": "ann", "sent_at": text}
    return read(json.dumps(line).encode(), timezone=timezone)


@given(
    st.datetimes(min_value=datetime(1, 1, 3), max_value=datetime(9999, 12, 29)),  # noqa: DTZ001
    st.integers(-23 * 60 - 59, 23 * 60 + 59),
    st.integers(0, 6),
    st.sampled_from("Tt "),
)
def test_any_rfc_3339_time_is_read_exactly(moment: datetime, offset: int, digits: int, between: str) -> None:
    moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    micro = moment.microsecond // 10 ** (6 - digits) * 10 ** (6 - digits)
    moment = moment.replace(microsecond=micro)
    fraction = f".{micro:06d}"[: digits + 1] if digits else ""
    sign = "-" if offset < 0 else "+"
    zone = "Z" if not offset else f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    text = f"{moment.year:04d}-{moment:%m-%d}{between}{moment:%H:%M:%S}{fraction}{zone}"

    at, precision, flags = times.read_instant(text, None)

    assert at == (moment - EPOCH) // timedelta(microseconds=1)
    assert precision == ("s" if not digits else "ms" if digits <= 3 else "us")
    assert flags == ()
    assert times.read_instant(text, "Asia/Hong_Kong")[0] == at, "a declared zone changes no time that has an offset"


@pytest.mark.parametrize(
    "text, at, precision",
    [
        ("2026-11-18T15:42:06+08:00", 1794987726_000000, Precision.SECOND),
        ("2026-11-18T07:42:06Z", 1794987726_000000, Precision.SECOND),
        ("2026-11-18t07:42:06.5z", 1794987726_500000, Precision.MILLISECOND),
        ("2026-11-18 07:42:06.123456789-00:00", 1794987726_123456, Precision.MICROSECOND),
        ("2016-12-31T23:59:60Z", 1483228800_000000, Precision.SECOND),
        ("1969-12-31T23:59:59.999999Z", -1, Precision.MICROSECOND),
    ],
)
def test_a_time_and_its_precision(read: Read, text: str, at: int, precision: Precision) -> None:
    (event,) = read_time(read, text).events

    assert (event.sent_at, event.sent_at_precision, event.sent_at_raw) == (at, precision, text)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-11-18", "20261118T154206Z", "2026-W47-3T15:42:06Z", "2026-11-18T15:42Z", "2026-11-18T15:42:06+0800",
        "2026-11-18T15:42:06+08", "2026-11-18T15:42:06+08:60", "2026-11-18T15:42:06+24:00", "2026-11-18T24:00:00Z",
        "2026-02-30T15:42:06Z", "2026-11-18T15:60:06Z", "2026-11-18T15:42:61Z", "2026-11-18T15:42:06,5Z",
        "2026-11-18T15:42:06.Z", "2026-11-18T15:42:06Z ", " 2026-11-18T15:42:06Z", "2026-11-18T15:42:06Z\n",
        "2026-11-18T15:42:0٦Z", "２026-11-18T15:42:06Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-01:00", "+2026-11-18T15:42:06Z", "1763451726", "2026-11-18T15:42:06Z+08:00",
    ],
)  # fmt: skip
def test_anything_looser_is_rejected(read: Read, text: str) -> None:
    (reason,) = read_time(read, text).rejected

    assert reason.startswith("line 1: expected sent_at as RFC 3339, such as 2026-11-18T15:42:06+08:00, got")


def test_the_edges_of_the_calendar_are_read(read: Read) -> None:
    for text in (
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:45:00+00:30",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59+00:30",
    ):
        assert len(read_time(read, text).events) == 1


def test_a_local_time_needs_the_operators_zone(read: Read) -> None:
    (reason,) = read_time(read, "2026-11-18T15:42:06").rejected

    assert reason == "line 1: expected sent_at with an offset such as Z or +08:00, got a local time; say --timezone"


def test_a_local_time_in_a_declared_zone_says_so_and_carries_the_zone(read: Read) -> None:
    imported = read_time(read, "2026-11-18T15:42:06", "Asia/Hong_Kong")
    (event,), (part,) = imported.events, imported.parts

    assert event.sent_at == 1794987726_000000 and event.flags == ("declared_timezone",)
    assert part.meta == {"zone": "Asia/Hong_Kong"}


@pytest.mark.parametrize(
    "text, at", [("2026-11-01T01:30:00", 1793511000_000000), ("2026-03-08T02:30:00", 1772955000_000000)]
)
def test_a_local_time_that_came_twice_or_never_is_marked(read: Read, text: str, at: int) -> None:
    (event,) = read_time(read, text, "America/New_York").events

    assert event.sent_at == at and event.flags == ("declared_timezone", "ambiguous_time")


def test_the_memory_of_hours_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(times, "_HOURS_KEPT", 3)
    monkeypatch.setattr(times, "_hours", {})
    for hour in range(24):
        first = times.read_instant(f"2026-11-18T{hour:02d}:42:06Z", None)
        assert first == times.read_instant(f"2026-11-18T{hour:02d}:42:06Z", None)
        assert len(times._hours) <= 3
    with pytest.raises(LineRejected):
        times.read_instant("2026-11-18T23:99:06Z", None)
