"""However many workers an archive has, one of them drives its live connectors; another takes over when it ends."""

import subprocess
import sys
import threading
from contextlib import closing

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.feeds import alone as module
from muniment.capture.feeds.alone import alone
from tests.archives import Place

HOLDS = """
import sys, threading
from pathlib import Path
from muniment.capture.archive import open_archive
from muniment.capture.feeds.alone import alone
with alone(open_archive(Path(sys.argv[1]), Path(sys.argv[2])), threading.Event()) as mine:
    print(mine, flush=True)
    sys.stdin.read()
"""


def test_another_process_waits_and_takes_over_when_the_first_is_killed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.05)
    command = [sys.executable, "-c", HOLDS, str(place.home), str(place.keys)]
    first = subprocess.Popen(command, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert first.stdin is not None and first.stdout is not None
    found: list[bool] = []
    stop, taken = threading.Event(), threading.Event()

    def second() -> None:
        with closing(open_archive(place.home, place.keys)) as archive, alone(archive, stop) as mine:
            found.append(mine)
            taken.set()

    try:
        assert first.stdout.readline() == "True\n"
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not taken.wait(0.5)
        first.kill()
        assert taken.wait(60)
        waiting.join()
    finally:
        first.kill()
        first.wait()
        first.stdin.close()
        first.stdout.close()
    assert found == [True]


def test_who_is_asked_to_end_while_waiting_does_not_begin(place: Place) -> None:
    stop = threading.Event()
    stop.set()
    with closing(open_archive(place.home, place.keys)) as archive, alone(archive, stop) as mine:
        assert not mine
