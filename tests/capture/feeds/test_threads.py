"""One thread's trouble is nobody else's: accounts that cannot work, slow platforms, disks that fail; and what a thread keeps."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest

from muniment.capture.archive import Archive, open_archive
from muniment.capture.feeds import runner
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.errand import Errand, let_go
from muniment.capture.feeds.ledger import Feed, Ledger
from muniment.capture.feeds.live import Live
from muniment.capture.feeds.runner import Connection, Runner, fetch_some
from muniment.capture.outcome import RetryAt
from muniment.capture.registry import live
from tests.archives import Place
from tests.capture.feeds.conftest import WECOM
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wecom.archive import Scenario, text
from tests.capture.wecom.conftest import Clock

SECOND = 1_000_000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(place: Place, clock: Clock) -> Iterator[Archive]:
    opened = open_archive(place.home, place.keys, clock=clock)
    yield opened
    opened.close()


def feed_of(ledger: Ledger, source: str) -> Feed:
    found = ledger.feed(source)
    assert found is not None
    return found


@pytest.fixture
def errand(archive: Archive, connection: Connection) -> Iterator[Errand]:
    """WeCom at work in this thread."""
    made = Errand(archive, Ledger(archive), connection, live("wecom"), threading.Event())
    yield made
    let_go(made.kept)


def test_a_page_of_unreadable_rows_is_kept_once_however_often_it_comes(
    archive: Archive, scenario: Scenario, errand: Errand, clock: Clock
) -> None:
    scenario.serve(['{"seq": 1, "no": "message"}', '{"seq": 2, "no": "message"}'])
    for _ in range(4):
        errand.live.pull(errand)
        clock.at += 300 * SECOND

    assert archive.intake.database.execute("SELECT count(*) FROM item WHERE type = 'rec'").fetchone()[0] == 2
    feed = feed_of(errand.ledger, WECOM)
    assert (feed.received_at, feed.failure, feed.failures) == (None, "stuck", 4)
    assert errand.kept[0].host.starts == 1


def test_what_has_expired_is_a_failure_until_rows_come_again(
    scenario: Scenario, errand: Errand, archive: Archive, clock: Clock
) -> None:
    errand.ledger.accept(WECOM, [], pulled=True, cursor="1")
    scenario.set(expired_below=10)
    errand.live.pull(errand)
    assert feed_of(errand.ledger, WECOM).failure == "10010"
    scenario.serve([text(1)], first=12)
    errand.live.pull(errand)

    assert (feed_of(errand.ledger, WECOM).failure, feed_of(errand.ledger, WECOM).cursor) == (None, "12")


def test_pulls_and_files_of_a_corporation_stay_within_its_limit_together(
    scenario: Scenario, errand: Errand, clock: Clock
) -> None:
    scenario.media("F", b"a file")
    files = replace(errand, kept=[])
    due = MediaDue(media="F", size=6)
    errand.live.pull(errand)
    pace = errand.kept[0]._pace
    while pace.take(clock.at, 100) <= clock.at:
        pass
    outcome, _ = files.live.fetch(files, due, 0, None)
    assert isinstance(outcome, RetryAt)
    assert (outcome.reason, outcome.asked, outcome.at) == ("pace", False, clock.at + 60 * SECOND)
    errand.live.pull(errand)  # a hundred calls are left to it
    assert scenario.calls == "GG"
    clock.at += 61 * SECOND
    files.live.fetch(files, due, 0, None)
    let_go(files.kept)

    assert scenario.calls == "GGM"


@contextmanager
def running(
    place: Place,
    connections: Callable[[], Sequence[Connection]],
    open_one: Callable[[], Archive] | None = None,
    find: Callable[[str], Live] = live,
) -> Iterator[Callable[[Callable[[Ledger], object]], None]]:
    """The runner as it is; gives `until(condition)`."""
    made = Runner(open_one or (lambda: open_archive(place.home, place.keys)), connections, find)
    stop = threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    with open_archive(place.home, place.keys) as own:

        def until(condition: Callable[[Ledger], object]) -> None:
            end = time.monotonic() + 120
            while not condition(Ledger(own)):
                assert time.monotonic() < end, "it did not come"
                time.sleep(0.05)

        try:
            yield until
        finally:
            stop.set()
            thread.join(timeout=60)
    assert not thread.is_alive()


def failure(source: str, code: str | None) -> Callable[[Ledger], bool]:
    return lambda ledger: (feed := ledger.feed(source)) is not None and feed.failure == code


def test_a_connection_that_cannot_be_used_says_so_and_stops_nobody(
    place: Place, archive: Archive, scenario: Scenario, connection: Connection
) -> None:
    scenario.serve([text(1)])
    gone, sealed = Connection("a1", "gone", {}), Connection("a2", "ndjson", {}, "WrongKey")
    files = MediaDue(media="f")
    for source in ("a1", "a2"):
        Ledger(archive).accept(source, [], due=[files])
    wanted = [gone, sealed, connection]
    with running(place, lambda: list(wanted)) as until:
        until(failure("a1", "connector"))
        until(failure("a2", "WrongKey"))
        until(lambda ledger: (feed := ledger.feed(WECOM)) is not None and feed.cursor == "1")
        until(lambda ledger: not ledger.due())  # their files rest, and use up no try
        assert feed_of(Ledger(archive), "a1").failures == 1
        wanted[:] = [replace(sealed, fault="")]
        until(failure("a2", None))

    assert {source: owing.waiting for source, owing in Ledger(archive).owing().items()} == {"a1": 1, "a2": 1}


def test_a_file_of_a_connector_that_is_gone_waits(archive: Archive) -> None:
    ledger = Ledger(archive)
    ledger.accept("a1", [], due=[MediaDue(media="f")])

    assert fetch_some(archive, ledger, {"a1": Connection("a1", "gone", {})}, live, threading.Event()) == 1
    assert ledger.owing()["a1"].waiting == 1


def cloud(source: str, base: str) -> Connection:
    settings = {"access_token": "t", "api": f"{base}/v23.0", "app_secrets": "s", "verify_token": "v"}
    return Connection(source, "whatsapp_cloud", settings)


def test_a_slow_platform_holds_up_nobody_elses_files(place: Place, archive: Archive) -> None:
    quick_is_done, slow_asked = threading.Event(), threading.Event()

    def slow(asked: Asked) -> Reply:
        slow_asked.set()
        quick_is_done.wait(60)
        return Reply(status=503)

    def quick(asked: Asked) -> Reply:
        if asked.path == "/file":
            return Reply(body=b"here")
        slow_asked.wait(60)
        return Reply(body=json.dumps({"url": f"{second.base}/file"}).encode())

    ledger = Ledger(archive)
    with platform(slow) as first, platform(quick) as second:
        for source in ("a1", "a2"):
            ledger.accept(source, [], due=[MediaDue(media="f")])
        with running(place, lambda: [cloud("a1", first.base), cloud("a2", second.base)]) as until:
            until(lambda ledger: "a2" not in ledger.owing())
            assert ledger.owing()["a1"].waiting == 1
            quick_is_done.set()


def test_a_disk_that_fails_for_a_while_ends_no_thread(
    place: Place, archive: Archive, scenario: Scenario, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LOOK_SECONDS", 0.1)
    scenario.serve([text(1)])
    scenario.media("F", b"a file")
    Ledger(archive).accept(WECOM, [], due=[MediaDue(media="F", size=6)])
    faults: list[Exception] = [OSError("full"), sqlite3.OperationalError("locked"), ValueError(), OSError("full")] * 2
    asked: list[int] = []

    def open_one() -> Archive:
        if faults:
            raise faults.pop()
        return open_archive(place.home, place.keys)

    def connections() -> list[Connection]:
        asked.append(1)
        if len(asked) == 2:
            raise RuntimeError
        return [connection]

    with running(place, connections, open_one) as until:
        until(lambda ledger: (feed := ledger.feed(WECOM)) is not None and feed.cursor == "1")
        until(lambda ledger: WECOM not in ledger.owing())
    assert not faults


def test_more_accounts_than_threads_take_turns(place: Place, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "FETCHING", 1)
    monkeypatch.setattr(runner, "LOOK_SECONDS", 0.05)
    asked: list[str] = []

    def answer(request: Asked) -> Reply:
        asked.append(request.path)
        return Reply(body=b"here" if request.path == "/file" else json.dumps({"url": f"{api.base}/file"}).encode())

    ledger = Ledger(archive)
    with platform(answer) as api:
        for source in ("a1", "a2"):
            ledger.accept(source, [], due=[MediaDue(media=f"{source}-{number}") for number in range(12)])
        with running(place, lambda: [cloud("a1", api.base), cloud("a2", api.base)]) as until:
            until(lambda ledger: not ledger.owing())
    files = [path.rsplit("/", 1)[1][:2] for path in asked if path != "/file"]

    assert files.index("a2") < 12  # the second did not wait until the first had everything
