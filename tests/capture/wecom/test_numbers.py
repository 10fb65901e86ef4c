"""What the numbers of the rows say: jumps, repeats, disorder, expiry; and rows that are none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.capture.feeds.gap import Reason
from muniment.capture.wecom.pull import ALARMED
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.conftest import Clock, Pull, drain, unpacked
from tests.capture.wecom.sink import SqliteSink

pytestmark = pytest.mark.sqlite  # its sink is a file of SQLite, whatever archives lie in

Data = Callable[[str], Path]
SECOND = 1_000_000


def test_what_expired_is_a_gap_with_its_range_and_the_rest_is_pulled(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    given = scenario.serve([text(n) for n in range(20)])
    drain(pull(limit=5, calls=600), clock)
    more = scenario.serve([text(n) for n in range(20, 40)], first=21)
    scenario.set(expired_below=28)
    puller = pull(limit=5)

    first = puller.once()
    assert (first.state, first.code) == ("gap", "10010")
    assert sink.open_gaps["expired"].after == 20
    states = drain(puller, clock)

    assert states[0] == "gap"
    assert [key for key, _ in sink.records()] == unpacked(given + more[7:])
    (gap,) = sink.gaps
    assert (gap.reason, gap.after, gap.before, gap.count, gap.code) == (Reason.EXPIRED, 20, 28, 7, "10010")
    assert sink.open_gaps == {} and sink.over == ["expired"]


def test_after_an_expiry_that_lost_nothing_no_range_is_said_to_be_lost(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(n) for n in range(20)])
    drain(pull(), clock)
    more = scenario.serve([text(n) for n in range(20, 25)], first=21)
    scenario.set(codes="0,10010")  # the second pull of all
    (scenario.folder / "calls").write_text("G")

    drain(pull(limit=6), clock)

    assert [key for key, _ in sink.records()][20:] == unpacked(more)
    assert sink.gaps == [] and sink.open_gaps == {}


def test_an_archive_that_gives_out_nothing_more_stays_a_gap(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(1)])
    drain(pull(), clock)
    scenario.set(codes=",".join(["10010"] * 9))
    puller = pull()

    first, second = puller.once(), puller.once()

    assert (first.state, second.state) == ("gap", "gap")
    assert second.next_at == clock.at + ALARMED
    assert list(sink.open_gaps) == ["expired"] and sink.over == []


def test_rows_that_come_twice_are_records_twice_with_one_key(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    given = scenario.serve([text(n) for n in range(6)])
    scenario.set(twice=1)

    drain(pull(limit=4), clock)

    keys = [key for key, _ in sink.records()]
    assert sorted(map(str, keys)) == sorted(unpacked(given) * 2)
    assert sink.gaps == []


def test_a_page_out_of_order_is_put_in_order(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    given = scenario.serve([text(n) for n in range(9)])
    scenario.set(backwards=1)

    drain(pull(limit=4), clock)

    assert [key for key, _ in sink.records()] == unpacked(given)
    assert sink.gaps == []


def test_a_jump_is_a_gap_between_its_neighbours(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    scenario.serve([text(1), text(2)])
    scenario.serve([text(3)], first=10)

    drain(pull(), clock)

    (gap,) = sink.gaps
    assert (gap.reason, gap.after, gap.before, gap.count) == (Reason.SEQUENCE, 2, 10, 7)


def test_a_jump_is_told_once_though_its_page_was_interrupted(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(1), text(2)])
    scenario.serve([text(3), text(4)], first=10)
    scenario.set(kill_at="3,5,7")

    drain(pull(), clock)

    assert [(gap.after, gap.before) for gap in sink.gaps] == [(2, 10)]


def test_numbers_that_are_not_dense_are_one_gap_a_page(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(n) for n in range(60)], step=3)

    drain(pull(), clock)

    (gap,) = sink.gaps
    assert (gap.after, gap.before, gap.count, gap.about["jumps"]) == (1, 178, 118, 59)


def test_rows_from_before_the_cursor_are_kept_and_said(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(n) for n in range(10)])
    drain(pull(), clock)
    scenario.serve([text(10)], first=11)
    scenario.set(again_from=8)

    outcome = pull().once()

    assert (outcome.state, outcome.captured, outcome.cursor) == ("ok", 4, "11")
    (gap,) = sink.gaps
    assert gap.about == {"corpid": CORP, "backward": 3, "first": 8, "last": 10}


def test_a_page_that_moves_nothing_asks_for_a_person_and_is_kept_once(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve(['{"seq":"none","msgid":"x"}', '{"odd":1}'])
    puller = pull()

    states = [puller.once() for _ in range(3)]

    assert [outcome.code for outcome in states] == ["stuck"] * 3
    assert [outcome.state for outcome in states] == ["alarm"] * 3
    assert [raw for _, raw in sink.records("sealed")] == [b'{"seq":"none","msgid":"x"}', b'{"odd":1}']


def test_rows_that_are_none_stand_beside_those_that_are(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    given = scenario.serve([text(1), '{"seq":2}', text(3)])

    drain(pull(), clock)

    assert [key for key, _ in sink.records()] == unpacked(given)
    assert sink.records("sealed") == [(None, b'{"seq":2}')]


def test_numbers_written_as_text_are_read(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    scenario.serve([scenario.row(1, text(1), seq="1", publickey_ver="1")])

    drain(pull(), clock)

    assert (len(sink.records()), sink.cursor) == (1, "1")
