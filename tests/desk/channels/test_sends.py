"""What the firm sends, through the real doors: durable before it is sent, answered as Meta answers, never sent silently."""

import http.client
import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from muniment.capture.archive import Archive
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.feeds.sends import KNOWN, LONGEST, Sends
from muniment.capture.http import Http
from muniment.capture.whatsapp_cloud import relay as whatsapp
from muniment.desk.archive.actions import settle
from muniment.desk.archive.verification import verify_archive
from muniment.desk.channels import access, actions, sends, watch
from muniment.desk.desk import Desk
from muniment.record.event import Kind
from tests.archives import Place, database
from tests.capture.platforms import Asked, Platform, Reply, platform
from tests.capture.whatsapp_cloud.conftest import webhook
from tests.capture.whatsapp_cloud.test_receive import signed
from tests.cli.test_serve import WAIT_SECONDS, serving, until
from tests.desk.channels.telling import CLIENT, NUMBER_ID, PATH, WORDS, exchange
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

NUMBER = "85225550000"
BODY = json.dumps(
    {"messaging_product": "whatsapp", "to": CLIENT, "type": "text", "text": {"body": WORDS}}, ensure_ascii=False
).encode()
SECRET = "app secret of the firm"


@dataclass
class Meta:
    """The double: `next` is what it answers, `waiting` how many calls were durable in intake when each reached it."""

    place: Place
    api: Platform
    next: Reply | None = None
    waiting: list[int] | None = None

    @property
    def asked(self) -> list[Asked]:
        return self.api.asked


@pytest.fixture
def meta(place: Place) -> Iterator[Meta]:
    waiting: list[int] = []

    def answer(asked: Asked) -> Reply:
        with database(place, "intake") as intake:
            waiting.append(intake.execute("SELECT count(*) FROM send").fetchone()[0])
        if found.next is not None:
            return found.next
        if asked.path.endswith("/media"):
            return Reply(body=b'{"id":"8001"}', headers={"content-type": "application/json"})
        said = {"messaging_product": "whatsapp", "messages": [{"id": f"wamid.{len(waiting)}"}]}
        headers = {"content-type": "application/json; charset=UTF-8", "x-fb-trace-id": "T", "set-cookie": "a=b"}
        return Reply(body=json.dumps(said, indent=1).encode(), headers=headers)

    with platform(answer) as api:
        found = Meta(place, api, waiting=waiting)
        yield found


@pytest.fixture
def number(desk: Desk, meta: Meta) -> str:
    """The source of a connected number."""
    made = actions.connect(
        desk,
        "the number",
        "whatsapp_cloud",
        {
            "app_secrets": SECRET,
            "access_token": "EAAG-stored",
            "phone_number_id": NUMBER_ID,
            "phone_number": NUMBER,
            "api": f"{meta.api.base}/v23.0",
        },
    )
    actions.switch_on(desk, made)
    settle(desk)
    return made


@dataclass(frozen=True)
class Door:
    """The addresses of the connection, and its key."""

    hook: str
    key: str

    @property
    def base(self) -> str:
        return f"/hooks/whatsapp-cloud/{self.hook}/"


@pytest.fixture
def door(desk: Desk, number: str) -> Door:
    (running,) = access.running(desk.archive)
    return Door(access.connection(desk, number).hook, running.settings["send_key"])


def send(browser: "Client", door: Door, body: bytes = BODY, path: str = PATH, **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {door.key}", **more.pop("headers", {})}
    kind = more.pop("content_type", "application/json")
    return browser.post(f"{door.base}send/{path}", data=body, content_type=kind, headers=headers, **more)


def tell(browser: "Client", door: Door, body: bytes) -> Any:
    headers = {"Authorization": f"Bearer {door.key}"}
    return browser.post(f"{door.base}sent", data=body, content_type="application/json", headers=headers)


def over_http(url: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
    """One request to a served archive, as any program makes it."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=WAIT_SECONDS)
    try:
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def workers(server: int) -> list[int]:
    """The processes in which a server works."""
    rows = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, parent in map(str.split, rows.splitlines()) if int(parent) == server]


def events(desk: Desk, source: str) -> list[dict[str, Any]]:
    settle(desk)
    return catalogued(desk, source)


def catalogued(desk: Desk, source: str) -> list[dict[str, Any]]:
    rows = desk.catalog.execute(
        "SELECT event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ? ORDER BY event.leaf",
        (source,),
    )
    return [json.loads(body) for (body,) in rows]


def waiting(archive: Archive) -> int:
    return Sends(archive, Ledger(archive)).waiting()


def test_over_http_a_call_is_passed_on_recorded_and_answered_to_the_byte(
    desk: Desk, number: str, door: Door, meta: Meta, place: Place
) -> None:
    """One served archive for all that needs a server: calls, refusals, a kill while Meta is silent, and the start after it."""
    with serving(place, name="web") as (url, process):

        def call(
            body: bytes | None = BODY, key: str = door.key, path: str = f"{door.base}send/{PATH}", **more: str
        ) -> Any:
            given = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Cookie": "c=1", **more}
            return over_http(url, path, body, {name: value for name, value in given.items() if value})

        status, headers, body = call()
        assert (status, json.loads(body)["messages"]) == (200, [{"id": "wamid.1"}])
        assert b'{\n "messaging_product"' in body  # as Meta wrote it
        assert headers["content-type"] == "application/json; charset=UTF-8"
        assert headers["x-fb-trace-id"] == "T"
        assert "set-cookie" not in headers
        (asked,) = meta.asked
        assert (asked.path, asked.body) == (f"/{PATH}", BODY)
        assert asked.headers["authorization"] == "Bearer EAAG-stored"
        assert not {"cookie", "x-forwarded-for"} & set(asked.headers)
        assert meta.waiting == [1]  # durable when Meta was asked
        assert waiting(desk.archive) == 0
        assert call()[0] == 200  # each call is a call

        refused = {
            "no key": (401, {"Authorization": ""}),
            "another key": (403, {"key": door.key[:-1]}),
            "another hook": (404, {"path": f"/hooks/whatsapp-cloud/{'0' * 32}/send/{PATH}"}),
            "another connector": (404, {"path": f"/hooks/ndjson/{door.hook}/send/{PATH}"}),
            "another path": (404, {"path": f"{door.base}send/v23.0/{NUMBER_ID}/register"}),
            "another number": (403, {"path": f"{door.base}send/v23.0/7002/messages"}),
            "a query": (400, {"path": f"{door.base}send/{PATH}?access_token=EAAG"}),
            "another method": (405, {"body": None}),
            "too large": (413, {"body": b'{"a":"' + b"x" * 2**20 + b'"}'}),
            "far too large, as it says": (413, {"body": b"", "Content-Length": str(17 * 2**20)}),
            "nothing": (400, {"body": b""}),
            "no object": (400, {"body": b"[]"}),
            "another type": (415, {"Content-Type": "text/plain"}),
        }
        for name, (wanted, more) in refused.items():
            status, _, body = call(**more)  # type: ignore[arg-type]
            assert status == wanted, name
            assert json.loads(body)["error"]["type"] == "muniment", name
            assert b"EAAG" not in body, name
        assert len(meta.asked) == 2

        meta.next = Reply(fault="silent")
        ended: list[str] = []

        def lost() -> None:
            try:
                call(b'{"to":"1","text":{"body":"killed"}}')
            except (http.client.HTTPException, OSError):
                ended.append("no answer")

        thread = threading.Thread(target=lost)
        thread.start()
        until(lambda: len(meta.asked) == 3)
        for child in workers(process.pid):
            os.kill(child, signal.SIGKILL)
        thread.join(WAIT_SECONDS)
        assert ended == ["no answer"]
    assert waiting(desk.archive) == 1
    assert Sends(desk.archive, Ledger(desk.archive)).give_up() == 0  # somebody could still be waiting
    said = events(desk, number)
    assert [(each["text"], each.get("flags", [])) for each in said] == [(WORDS, []), (WORDS, [])]
    assert [each["key"] for each in said] == [f"{NUMBER_ID}:wamid.1", f"{NUMBER_ID}:wamid.2"]
    assert [each["sender"] for each in said] == [NUMBER, NUMBER]

    with database(place, "intake") as intake:  # a start long after it
        intake.execute("UPDATE send SET until = 0")
    with serving(place):
        until(lambda: len(catalogued(desk, number)) == 3)
    lost_one = catalogued(desk, number)[2]
    assert waiting(desk.archive) == 0
    assert (lost_one["text"], lost_one["flags"]) == ("killed", ["unanswered", *lost_one["flags"][1:]])
    assert lost_one["extra"]["exchange"]["fault"] == "interrupted"
    assert len(meta.asked) == 3  # nothing is sent again


def later(desk: Desk, micros: int) -> Sends:
    archive = replace(desk.archive, clock=lambda: desk.archive.clock() + micros)
    return Sends(archive, Ledger(archive))


def test_what_meta_does_not_answer_stands_as_unanswered(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whatsapp, "_http", Http(timeout=0.3, deadline=0.6))
    for fault, status in (("silent", 504), ("drop", 502), ("garble", 502)):
        meta.next = Reply(fault=fault)
        answer = send(browser, door)
        assert answer.status_code == status
        assert "may have been sent" in answer.json()["error"]["message"]
    actions.change(desk, number, {"api": "http://127.0.0.1:1/v23.0"})
    assert send(browser, door).status_code == 502
    meta.next = None

    assert waiting(desk.archive) == 0
    said = events(desk, number)
    assert [each["flags"] for each in said] == [["unanswered"]] * 4
    assert [each["extra"]["exchange"]["fault"] for each in said] == ["timeout", "connection", "protocol", "connection"]
    assert len({each["key"] for each in said}) == 4


def test_an_answer_that_comes_after_it_was_given_up_stands_beside_that(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = whatsapp.make

    def slow(*given: Any) -> Any:
        assert later(desk, LONGEST).give_up() == 1
        return make(*given)

    monkeypatch.setattr(whatsapp, "make", slow)
    assert send(browser, door).status_code == 200

    assert [each.get("flags", []) for each in events(desk, number)] == [["unanswered"], []]
    assert later(desk, LONGEST).give_up() == 0


def test_where_it_cannot_be_made_durable_nothing_is_sent(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, place: Place
) -> None:
    with database(place, "intake") as intake:
        intake.execute("ALTER TABLE send RENAME TO away")
    answer = send(browser, door)
    assert answer.status_code == 503
    assert "nothing was sent" in answer.json()["error"]["message"]
    assert meta.asked == []
    with database(place, "intake") as intake:
        intake.execute("ALTER TABLE away RENAME TO send")
    assert send(browser, door).status_code == 200  # the next one finds it mended


def test_where_its_answer_cannot_be_recorded_it_is_answered_all_the_same_and_stands_as_unanswered(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = whatsapp.make

    def breaking(*given: Any) -> Any:
        answer = make(*given)
        with database(place, "intake") as intake:
            intake.execute("ALTER TABLE feed RENAME TO away")
        return answer

    monkeypatch.setattr(whatsapp, "make", breaking)
    assert send(browser, door).json()["messages"] == [{"id": "wamid.1"}]
    with database(place, "intake") as intake:
        intake.execute("ALTER TABLE away RENAME TO feed")

    assert waiting(desk.archive) == 1
    assert later(desk, LONGEST).give_up() == 1
    assert [each["flags"] for each in events(desk, number)] == [["unanswered"]]


def test_no_more_calls_than_leave_threads_for_the_rest(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta
) -> None:
    for _ in range(sends.AT_ONCE):
        assert sends._places.acquire(blocking=False)
    try:
        answer = send(browser, door)
    finally:
        for _ in range(sends.AT_ONCE):
            sends._places.release()
    assert (answer.status_code, answer.headers["Retry-After"], meta.asked) == (503, "1", [])
    assert send(browser, door).status_code == 200


def test_what_meta_refuses_is_answered_as_it_refused_and_recorded_as_not_delivered(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta
) -> None:
    error = b'{"error":{"code":131047,"message":"Re-engagement message"}}'
    meta.next = Reply(status=400, body=error, headers={"content-type": "application/json", "retry-after": "9"})
    answer = send(browser, door)

    assert (answer.status_code, answer.content, answer.headers["Retry-After"]) == (400, error, "9")
    (said,) = events(desk, number)
    assert said["kind"] == Kind.DELIVERY_FAILURE


def test_a_file_is_passed_on_and_fetched_when_a_message_names_it(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta
) -> None:
    form = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF\xff\r\n--b--\r\n'
    kind = "multipart/form-data; boundary=b"
    answer = send(browser, door, form, f"v23.0/{NUMBER_ID}/media", content_type=kind)
    assert (answer.status_code, answer.json()) == (200, {"id": "8001"})
    assert (meta.asked[0].body, meta.asked[0].headers["content-type"]) == (form, kind)
    assert events(desk, number) == []
    document = {"messaging_product": "whatsapp", "to": CLIENT, "type": "document", "document": {"id": "8001"}}
    assert send(browser, door, json.dumps(document).encode()).status_code == 200

    assert [each.due.media for each in Ledger(desk.archive).owed(5)] == ["8001"]


def test_a_told_call_is_kept_once_and_another_under_its_id_stands_beside_it(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta
) -> None:
    for _ in range(3):
        answer = tell(browser, door, exchange("s1", "wamid.T"))
        assert (answer.status_code, answer.json()) == (200, {"accepted": True, "id": "s1", "differs": False})
    assert desk.archive.intake.backlog("records")[0] == 3  # durable, and each delivery a record
    for _ in range(2):
        assert tell(browser, door, exchange("s1", "wamid.U")).json()["differs"] is True
    assert tell(browser, door, exchange("s1", "wamid.T", "other words")).json()["differs"] is True
    assert tell(browser, door, exchange("s2", "wamid.V")).json()["differs"] is False
    refused = tell(browser, door, b'{"form":"whatsapp_cloud.send"}')
    assert (refused.status_code, refused.json()["accepted"]) == (422, False)
    wrong = tell(browser, Door(door.hook, door.key[:-1]), exchange("s3", "wamid.W"))
    assert wrong.status_code == 403

    said = events(desk, number)
    assert [(each["kind"], each.get("key"), each["text"]) for each in said] == [
        ("message", f"{NUMBER_ID}:wamid.T", WORDS),
        ("source_divergence", f"{NUMBER_ID}:wamid.U", WORDS),
        ("source_divergence", f"{NUMBER_ID}:wamid.T", "other words"),
        ("message", f"{NUMBER_ID}:wamid.V", WORDS),
        ("undecoded", None, '{"form":"whatsapp_cloud.send"}'),
    ]
    assert meta.asked == []
    row = access.connection(desk, number)
    assert row.feed is not None
    assert (row.feed.refused, row.feed.received_at) == (1, None)  # nothing of it shows that Meta is heard
    later(desk, KNOWN + 1).forget()
    assert tell(browser, door, exchange("s1", "wamid.X")).json()["differs"] is False


def test_receipts_find_what_was_sent_and_a_gap_names_what_was_sent_beside(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", -LONGEST)
    watch.look(desk)
    send(browser, door)
    tell(browser, door, exchange("s1", "wamid.T"))
    for wamid in ("wamid.1", "wamid.T", "wamid.beside"):
        status = {"id": wamid, "status": "sent", "timestamp": "1762000005", "recipient_id": CLIENT}
        body = json.dumps(webhook(statuses=[status])).encode()
        assert (
            browser.post(door.base, body, content_type="application/json", headers=signed(body, SECRET)).status_code
            == 200
        )
    settle(desk)
    watch.look(desk)
    settle(desk)

    (gap,) = access.gaps(desk, source=number)
    named = next(each for each in events(desk, number) if each.get("target") == f"{NUMBER_ID}:wamid.beside")
    assert gap.gap.reason == "unknown_target"
    (leaf,) = desk.catalog.execute("SELECT event.leaf FROM event WHERE body LIKE ?", ("%wamid.beside%",)).fetchone()
    assert gap.gap.about == {"record": leaf}
    assert named["kind"] == "receipt"


def test_an_archive_that_waits_for_an_answer_verifies_and_what_was_changed_in_it_is_a_gap(
    browser: "Client", desk: Desk, number: str, door: Door, meta: Meta, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sends, "end", lambda *_: None)  # as if the process had ended
    send(browser, door)
    settle(desk)
    findings: list[Any] = []
    verify_archive(place.home, place.keys, findings.append)
    assert findings == []

    with database(place, "intake") as intake:
        (sealed,) = intake.execute("SELECT sealed FROM send").fetchone()
        assert WORDS.encode() not in bytes(sealed)
        intake.execute("UPDATE send SET sealed = ?", (bytes(sealed)[:-1] + bytes([bytes(sealed)[-1] ^ 1]),))
    assert later(desk, LONGEST).give_up() == 1
    settle(desk)
    (gap,) = access.gaps(desk, source=number)
    assert (gap.gap.reason, gap.gap.code, waiting(desk.archive)) == ("unreadable", "send", 0)


def test_the_page_says_where_programs_send_and_shows_the_key_once(
    client_as: ClientAs, firm: Firm, desk: Desk, number: str, door: Door, browser: "Client", meta: Meta
) -> None:
    records = client_as("records")
    said = records.get(f"/capture/{number}/platform/").content.decode()
    assert f"{settings.URL}{door.base}send<" in said
    assert f"{settings.URL}{door.base}sent<" in said
    assert door.key not in said
    for page in ("platform", "settings"):
        offered = records.get(f"/capture/{number}/{page}/").content.decode()
        assert 'name="only" value="send_key"' in offered
        assert 'name="only" value="verify_token"' in offered
    before = access.running(desk.archive)[0].settings
    shown = records.post(f"/capture/{number}/secrets/", {"only": "send_key"}).content.decode()
    after = access.running(desk.archive)[0].settings
    assert after["send_key"] in shown
    assert {**after, "send_key": ""} == {**before, "send_key": ""}
    assert send(browser, door).status_code == 403
    assert send(browser, Door(door.hook, after["send_key"])).status_code == 200
    actions.disconnect(desk, number)
    assert send(browser, Door(door.hook, after["send_key"])).status_code == 404
    assert records.post(f"/capture/{number}/secrets/", {"only": "access_token"}).status_code == 404
