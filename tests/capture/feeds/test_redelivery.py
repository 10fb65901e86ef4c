"""Delivered in any order, three times, by a process that is killed at random: the same events, each once."""

import json
import random
import signal
import subprocess
import sys
import time

import pytest

from muniment.catalog.rebuild import logical_hash
from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from tests.archives import Place
from tests.capture.feeds import deliver


def events(desk: Desk) -> list[tuple[str, str, str]]:
    """Account, kind and words of every event: ids, record numbers and times of receipt aside."""
    rows = desk.catalog.execute(
        "SELECT record.source, event.kind, event.body FROM event JOIN record ON record.leaf = event.leaf"
    )
    return sorted((source, kind, json.dumps(json.loads(body), sort_keys=True)) for source, kind, body in rows)


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """The events of everything delivered once, in order."""
    folder = tmp_path_factory.mktemp("once")
    actions.create(folder / "home", folder / "keys", "example.com/broker", "system:test")
    with open_desk(folder / "home", folder / "keys", "system:test") as desk:
        for each in deliver.deliveries():
            deliver.deliver(desk, *each)
        actions.settle(desk)
        found = events(desk)
    assert len(found) > 40
    return found


def run_and_kill(place: Place, seeds: int, chance: random.Random) -> None:
    """Deliver again and again; each time but the last the process is killed somewhere."""
    for seed in range(seeds):
        command = [sys.executable, "-m", "tests.capture.feeds.deliver", str(place.home), str(place.keys), str(seed)]
        child = subprocess.Popen(command, env=place.environment)
        if seed < seeds - 1:
            time.sleep(chance.uniform(0.3, 4.0))
            child.send_signal(signal.SIGKILL)
            child.wait()
        else:
            assert child.wait() == 0


@pytest.mark.parametrize("seeds", [3, pytest.param(40, marks=pytest.mark.deep)])
def test_the_same_events_however_they_came(place: Place, wanted: list[tuple[str, str, str]], seeds: int) -> None:
    run_and_kill(place, seeds, random.Random(seeds))

    with open_desk(place.home, place.keys, "system:test") as desk:
        assert events(desk) == wanted
        before = logical_hash(desk.catalog)
    actions.rebuild(place.home, place.keys)
    with open_desk(place.home, place.keys, "system:test") as desk:
        assert events(desk) == wanted
        assert before  # the audit log has one entry more by now, so that the whole differs


def test_what_was_acknowledged_before_a_kill_is_there_after_it(place: Place) -> None:
    command = [sys.executable, "-m", "tests.capture.feeds.deliver", str(place.home), str(place.keys), "7", "tell"]
    child = subprocess.Popen(command, env=place.environment, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    acknowledged = sum(child.stdout.readline() == "kept\n" for _ in range(9))
    child.kill()
    child.wait()
    child.stdout.close()
    with open_desk(place.home, place.keys, "system:test") as desk:
        actions.settle(desk)
        (records,) = desk.catalog.execute(
            "SELECT count(*) FROM record WHERE source IN (?, ?)", (deliver.CLOUD, deliver.PUSH)
        ).fetchone()

    assert acknowledged == 9
    assert records >= 9
