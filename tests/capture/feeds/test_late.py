"""Files that are tried after the platform's own end, or in vain: no byte in hand is dropped, and one mishap loses nothing."""

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from muniment.capture.archive import Archive, open_archive
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.errand import let_go
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection, fetch_some
from muniment.capture.registry import live
from muniment.desk.archive.actions import settle
from muniment.desk.desk import Desk, open_desk
from muniment.record.clock import SECOND
from muniment.record.record import split_payload
from tests.archives import Place
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wecom.archive import Scenario
from tests.capture.wecom.conftest import Clock

SOURCE = "a00000000000000wc"
CONTENT = bytes(range(256)) * 4096  # two pieces of the platform's
DAY = 86_400 * SECOND


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(place: Place, clock: Clock) -> Iterator[Archive]:
    opened = open_archive(place.home, place.keys, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with open_desk(place.home, place.keys, "system:test") as opened:
        yield opened


def owe(archive: Archive, content: bytes = CONTENT, digest: str = "md5", until: int | None = None) -> Ledger:
    """A file that was named four days ago and ended yesterday is owed, and was never tried."""
    ledger, at = Ledger(archive), archive.clock()
    claimed = f"{digest}:{hashlib.new(digest, content).hexdigest()}"
    ended = at - DAY if until is None else until
    ledger.accept(SOURCE, [], due=[MediaDue(media="F", name="f.bin", size=len(content), digest=claimed, until=ended)])
    return ledger


def until_settled(archive: Archive, ledger: Ledger, connection: Connection, clock: Clock, most: int = 60) -> list[int]:
    """Try until the file does not wait any more; when it was tried (seconds from the first)."""
    began, tried, kept = clock.at, list[int](), list[object]()
    while SOURCE in (owing := ledger.owing()) and owing[SOURCE].waiting:
        if fetch_some(archive, ledger, {SOURCE: connection}, live, threading.Event(), kept=kept):
            tried.append((clock.at - began) // SECOND)
            assert len(tried) < most
        (due,) = archive.intake.database.execute("SELECT min(next_at) FROM media WHERE state = 'waiting'").fetchone()
        clock.at = max(clock.at, due or 0)
    let_go(kept)
    return tried


def files(desk: Desk) -> list[tuple[bytes, list[str]]]:
    """Bytes and flags of the files that became records."""
    settle(desk)
    leaves = [leaf for (leaf,) in desk.catalog.execute("SELECT leaf FROM record WHERE part = 'attachment'")]
    reader = desk.archive.reader("records")
    payloads = [each.payload or b"" for each in reader.pick(leaves, reader.log.checkpoint().size)]
    return [(raw, header.meta.get("flags", [])) for header, raw in map(split_payload, payloads)]


def gaps(desk: Desk) -> list[str]:
    settle(desk)
    return [json.loads(body)["code"] for (body,) in desk.catalog.execute("SELECT body FROM gap ORDER BY leaf")]


def test_late_and_one_network_error_loses_nothing(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    scenario.set(media_codes="10001")
    ledger = owe(archive)

    assert len(until_settled(archive, ledger, connection, clock)) == 2
    assert files(desk) == [(CONTENT, [])]
    assert gaps(desk) == []


def test_late_and_not_as_declared_is_kept_with_a_flag(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    scenario.set(media_flip=1)
    ledger = owe(archive)

    until_settled(archive, ledger, connection, clock)

    assert files(desk) == [(b"\1" + CONTENT[1:], ["hash_mismatch"])]
    assert gaps(desk) == []
    assert not list((archive.home.spool / "feeds" / SOURCE).iterdir())


def test_late_and_never_reached_is_tried_many_times_and_longer_apart_then_a_gap(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    scenario.set(media_codes=",".join(["10001"] * 99))
    ledger = owe(archive)

    tried = until_settled(archive, ledger, connection, clock)

    waits = [after - before for before, after in pairwise(tried)]
    assert len(tried) == 12
    assert waits == sorted(waits)
    assert tried[-1] > 86_400 // 2  # an outage of half a day loses no file
    assert gaps(desk) == ["10001"]
    assert files(desk) == []


@pytest.mark.parametrize("first", ["0", "0,10001"])
def test_what_came_of_a_file_that_never_came_whole_is_kept(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock, first: str
) -> None:
    scenario.media("F", CONTENT)
    scenario.set(media_codes=",".join([first, *["10001"] * 99]))
    ledger = owe(archive)

    until_settled(archive, ledger, connection, clock)

    assert files(desk) == [(CONTENT[: 512 * 1024], ["unfinished", "truncated", "hash_mismatch"])]
    assert ledger.owing()[SOURCE].flagged == 1


def test_a_copy_set_aside_outlives_a_platform_that_answers_no_more(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    scenario.set(media_flip=1, media_codes=",".join(["0", "0", *["10001"] * 99]))
    ledger = owe(archive)

    until_settled(archive, ledger, connection, clock)

    assert files(desk) == [(b"\1" + CONTENT[1:], ["unfinished", "hash_mismatch"])]


def test_a_library_that_is_not_there_uses_up_no_try(
    archive: Archive, desk: Desk, scenario: Scenario, connection: Connection, clock: Clock
) -> None:
    scenario.media("F", CONTENT)
    ledger = owe(archive)
    broken = replace(connection, settings={**connection.settings, "library_sha256": "0" * 64})
    for _ in range(14):
        assert fetch_some(archive, ledger, {SOURCE: broken}, live, threading.Event()) == 1
        clock.at += DAY
    assert ledger.owing()[SOURCE].waiting == 1

    until_settled(archive, ledger, connection, clock)

    assert files(desk) == [(CONTENT, [])]


def test_a_file_of_whatsapp_that_came_wrong_once_is_kept_when_it_never_comes_again(
    archive: Archive, desk: Desk, clock: Clock
) -> None:
    asked: list[str] = []

    def answer(request: Asked) -> Reply:
        asked.append(request.path)
        if request.path == "/file":
            return Reply(body=b"cut on its way")
        if "/file" in asked:
            return Reply(status=503)
        return Reply(body=json.dumps({"url": f"{api.base}/file"}).encode())

    with platform(answer) as api:
        settings = {"access_token": "t", "api": f"{api.base}/v23.0", "app_secrets": "s", "verify_token": "v"}
        ledger = owe(archive, b"as it should be", "sha256", archive.clock() + DAY)
        until_settled(archive, ledger, Connection(SOURCE, "whatsapp_cloud", settings), clock, 200)

    ((raw, flags),) = files(desk)
    assert raw == b"cut on its way"
    assert "hash_mismatch" in flags
    assert gaps(desk) == []
