"""The system page: how the archive runs, without content or secrets; a check and a seal as jobs; the keys taken out and proven."""

import io
import time
from html import unescape
from typing import TYPE_CHECKING

import pytest

from muniment.desk import jobs
from muniment.desk.archive.actions import settle
from muniment.desk.dashboard import access
from muniment.desk.desk import Desk
from tests.archives import Place
from tests.firms import ClientAs, Firm, MakeUser

if TYPE_CHECKING:
    from django.test import Client

PHRASE = "correct horse battery staple"
SECRETS = ("kek", "records.key", "audit.key", "desk.secret")


def fresh(browser: "Client") -> "Client":
    """The same browser, whose user has shown their factor a moment ago."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return browser


def run_jobs() -> None:
    """The worker, in this thread: each job that waits, until none does."""
    while jobs.run_next():
        pass


def test_it_shows_the_logs_and_no_secret(client_as: ClientAs, firm: Firm, place: Place, desk: Desk) -> None:
    page = client_as("it").get("/system/").content.decode()

    assert desk.archive.records.log.checkpoint().root.hex() in page
    assert desk.archive.signers["audit"].vkey in page.replace("&#x2B;", "+").replace("&#43;", "+")
    for name in SECRETS:
        path = place.keys / name
        if path.exists():
            assert path.read_text("ascii").strip().split()[-1] not in page
    for content in ("何太", "Mrs Ho", "lee-wecom"):
        assert content not in page


@pytest.mark.parametrize(("role", "opens"), [("administrator", True), ("it", False)])
def test_who_runs_the_machine_is_told_here_what_is_theirs(
    client_as: ClientAs, firm: Firm, desk: Desk, user_as: MakeUser, role: str, opens: bool
) -> None:
    user_as("reviewer", name="one.factor")
    browser = client_as(role)
    assert browser.get("/").headers["Location"] == "/system/"
    assert browser.get("/attention/").status_code == 404
    page = unescape(browser.get("/system/").content.decode()).split('id="needs"')[1].split('id="logs"')[0]
    lines = page.split('<div class="need')[1:]

    keys = next(each for each in lines if "The backup of the keys is not proven" in each)
    assert f"Owner: {role}" in keys
    assert 'href="/system/keys/"' in keys
    factors = next(each for each in lines if "second factor" in each)
    assert "one.factor" in factors
    assert ('href="/access/"' in factors) == opens
    assert "Open the users" in factors
    for hidden in ("lee-wecom", "amy-phone", "belong to nobody", "no holder"):
        assert hidden not in page


@pytest.mark.parametrize("role", ["reviewer", "adviser", "examiner", "records"])
@pytest.mark.parametrize("path", ["/system/", "/system/jobs/", "/system/keys/"])
def test_strangers_get_404(client_as: ClientAs, firm: Firm, role: str, path: str) -> None:
    assert client_as(role).get(path).status_code == 404


def test_a_check_that_was_asked_for_runs_and_is_on_record(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    browser = client_as("it", name="rao")
    assert browser.post("/system/check/").status_code == 302
    assert browser.post("/system/check/").status_code == 422
    assert "waiting" in browser.get("/system/jobs/").content.decode()
    run_jobs()
    settle(desk)

    assert [run.sound for run in access.last_runs(desk, 5)] == [True]
    page = browser.get("/system/").content.decode()
    assert "nothing found" in page
    acts = [
        act
        for (act,) in desk.catalog.execute("SELECT act FROM audit_entry WHERE actor = 'user:rao' ORDER BY received_at")
    ]
    assert acts == ["verify.ask", "verify"]


def test_a_fault_is_named_on_the_page(client_as: ClientAs, firm: Firm, place: Place) -> None:
    segment = max((place.home / "seg" / "records").iterdir())
    data = bytearray(segment.read_bytes())
    data[-5] ^= 1
    segment.write_bytes(data)
    browser = client_as("it")
    browser.post("/system/check/")
    run_jobs()

    page = browser.get("/system/jobs/").content.decode()
    assert f"seg/records/{segment.name}" in page


def test_a_seal_that_was_asked_for_stands_on_the_page_whole(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    from muniment.proof import seal as sealing

    browser = client_as("it", name="rao")
    browser.post("/system/seal/")
    run_jobs()
    page = browser.get("/system/jobs/").content.decode()
    line = page.split('id="seal-line" tabindex="0">')[1].split("</pre>")[0].replace("&#x2B;", "+")

    assert sealing.open(line, [desk.archive.signers["records"].vkey]).origin == desk.archive.home.origin
    settle(desk)
    assert access.last(desk, access.SEAL) is not None


def test_a_copy_of_the_keys_is_taken_out_and_proven(client_as: ClientAs, firm: Firm, desk: Desk, place: Place) -> None:
    browser = fresh(client_as("it", name="rao"))
    answer = browser.post("/system/keys/download/", {"passphrase": PHRASE, "again": PHRASE})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="example.com-broker.muniment-keys"'
    assert (place.keys / "kek").read_bytes().split()[-1] not in answer.content
    settle(desk)
    assert access.last(desk, "keys.download") is not None

    def prove(data: bytes, phrase: str) -> int:
        file = io.BytesIO(data)
        file.name = "copy"
        return browser.post("/system/keys/prove/", {"file": file, "secret": phrase}).status_code

    assert prove(answer.content, PHRASE + "x") == 422
    assert prove(answer.content[:-1] + bytes([answer.content[-1] ^ 1]), PHRASE) == 422
    assert prove(b"nothing", PHRASE) == 422
    settle(desk)
    assert access.last(desk, access.KEYS_PROVEN) is None
    assert prove(answer.content, PHRASE) == 302
    settle(desk)
    assert access.last(desk, access.KEYS_PROVEN) is not None


@pytest.mark.parametrize(("first", "second"), [("short", "short"), (PHRASE, PHRASE + "x"), ("", "")])
def test_a_passphrase_that_will_not_do_gives_no_copy(client_as: ClientAs, firm: Firm, first: str, second: str) -> None:
    answer = fresh(client_as("it")).post("/system/keys/download/", {"passphrase": first, "again": second})

    assert answer.status_code == 422
    assert "Content-Disposition" not in answer.headers


def test_the_keys_are_shown_to_nobody_who_signed_in_long_ago(client_as: ClientAs, firm: Firm) -> None:
    browser = client_as("it")
    assert browser.get("/system/keys/").status_code == 302
    answer = browser.post("/system/keys/download/", {"passphrase": PHRASE, "again": PHRASE})
    assert (answer.status_code, "Content-Disposition" in answer.headers) == (302, False)


def test_whoever_reads_messages_does_not_hold_the_keys(client_as: ClientAs, firm: Firm) -> None:
    browser = fresh(client_as("compliance"))

    assert "does not hold the keys" in browser.get("/system/keys/").content.decode()
    assert browser.post("/system/keys/download/", {"passphrase": PHRASE, "again": PHRASE}).status_code == 404
