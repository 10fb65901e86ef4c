"""Each live source stopped, and home half an hour later: red, with the owner's name, whatever the source still does meanwhile."""

import hashlib
import hmac
import html
import json
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from muniment.capture.archive import open_archive
from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.errand import Errand, let_go
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.registry import live
from muniment.capture.wecom.keys import KeyPair
from muniment.desk import seat
from muniment.desk.archive.actions import settle
from muniment.desk.channels import access, actions, watch
from muniment.desk.channels.condition import MINUTE
from muniment.desk.channels.models import Connection
from muniment.desk.desk import Desk
from muniment.record.clock import now
from tests.capture.feeds.conftest import pem
from tests.capture.platforms import Asked, Reply, platform
from tests.capture.wecom.archive import CORP, Scenario, text
from tests.capture.wecom.conftest import library, pairs, scenario
from tests.capture.whatsapp_cloud.own import OWN
from tests.desk.channels.pushing import line, push
from tests.firms import ClientAs, Firm
from tests.firms import let_go as leave

if TYPE_CHECKING:
    from django.test import Client

__all__ = ["library", "pairs", "scenario"]

AES = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`clock(minutes)`: for whoever opens a page, so much time has passed."""

    def go(minutes: int) -> None:
        monkeypatch.setattr(
            seat, "open_archive", lambda home, keys: open_archive(home, keys, clock=lambda: now() + minutes * MINUTE)
        )
        seat.leave()

    yield go
    leave()


@pytest.fixture
def officer(client_as: ClientAs, firm: Firm) -> "Client":
    return client_as("compliance")


def red(browser: "Client", words: str = "") -> list[str]:
    """The red lines of home with these words."""
    said = html.unescape(browser.get("/attention/").content.decode())
    return [each for part in said.split('<div class="need bad">')[1:] if words in (each := part.split("</div>")[0])]


def connect(desk: Desk, firm: Firm, connector: str, settings: dict[str, str], minutes: int | None = None) -> str:
    """An account that is heard around the clock, on, and Okafor's."""
    source = actions.connect(desk, f"our {connector}", connector, settings)
    if minutes is not None:
        actions.change(desk, source, {}, quiet=actions.Quiet(minutes, 0, 0, weekdays=False))
    else:
        actions.change(desk, source, {}, quiet=actions.Quiet(first=0, end=0, weekdays=False))
    actions.give_owner(desk, source, firm.okafor)
    actions.switch_on(desk, source)
    settle(desk)
    return source


def pull(desk: Desk, source: str) -> None:
    """As the runner's thread does, once."""
    (connection,) = [each for each in access.running(desk.archive) if each.source == source]
    errand = Errand(desk.archive, Ledger(desk.archive), connection, live(connection.connector), threading.Event())
    try:
        live(connection.connector).pull(errand)
        if not errand.troubles:
            errand.ledger.contacted(source)
    finally:
        let_go(errand.kept)


def stopped(officer: "Client", clock: Any, words: str) -> None:
    """Not red before its time, red at half an hour, and the owner stands there."""
    clock(15)
    assert red(officer, words) == []
    clock(30)
    (said,) = red(officer, words)
    assert "Owner: M. Okafor." in said


def test_pushed_lines_that_stop(officer: "Client", browser: "Client", desk: Desk, firm: Firm, clock: Any) -> None:
    source = connect(desk, firm, "ndjson", {})
    (found,) = [each for each in access.running(desk.archive) if each.source == source]
    key = f"{access.connection(desk, source).hook}.{found.settings['key']}"
    assert push(browser, line(1), key).status_code == 200

    stopped(officer, clock, "Nothing comes from")


def test_webhooks_of_whatsapp_that_stop(
    officer: "Client", browser: "Client", desk: Desk, firm: Firm, clock: Any
) -> None:
    source = connect(desk, firm, "whatsapp_cloud", {"app_secrets": "s3cret", "access_token": "t"})
    body = json.dumps(OWN["document"]).encode()
    signed = "sha256=" + hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    url = f"/hooks/whatsapp-cloud/{access.connection(desk, source).hook}/"
    answer = browser.post(url, data=body, content_type="application/json", headers={"X-Hub-Signature-256": signed})
    assert answer.status_code == 200

    stopped(officer, clock, "Nothing comes from")


def rung(browser: "Client", url: str) -> None:
    """A doorbell of customer service, sealed and signed as the platform does."""
    from muniment.capture.wechat.crypto import Key, encrypt, signature

    key = Key("t0ken", AES, (CORP,))
    plain = f"<xml><ToUserName>{CORP}</ToUserName><MsgType>event</MsgType><Event>kf_msg_or_event</Event><Token>B</Token></xml>"
    sealed, at = encrypt(key, plain.encode()), str(int(time.time()))
    query = f"?msg_signature={signature('t0ken', at, 'n', sealed)}&timestamp={at}&nonce=n"
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    assert browser.post(url + query, data=body, content_type="text/xml").status_code == 200


def test_customer_service_whose_doorbell_rings_and_that_cannot_be_pulled(
    officer: "Client", browser: "Client", desk: Desk, firm: Firm, clock: Any
) -> None:
    item = {
        "msgid": "m1",
        "open_kfid": "wk",
        "external_userid": "wm",
        "send_time": 1_790_000_000,
        "origin": 3,
        "msgtype": "text",
    }
    pages = [{"errcode": 0, "msg_list": [item], "next_cursor": "1", "has_more": 0}]

    def answer(asked: Asked) -> Reply:
        if asked.path == "/cgi-bin/gettoken":
            return Reply(body=b'{"errcode":0,"access_token":"AT","expires_in":7200}')
        return Reply(body=json.dumps(pages.pop() if pages else {"errcode": 95000, "errmsg": "no"}).encode())

    with platform(answer) as api:
        settings = {
            "receiver": CORP,
            "secret": "s",
            "customer_service": "1",
            "api": api.base,
            "token": "t0ken",
            "encoding_aes_key": AES,
            "window": "0",
        }
        source = connect(desk, firm, "wechat", settings, minutes=7 * 1440)
        url = f"/hooks/wechat/{access.connection(desk, source).hook}/"
        pull(desk, source)
        assert red(officer) == []
        for _ in range(2):
            rung(browser, url)
            pull(desk, source)

        stopped(officer, clock, "is not reached")
        rung(browser, url)  # it rings on, and that is no sign of life
        assert red(officer, "is not reached")


def test_an_archive_of_wecom_that_stops(
    officer: "Client", desk: Desk, firm: Firm, clock: Any, scenario: Scenario, pairs: dict[int, KeyPair]
) -> None:
    settings = {
        "corpid": CORP, "secret": str(scenario.folder), "private_keys": pem(pairs),
        "library_path": str(scenario.library), "library_sha256": scenario.sha256,
    }  # fmt: skip
    source = connect(desk, firm, "wecom", settings, minutes=7 * 1440)
    scenario.serve([text(1)])
    pull(desk, source)
    assert red(officer) == []
    scenario.serve([scenario.row(2, text(2), publickey_ver=9)], first=2)
    pull(desk, source)
    assert "Owner: M. Okafor." in red(officer, "cannot be opened")[0]
    scenario.serve([text(3)], first=3)
    pull(desk, source)
    assert red(officer) == []
    scenario.set(codes=",".join(["10009"] * 99))
    pull(desk, source)

    stopped(officer, clock, "is not reached")


def test_a_connection_that_cannot_be_used_is_red_and_hides_nobody(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str, firm: Firm
) -> None:
    push(browser, line(1), key[:-1])
    broken = connect(desk, firm, "ndjson", {})
    gone = connect(desk, firm, "whatsapp_cloud", {"app_secrets": "s3cret", "access_token": "t"})
    Connection.objects.filter(pk=broken).update(sealed=b"what nobody can open")
    Connection.objects.filter(pk=gone).update(connector="not_installed")
    assert {each.source: each.fault for each in access.running(desk.archive)} == {
        source: "",
        broken: "WrongKey",
        gone: "connector",
    }
    watch.look(desk)
    settle(desk)

    assert len(red(officer, "cannot be captured")) == 2
    assert [each.gap.reason.value for each in access.gaps(desk, source=source)] == ["refused"]
    assert [each.gap.reason.value for each in access.gaps(desk, source=broken)] == ["silence"]
    for page in ("/capture/", f"/capture/{broken}/", f"/capture/{gone}/"):
        assert officer.get(page).status_code == 200
    assert "do not open" in officer.get(f"/capture/{broken}/").content.decode()
    assert push(browser, line(1), f"{access.connection(desk, broken).hook}.x").status_code >= 500  # it is sent again
    actions.change(desk, broken, {})  # a key of ours is made anew
    assert not [each.fault for each in access.running(desk.archive) if each.source == broken and each.fault]


def test_files_that_do_not_come_are_said_after_an_hour(officer: "Client", desk: Desk, source: str, clock: Any) -> None:
    Ledger(desk.archive).accept(source, [], due=[MediaDue(media="m1", name="terms.pdf")])
    clock(59)
    assert "still to come" not in officer.get("/attention/").content.decode()
    clock(60)
    said = officer.get("/attention/").content.decode()

    assert "is still to come" in said
    assert f"/capture/{source}/files/waiting/" in said
    assert "terms.pdf" not in said


def test_a_watch_that_has_stopped_is_red(officer: "Client", desk: Desk, source: str, clock: Any) -> None:
    watch.look(desk)
    assert red(officer, "Nobody looks") == []
    clock(10)

    assert len(red(officer, "Nobody looks")) == 1


def test_a_message_that_differs_from_an_earlier_capture_is_red_and_leads_to_it(
    officer: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    push(browser, line(1, "buy"), key)
    settle(desk)
    assert red(officer, "differs") == []
    push(browser, line(1, "sell"), key)
    settle(desk)

    (said,) = red(officer, "differs from an earlier capture")
    assert "1 message" in said
    assert "Owner: " in said
    assert 'href="/search/?q=type:source_divergence"' in said
    assert "sell" in officer.get("/search/?q=type:source_divergence").content.decode()
