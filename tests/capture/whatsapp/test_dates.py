"""How dates and times are read: the order of day and month, Chinese hours, calendars, and clocks that jump."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.capture.connector import Unreadable
from muniment.capture.whatsapp.clock import calendar_day, instant, read_date, read_time
from muniment.record.errors import Refused
from tests.capture.whatsapp.conftest import Read


def when(read: Read, content: str, **options: str | None) -> list[str]:
    """The UTC instants of an export, to the minute."""
    events = read(content, **options).events  # type: ignore[arg-type]
    return [f"{datetime.fromtimestamp((event.sent_at or 0) / 1e6, UTC):%Y-%m-%d %H:%M}" for event in events]


# Four lines that the public parsers read 12 hours off, in the wrong month, or as part of the message before.


def test_an_afternoon_hour_in_chinese_is_after_noon(read: Read) -> None:
    assert when(read, "2024/5/4 下午3:05 - 陳大文: 買入\n") == ["2024-05-04 15:05"]


def test_a_chinese_date_with_the_year_first_is_not_read_day_first(read: Read) -> None:
    assert when(read, "[2024/5/4 15:05:00] 陈大文: 买入\n[2024/6/3 15:05:00] 陈大文: 卖出\n") == [
        "2024-05-04 15:05",
        "2024-06-03 15:05",
    ]


def test_the_chinese_parts_of_the_day_fall_where_they_belong(read: Read) -> None:
    lines = ["凌晨12:30", "凌晨3:05", "早上7:00", "上午11:59", "中午12:05", "下午3:05", "傍晚6:10", "晚上11:05"]
    content = "".join(f"14/5/2024 {time} - 陳大文: x\n" for time in lines)
    hours = ["00:30", "03:05", "07:00", "11:59", "12:05", "15:05", "18:10", "23:05"]
    assert when(read, content) == [f"2024-05-14 {hour}" for hour in hours]


def test_the_message_after_a_chinese_one_is_a_message_of_its_own(read: Read) -> None:
    events = read("2024/5/4 晚上11:05 - 陳大文: 第一\n2024/5/5 凌晨12:30 - 李小姐: 第二\n").events
    assert [(event.sender, event.text) for event in events] == [("陳大文", "第一"), ("李小姐", "第二")]


@pytest.mark.parametrize(
    ("word", "hour", "expected"),
    [
        ("上午", 12, 0), ("下午", 12, 12), ("下午", 1, 13), ("中午", 1, 13), ("中午", 11, 11), ("晚上", 12, 0), ("晚上", 7, 19),
        ("半夜", 12, 0), ("半夜", 1, 1), ("深夜", 11, 23), ("下午", 15, 15), ("清晨", 5, 5), ("오전", 12, 0), ("오후", 12, 12),
        ("午前", 0, 0), ("午後", 0, 12), ("ص", 12, 0), ("م", 12, 12), ("a. m.", 12, 0), ("p.\u00a0m.", 12, 12),
    ],
)  # fmt: skip
def test_noon_and_midnight_are_where_the_language_puts_them(word: str, hour: int, expected: int) -> None:
    for text in (f" {word}{hour}:05", f", {hour}:05 {word}"):
        time = read_time(text)
        assert time is not None
        assert time.seconds == expected * 3600 + 300


def test_a_day_above_twelve_decides_the_order(read: Read) -> None:
    assert when(read, "3/4/24, 10:00 - A: x\n13/4/24, 10:00 - A: y\n") == ["2024-04-03 10:00", "2024-04-13 10:00"]
    assert when(read, "3/4/24, 10:00 - A: x\n4/13/24, 10:00 - A: y\n") == ["2024-03-04 10:00", "2024-04-13 10:00"]


def test_the_run_of_time_decides_the_order(read: Read) -> None:
    assert when(read, "5/4/24, 10:00 - A: x\n6/4/24, 10:00 - A: y\n1/5/24, 10:00 - A: z\n")[-1] == "2024-05-01 10:00"
    assert when(read, "4/5/24, 10:00 - A: x\n4/6/24, 10:00 - A: y\n5/1/24, 10:00 - A: z\n")[-1] == "2024-05-01 10:00"


def test_full_stops_between_the_numbers_mean_day_first(read: Read) -> None:
    assert when(read, "03.04.24, 10:00 - A: x\n") == ["2024-04-03 10:00"]


def test_an_undecided_order_is_refused_with_both_readings(read: Read) -> None:
    with pytest.raises(Refused) as refusal:
        read("3/4/24, 10:00 - A: x\n5/6/24, 10:00 - A: y\n")
    assert not isinstance(refusal.value, Unreadable)
    assert {"2024-04-03", "2024-03-04"} <= set(map(str, refusal.value.values.values()))
    assert "--date-order" in str(refusal.value)


def test_the_operator_decides_an_undecided_order(read: Read) -> None:
    content = "3/4/24, 10:00 - A: x\n5/6/24, 10:00 - A: y\n"
    assert when(read, content, date_order="dmy") == ["2024-04-03 10:00", "2024-06-05 10:00"]
    assert when(read, content, date_order="mdy") == ["2024-03-04 10:00", "2024-05-06 10:00"]
    assert read(content, date_order="mdy").messages[0].meta["order_by"] == "declared"


def test_an_order_that_makes_no_difference_is_not_asked_for(read: Read) -> None:
    assert when(read, "4/4/24, 10:00 - A: x\n5/5/24, 10:00 - A: y\n") == ["2024-04-04 10:00", "2024-05-05 10:00"]


@pytest.mark.parametrize("order", ["mdy", "ymd", "ydm"])
def test_an_order_that_the_dates_contradict_is_refused(order: str, read: Read) -> None:
    with pytest.raises(Refused):
        read("13/4/2024, 10:00 - A: x\n", date_order=order)


def test_two_digit_years_may_stand_first_in_chinese(read: Read) -> None:
    assert when(read, "24/5/4 下午3:05 - 陳: x\n24/5/31 下午3:05 - 陳: y\n") == ["2024-05-04 15:05", "2024-05-31 15:05"]


def test_a_time_zone_is_asked_for_with_an_example(read: Read) -> None:
    with pytest.raises(Refused, match="Asia/Hong_Kong"):
        read("13/4/24, 10:00 - A: x\n", timezone=None)
    with pytest.raises(Refused, match="Nowhere"):
        read("13/4/24, 10:00 - A: x\n", timezone="Mars/Nowhere")


def test_the_zone_and_its_basis_travel_with_every_message(read: Read) -> None:
    meta = read("13/4/24, 10:00 - A: x\n", timezone="Europe/London").messages[0].meta
    assert (meta["tz"], meta["tz_by"]) == ("Europe/London", "declared")


def test_an_hour_that_comes_twice_is_flagged_and_told_apart_by_the_order_of_the_file(read: Read) -> None:
    lines = ["00:59", "01:30", "01:50", "01:10", "01:40", "02:10"]
    events = read("".join(f"27/10/24, {time} - A: {time}\n" for time in lines), timezone="Europe/London").events
    utc = [f"{datetime.fromtimestamp((event.sent_at or 0) / 1e6, UTC):%H:%M}" for event in events]
    assert utc == ["23:59", "00:30", "00:50", "01:10", "01:40", "02:10"]
    assert [("time_ambiguous" in event.flags) for event in events] == [False, True, True, True, True, False]


def test_an_hour_that_the_clocks_skipped_is_flagged(read: Read) -> None:
    (event,) = read("31/3/24, 01:30 - A: x\n", timezone="Europe/London").events
    assert event.flags == ("time_nonexistent",)
    assert event.sent_at == int(datetime(2024, 3, 31, 1, 30, tzinfo=UTC).timestamp()) * 1_000_000


@given(st.datetimes(datetime.fromisoformat("2010-01-01"), datetime.fromisoformat("2037-12-31")), st.sampled_from(["Europe/London", "America/New_York", "Asia/Hong_Kong", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"]))  # fmt: skip
def test_every_instant_agrees_with_the_standard_library(at: datetime, name: str) -> None:
    from zoneinfo import ZoneInfo

    at = at.replace(microsecond=0)
    seconds = at.hour * 3600 + at.minute * 60 + at.second
    expected = int(at.replace(tzinfo=ZoneInfo(name)).timestamp())
    assert instant(name, at.date().toordinal(), seconds)[0] == expected * 1_000_000


@pytest.mark.parametrize(
    ("persian", "day"),
    [
        ("1388/1/1", "2009-03-21"), ("1399/12/30", "2021-03-20"), ("1400/1/1", "2021-03-21"), ("1402/12/29", "2024-03-19"),
        ("1403/2/15", "2024-05-04"), ("1403/12/30", "2025-03-20"), ("1404/1/1", "2025-03-21"), ("1408/12/30", "2030-03-20"),
    ],
)  # fmt: skip
def test_persian_dates_are_converted(persian: str, day: str) -> None:
    text = read_date(persian)
    assert text is not None
    ordinal = calendar_day(text, "ymd")
    assert ordinal is not None
    assert date.fromordinal(ordinal).isoformat() == day


def test_persian_digits_and_calendar_are_read(read: Read) -> None:
    assert when(read, "۱۴۰۳/۲/۱۵،\u200f ۱۵:۰۵ - علی: سلام\n") == ["2024-05-04 15:05"]


@pytest.mark.parametrize("year", ["1445/10/25", "5784/8/26"])
def test_a_calendar_that_is_not_converted_is_named(year: str, read: Read) -> None:
    with pytest.raises(Unreadable, match=r"Islamic|Hebrew"):
        read(f"{year}, 10:00 - A: x\n")


def test_an_unknown_word_beside_the_time_is_refused_not_guessed(read: Read) -> None:
    with pytest.raises(Unreadable, match="not known"):
        read("13/4/24, 10:00 zork - A: x\n13/4/24, 11:00 zork - A: y\n")


def test_lines_of_which_none_has_a_day_that_exists_are_refused(read: Read) -> None:
    with pytest.raises(Unreadable, match=r"no line of .* has both a day and a time"):
        read("2024/5/3 上卌12:31 - Mei: a\n2024/55/3 上午9:00 - Mei: b\n")
