"""The archive, pulled through the real child and the C double: nothing lost, nothing doubled, whatever goes wrong."""

import json
import random
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from muniment.capture.feeds.captured import Captured
from muniment.capture.feeds.gap import Reason
from muniment.capture.wecom.host import Config, Host
from muniment.capture.wecom.keys import Keys
from muniment.capture.wecom.library import load
from muniment.capture.wecom.pull import ALARMED, IDLE, Puller
from muniment.capture.wecom.unseal import open_sealed
from tests.capture.wecom.archive import CORP, Scenario, hidden, text
from tests.capture.wecom.conftest import Clock, Pull
from tests.capture.wecom.samples import OWN
from tests.capture.wecom.sink import SqliteSink

Data = Callable[[str], Path]
SECOND = 1_000_000


def drain(puller: Puller, clock: Clock, rounds: int = 50) -> list[str]:
    """Look until there is nothing more; the states."""
    states: list[str] = []
    for _ in range(rounds):
        outcome = puller.once()
        states.append(outcome.state)
        clock.at = max(clock.at, outcome.next_at)
        if outcome.state == "ok" and not outcome.more:
            return states
    raise AssertionError(states)


def unpacked(ids: list[str]) -> list[str]:
    return [f"{CORP}/{each}" for each in ids]


def test_every_type_comes_through_byte_for_byte(
    shared_data: Data, scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    files = sorted(shared_data("wecom-archive-samples").glob("*.json"))
    given = [path.read_bytes() for path in files if path.stem != "getchatdata_response"] + list(OWN.values())
    scenario.serve(given)

    drain(pull(limit=7), clock)

    assert [raw for _, raw in sink.records()] == given
    assert len(given) == 34
    assert sink.cursor == "34"
    assert sink.gaps == [] and sink.open_gaps == {}


def test_two_versions_of_the_key_open_their_own_rows(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    before = scenario.serve([text(n) for n in range(5)])
    after = scenario.serve([text(n) for n in range(5, 10)], first=6, version=2)

    drain(pull(versions=(1, 2), limit=3), clock)

    assert [key for key, _ in sink.records()] == unpacked(before + after)
    assert sink.records("sealed") == []


def test_a_row_says_where_it_stood(scenario: Scenario, pull: Pull, sink: SqliteSink) -> None:
    scenario.serve([text(1)], first=196)

    outcome = pull().once()

    (row,) = sink.database.execute("SELECT seq, meta FROM record").fetchall()
    assert row[0] == 196
    assert json.loads(row[1]) == {"corpid": CORP, "seq": 196, "msgid": "1001_1603875612", "publickey_ver": 1}
    assert (outcome.captured, outcome.cursor, outcome.more) == (1, "196", False)
    assert sink.gaps == []  # the first number of all may be any


def test_it_goes_on_where_the_sink_stands(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    first = scenario.serve([text(n) for n in range(3)])
    drain(pull(), clock)
    second = scenario.serve([text(n) for n in range(3, 6)], first=4)

    drain(pull(), clock)

    assert [key for key, _ in sink.records()] == unpacked(first + second)


def test_a_sink_that_fails_before_or_after_loses_nothing(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    given = scenario.serve([text(n) for n in range(4)])
    puller = pull()
    sink.fail_next = True
    with pytest.raises(OSError, match="full"):
        puller.once()
    assert (puller.cursor, sink.records()) == ("0", [])

    sink.fail_after = True
    with pytest.raises(OSError, match="power"):
        puller.once()
    assert puller.cursor == "0"
    puller.once()  # the same process does not know that it was durable: the rows come twice
    drain(pull(), clock)

    assert {key for key, _ in sink.records()} == set(unpacked(given))
    assert len(sink.records()) == 8


def test_the_child_killed_at_random_loses_and_doubles_nothing(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    rnd = random.Random(4)
    given = scenario.serve([text(n) for n in range(60)])
    scenario.set(kill_at=",".join(str(n) for n in sorted(rnd.sample(range(1, 60), 8))))

    states = drain(pull(limit=13), clock)

    keys = [key for key, _ in sink.records()]
    assert keys == unpacked(given)
    assert sink.records("sealed") == []
    assert states.count("retry") == 8


@pytest.mark.deep
def test_the_child_killed_at_random_many_times(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    rnd = random.Random(5)
    given = scenario.serve([text(n) for n in range(2000)])
    scenario.set(kill_at=",".join(str(n) for n in sorted(rnd.sample(range(1, 2100), 200))))

    drain(pull(limit=100), clock, 1000)

    assert [key for key, _ in sink.records()] == unpacked(given)


def test_an_abort_in_between_is_tried_again(scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock) -> None:
    given = scenario.serve([text(n) for n in range(5)])
    scenario.set(abort_at="1,4")

    states = drain(pull(), clock)

    assert [key for key, _ in sink.records()] == unpacked(given)
    assert states == ["retry", "ok"]  # the second abort was within a row, which was tried again at once


def test_a_message_that_kills_the_library_stays_sealed_and_stops_nothing(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock, host: Host
) -> None:
    given = scenario.serve([text(n) for n in range(5)])
    scenario.set(poison=hidden(b"key:00000003-1", text(2))[:40])

    drain(pull(), clock)

    assert [key for key, _ in sink.records()] == unpacked(given[:2] + given[3:])
    ((key, raw),) = sink.records("sealed")
    assert key == unpacked(given)[2]
    assert raw == (scenario.folder / "chatdata").read_bytes().splitlines()[2].partition(b"\t")[2]
    assert sink.open_gaps["sealed signal 6"].reason is Reason.UNREADABLE
    assert host.starts == 3


def test_a_row_that_hangs_stays_sealed(
    config: Config, scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock, host: Host
) -> None:
    given = scenario.serve([text(n) for n in range(3)])
    host.pull(0)
    host._config = msgspec.structs.replace(config, timeout=1, grace=1.0)
    scenario.set(hang_at="4,5")  # the calls of the second row, after the pull before and this one

    drain(pull(), clock)

    assert [key for key, _ in sink.records()] == unpacked([given[0], given[2]])
    assert (
        json.loads(sink.database.execute("SELECT meta FROM record WHERE part = 'sealed'").fetchone()[0])["sealed"]
        == "hung"
    )


@pytest.mark.parametrize("key, changes, why", [
    ("key 9", {"publickey_ver": 9}, "no_key"),
    ("key 1", {"encrypt_random_key": "not base64!"}, "random_key"),
    ("key 1", {"encrypt_random_key": "AAAA"}, "random_key"),
    ("sealed short", {"encrypt_chat_msg": "MU1000000001"}, "short"),
    ("key 1", {"encrypt_chat_msg": "MU1" + "0" * 60}, "10006"),
])  # fmt: skip
def test_a_row_that_does_not_open_is_kept_as_it_came(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock, key: str, changes: dict[str, object], why: str
) -> None:
    odd = scenario.row(2, text(2), **changes)
    scenario.serve([text(1), odd, text(3)])

    outcome = pull().once()

    assert [raw for _, raw in sink.records("sealed")] == [odd.encode()]
    assert (
        json.loads(sink.database.execute("SELECT meta FROM record WHERE part = 'sealed'").fetchone()[0])["sealed"]
        == why
    )
    assert (outcome.captured, outcome.sealed, outcome.cursor) == (3, 1, "3")
    assert list(sink.open_gaps) == [key]


def test_a_sealed_row_opens_when_its_key_is_given(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock, host: Host
) -> None:
    scenario.serve([text(1)], version=2)
    drain(pull(versions=(1,)), clock)
    ((key, raw),) = sink.records("sealed")
    meta = json.loads(sink.database.execute("SELECT meta FROM record").fetchone()[0])
    sealed = Captured(raw=raw, key=key, seq=1, part="sealed", meta=meta)
    none, both = (
        Keys({version: scenario.keys[version].private for version in versions}) for versions in ((1,), (1, 2))
    )

    assert open_sealed(sealed, none, host) is sealed
    opened = open_sealed(sealed, both, host)
    assert isinstance(opened, Captured)
    assert (opened.part, opened.key, opened.raw) == ("message", key, text(1))


def test_the_wrong_key_under_the_right_version_seals_and_does_not_lie(
    scenario: Scenario, sink: SqliteSink, host: Host, clock: Clock
) -> None:
    scenario.serve([text(1)])
    wrong = Keys({1: scenario.keys[3].private})

    Puller(host, CORP, wrong, sink, clock=clock).once()

    assert sink.records() == [] and len(sink.records("sealed")) == 1
    assert list(sink.open_gaps) == ["key 1"]


def test_a_burst_of_network_faults_is_waited_out(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    given = scenario.serve([text(n) for n in range(3)])
    scenario.set(codes="10001,10001,10002,10003,10001")
    puller = pull()
    waits = []
    for _ in range(5):
        outcome = puller.once()
        waits.append(outcome.next_at - clock.at)
        assert outcome.state == "retry"

    assert waits == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert outcome.failures == 5
    drain(puller, clock)
    assert [key for key, _ in sink.records()] == unpacked(given)


def test_waits_end_at_five_minutes_and_differ(scenario: Scenario, host: Host, sink: SqliteSink, clock: Clock) -> None:
    scenario.set(codes=",".join(["10001"] * 40))
    puller = Puller(host, CORP, Keys({}), sink, clock=clock, chance=random.Random(1).random)
    waits = []
    for _ in range(30):
        outcome = puller.once()
        waits.append(outcome.next_at - clock.at)
        clock.at = outcome.next_at

    assert max(waits) <= 300 * SECOND and len(set(waits[10:])) > 10
    assert min(waits[10:]) >= 150 * SECOND


@pytest.mark.parametrize("code", [10000, 10004, 10005, 10009, 10011, 12345])
def test_codes_that_ask_for_a_person(scenario: Scenario, pull: Pull, clock: Clock, code: int) -> None:
    scenario.set(codes=code)

    outcome = pull().once()

    assert (outcome.state, outcome.code, outcome.next_at) == ("alarm", str(code), clock.at + ALARMED)


@pytest.mark.parametrize(
    "code, state", [(40001, "alarm"), (41001, "alarm"), (301052, "alarm"), (45009, "retry"), (-1, "retry")]
)
def test_errors_within_the_answer(scenario: Scenario, pull: Pull, sink: SqliteSink, code: int, state: str) -> None:
    scenario.serve([text(1)])
    scenario.set(errcode=code)

    outcome = pull().once()

    assert (outcome.state, outcome.code) == (state, str(code))
    assert sink.cursor is None


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


def test_an_answer_that_is_no_json_is_asked_for_again(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    scenario.serve([text(1)])
    scenario.set(garbage=1)
    puller = pull()
    outcome = puller.once()
    assert (outcome.state, outcome.code) == ("retry", "answer")
    scenario.set()

    drain(puller, clock)

    assert len(sink.records()) == 1


def test_an_empty_archive_is_looked_at_again_in_a_while(
    scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    outcome = pull().once()

    assert (outcome.state, outcome.captured, outcome.next_at) == ("ok", 0, clock.at + IDLE)
    assert sink.cursor is None


def test_no_more_calls_a_minute_than_are_allowed(scenario: Scenario, pull: Pull, clock: Clock) -> None:
    puller = pull(calls=3)
    began = clock.at
    for _ in range(3):
        assert puller.once().state == "ok"
        clock.at += SECOND

    waiting = puller.once()

    assert (waiting.state, waiting.code, waiting.next_at) == ("retry", "pace", began + 60 * SECOND)
    assert scenario.calls == "GGG"
    clock.at = waiting.next_at
    assert puller.once().state == "ok"


def test_without_a_library_a_person_is_asked(
    config: Config, scenario: Scenario, sink: SqliteSink, clock: Clock
) -> None:
    host = Host(msgspec.structs.replace(config, sha256="1" * 64))

    outcome = Puller(host, CORP, Keys({}), sink, clock=clock).once()

    assert (outcome.state, outcome.code) == ("alarm", "library")


def test_files_of_a_message_are_owed_once(
    shared_data: Data, scenario: Scenario, pull: Pull, sink: SqliteSink, clock: Clock
) -> None:
    sample = (shared_data("wecom-archive-samples") / "image.json").read_bytes()
    scenario.serve([sample, (shared_data("wecom-archive-samples") / "mixed.json").read_bytes()])
    scenario.set(twice=1)

    drain(pull(), clock)

    first, second = sink.due
    assert (first.media, first.size, first.digest) == ("FILEID", 70961, "md5:50de8e5ae8ffe4f1df7a93841f71993a")
    assert first.until == clock.at - IDLE + 3 * 86_400 * SECOND  # its message has no time of its own
    assert second.digest == "md5:368b6c18c82e6441bfd89b343e9d2429"


def test_the_double_has_the_vendors_functions(scenario: Scenario) -> None:
    library = load(str(scenario.library), scenario.sha256)

    assert library.NewSlice() and library.NewMediaData()


def test_a_process_that_was_killed_is_told_by_its_signal(scenario: Scenario, pull: Pull) -> None:
    scenario.set(kill_at=1)

    assert pull().once().code == f"signal {signal.SIGKILL}"
