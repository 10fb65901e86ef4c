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
from tests.capture.wecom.conftest import Clock, Pull, drain, unpacked
from tests.capture.wecom.samples import OWN
from tests.capture.wecom.sink import SqliteSink

pytestmark = pytest.mark.sqlite  # its sink is a file of SQLite, whatever archives lie in

Data = Callable[[str], Path]
SECOND = 1_000_000


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
    given = scenario.serve([text(n) for n in range(1500)])
    scenario.set(kill_at=",".join(str(n) for n in sorted(rnd.sample(range(1, 1500), 100))))

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


def test_a_full_page_says_of_when_its_newest_message_is(scenario: Scenario, pull: Pull) -> None:
    scenario.serve([text(n) for n in range(5)])
    puller = pull(limit=2)

    found = [puller.once() for _ in range(3)]

    assert [(each.more, each.newest) for each in found] == [
        (True, 1603875612001_000),
        (True, 1603875612003_000),
        (False, 1603875612004_000),
    ]
