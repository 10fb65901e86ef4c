"""What the ledger takes for a sign of life: a pull is one thing, a delivery another, and neither stands for the other."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from muniment.capture.archive import Archive, open_archive
from muniment.capture.feeds.captured import Captured, MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Feed, Ledger
from muniment.capture.feeds.runner import Connection, Runner
from muniment.capture.intake import Sealed
from muniment.capture.registry import live
from muniment.capture.wecom.keys import KeyPair
from muniment.record.record import Assurance
from tests.archives import Place
from tests.capture.feeds.conftest import WECOM, pem
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wecom.archive import Scenario, text
from tests.capture.wecom.conftest import Clock

KF = "a00000000000000kf"
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


def items(ledger: Ledger, source: str) -> Sequence[Sealed]:
    return ledger.seal(source, "wechat", 1, Assurance.API_SIGNED, [Captured(raw=b"<xml/>")])


def test_a_delivery_says_nothing_of_the_pull(archive: Archive, clock: Clock) -> None:
    ledger = Ledger(archive)
    ledger.failed(KF, "40001")
    clock.at += SECOND
    ledger.accept(KF, items(ledger, KF))

    feed = feed_of(ledger, KF)
    assert (feed.failure, feed.failures, feed.contacted_at) == ("40001", 1, None)
    assert (feed.delivered_at, feed.received_at) == (clock.at, clock.at)


def test_a_doorbell_is_no_record_and_a_pull_clears_what_failed(archive: Archive, clock: Clock) -> None:
    ledger = Ledger(archive)
    ledger.failed(KF, "40001")
    ledger.accept(KF, items(ledger, KF), rung=True, bell="B")
    assert (feed_of(ledger, KF).received_at, feed_of(ledger, KF).failures) == (None, 1)
    ledger.accept(KF, [], pulled=True, cursor="1")

    feed = feed_of(ledger, KF)
    assert (feed.contacted_at, feed.received_at, feed.failures, feed.failure) == (clock.at, None, 0, None)


def test_a_bell_waits_from_its_first_ring_until_it_is_answered(archive: Archive, clock: Clock) -> None:
    ledger = Ledger(archive)
    first = clock.at
    ledger.accept(KF, [], rung=True, bell="one")
    clock.at += 60 * SECOND
    began = clock.at - 1
    ledger.accept(KF, [], rung=True, bell="two")
    assert feed_of(ledger, KF).bell_since == first
    ledger.answered(KF, began)  # the pull began before the second ring
    assert (feed_of(ledger, KF).rung_at, feed_of(ledger, KF).bell_since) == (clock.at, clock.at)
    assert ledger.bell(KF) == "two"
    ledger.answered(KF, clock.at)

    assert (feed_of(ledger, KF).rung_at, feed_of(ledger, KF).bell_since, ledger.bell(KF)) == (None, None, None)


def run_until(place: Place, connection: Connection, done: Callable[[Ledger], object]) -> None:
    """The runner as it is, until something is so."""
    runner = Runner(lambda: open_archive(place.home, place.keys), lambda: [connection], live)
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    try:
        end = time.monotonic() + 120
        with open_archive(place.home, place.keys) as own:
            while not done(Ledger(own)):
                assert time.monotonic() < end, "it did not come"
                time.sleep(0.05)
    finally:
        stop.set()
        thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_bell_outlives_a_pull_that_failed_and_its_token_is_used(place: Place, archive: Archive) -> None:
    tokens: list[str | None] = []

    def answer(asked: Asked) -> Reply:
        if asked.path == "/cgi-bin/gettoken":
            return Reply(body=b'{"errcode":0,"access_token":"AT","expires_in":7200}')
        tokens.append(json.loads(asked.body).get("token"))
        if len(tokens) == 1:
            return Reply(status=503, headers={"Retry-After": "1"})
        return Reply(body=b'{"errcode":0,"msg_list":[],"next_cursor":"c1","has_more":0}')

    Ledger(archive).accept(KF, [], rung=True, bell="BELL")
    with platform(answer) as api:
        settings = {
            "platform": "wecom", "receiver": "ww1", "secret": "s", "customer_service": "1", "api": api.base,
            "token": "t", "encoding_aes_key": "k",
        }  # fmt: skip
        run_until(place, Connection(KF, "wechat", settings), lambda ledger: feed_of(ledger, KF).rung_at is None)

    assert tokens == ["BELL", "BELL"]
    assert feed_of(Ledger(archive), KF).failures == 0


def test_rows_that_no_key_opens_are_kept_and_are_no_record(
    place: Place, archive: Archive, scenario: Scenario, connection: Connection, pairs: dict[int, KeyPair]
) -> None:
    scenario.serve([text(n) for n in range(3)], version=2)
    one = replace(connection, settings={**connection.settings, "private_keys": pem({1: pairs[1]})})
    run_until(place, one, lambda ledger: (feed := ledger.feed(WECOM)) is not None and feed.cursor == "3")

    feed = feed_of(Ledger(archive), WECOM)
    assert feed.contacted_at is not None
    assert feed.received_at is None
    assert feed.sealed_at is not None


def test_what_came_is_open_when_the_last_gap_of_a_key_is_over(archive: Archive) -> None:
    ledger = Ledger(archive)
    ledger.accept(WECOM, [], pulled=True, unopened=True)
    for name in ("key 1", "key 2", "sealed short"):
        ledger.gap_once(WECOM, "wecom", name, Gap(reason=Reason.UNREADABLE))
    ledger.gap_over(WECOM, "key 1")
    assert feed_of(ledger, WECOM).sealed_at is not None
    ledger.gap_over(WECOM, "key 2")

    assert feed_of(ledger, WECOM).sealed_at is None


def test_an_entry_that_does_not_open_holds_up_no_other(archive: Archive, clock: Clock) -> None:
    ledger = Ledger(archive)
    ledger.accept(KF, [], due=[MediaDue(media="one", until=1), MediaDue(media="two")], rung=True, bell="B")
    for table, column, where in (("media", "sealed", "until = 1"), ("feed", "bell", "rung_at > 0")):
        archive.intake.database.begin()
        archive.intake.database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (b"damaged",))
        archive.intake.database.commit()

    assert [owed.due.media for owed in ledger.owed(1)] == []
    assert [owed.due.media for owed in ledger.owed(1)] == ["two"]
    assert ledger.owing()[KF].waiting == 2
    assert ledger.bell(KF) is None
