"""The runner with connectors as they are: WeCom's child with the C double, files of WhatsApp from a platform on loopback."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.runner import Connection, Runner, fetch_some
from muniment.capture.registry import live
from muniment.catalog.placed import of_record
from muniment.desk.archive import actions
from muniment.desk.desk import Desk, open_desk
from muniment.record.event import AttachmentStatus
from tests.archives import Place
from tests.capture.feeds import deliver
from tests.capture.feeds.conftest import WECOM
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wecom.archive import Scenario, text
from tests.capture.whatsapp_cloud.own import OWN


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    with open_desk(place.home, place.keys, "system:test") as opened:
        yield opened


def until(condition: Callable[[], object], seconds: float = 180.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def words(desk: Desk) -> list[str]:
    actions.settle(desk)
    rows = desk.catalog.execute(
        "SELECT body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ?", (WECOM,)
    )
    return sorted(json.loads(body)["text"] for (body,) in rows)


def test_an_archive_is_pulled_while_its_child_dies_and_goes_on_where_it_stood(
    place: Place,
    desk: Desk,
    scenario: Scenario,
    connection: Connection,
) -> None:
    scenario.serve([text(n, f"第{n}句") for n in range(20)])
    scenario.set(abort_at="3", kill_at="9", twice=1)
    wanted = [connection]
    runner = Runner(lambda: open_archive(place.home, place.keys), lambda: wanted, live)
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    try:
        until(lambda: len(set(words(desk))) >= 20)
        assert words(desk) == sorted(f"第{n}句" for n in range(20))
        feed = Ledger(desk.archive).feed(WECOM)
        assert feed is not None
        assert feed.cursor == "20"
    finally:
        stop.set()
        thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_connector_that_cannot_work_says_so_and_stops_nobody(
    place: Place, desk: Desk, connection: Connection
) -> None:
    broken = Connection("a0000000000000bad", "wecom", {**connection.settings, "library_sha256": "0" * 64})
    runner = Runner(lambda: open_archive(place.home, place.keys), lambda: [broken, connection], live)
    stop = threading.Event()
    thread = threading.Thread(target=runner.run, args=(stop,))
    thread.start()
    ledger = Ledger(desk.archive)
    try:
        until(lambda: len(ledger.feeds()) == 2 and ledger.feeds()["a0000000000000bad"].failures > 0)
        until(lambda: ledger.feeds()[WECOM].contacted_at)
    finally:
        stop.set()
        thread.join(timeout=60)
    assert ledger.feeds()[WECOM].failures == 0
    assert connection.settings["secret"] not in repr(ledger.feeds())


CONTENT = b"%PDF-1.7 a file that came later"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_a_file_that_is_fetched_later_is_found_at_its_message(place: Place, desk: Desk) -> None:
    body: dict[str, Any] = json.loads(json.dumps(OWN["document"]))
    body["entry"][0]["changes"][0]["value"]["messages"][0]["document"]["sha256"] = DIGEST

    def answer(request: Asked) -> Reply:
        if request.path == "/file":
            return Reply(body=CONTENT)
        said = {"url": f"{api.base}/file", "mime_type": "application/pdf", "sha256": DIGEST, "file_size": len(CONTENT)}
        return Reply(body=json.dumps(said).encode())

    with platform(answer) as api:
        settings = {"access_token": "t", "api": f"{api.base}/v23.0", "app_secrets": "s", "verify_token": "v"}
        connection = Connection(deliver.CLOUD, "whatsapp_cloud", settings)
        ledger = Ledger(desk.archive)
        found = live("whatsapp_cloud")
        raw = json.dumps(body).encode()
        items = [deliver_item(raw)]
        ledger.accept(deliver.CLOUD, ledger.seal(deliver.CLOUD, found.name, 1, found.assurance, items), due=due_of(raw))
        actions.settle(desk)
        (leaf,) = desk.catalog.execute("SELECT leaf FROM event").fetchone()
        before = of_record(desk.catalog, leaf)[0].decoded.event.attachments[0]
        while fetch_some(desk.archive, ledger, {deliver.CLOUD: connection}, live, threading.Event()):
            pass
        actions.settle(desk)

    after = of_record(desk.catalog, leaf)[0].decoded.event.attachments[0]
    assert before.status is AttachmentStatus.MISSING
    assert (after.status, after.sha256, after.size) == (AttachmentStatus.STORED, DIGEST, len(CONTENT))
    assert ledger.owing() == {}


def test_a_file_that_the_platform_no_longer_has_is_a_gap(place: Place, desk: Desk) -> None:
    with platform(lambda _: Reply(status=404, body=b'{"error":{"code":100}}')) as api:
        settings = {"access_token": "t", "api": f"{api.base}/v23.0", "app_secrets": "s", "verify_token": "v"}
        connection = Connection(deliver.CLOUD, "whatsapp_cloud", settings)
        ledger = Ledger(desk.archive)
        ledger.accept(deliver.CLOUD, [], due=[MediaDue(media="5501", until=desk.archive.clock() - 1)])
        while fetch_some(desk.archive, ledger, {deliver.CLOUD: connection}, live, threading.Event()):
            pass
    actions.settle(desk)

    assert ledger.owing()[deliver.CLOUD].lost == 1
    assert desk.catalog.execute("SELECT source, reason FROM gap").fetchall() == [(deliver.CLOUD, "media")]


def deliver_item(raw: bytes) -> Any:
    from muniment.capture.feeds.captured import Captured

    return Captured(raw=raw)


def due_of(raw: bytes) -> Any:
    from muniment.capture.whatsapp_cloud.media import due

    return due(raw)


def test_what_is_owed_is_sealed_where_it_waits(place: Place, desk: Desk) -> None:
    Ledger(desk.archive).accept("a1", [], due=[MediaDue(media="secret-media-id", name="薪金.pdf")])
    rows = desk.archive.intake.database.execute("SELECT * FROM media").fetchall()

    assert "secret-media-id" not in repr(rows)
    assert [owed.due.name for owed in Ledger(desk.archive).owed(5)] == ["薪金.pdf"]
