"""A picture or a voice is guessed by the engine that the firm named: on demand, marked as derived, entered, kept nowhere."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import access, actions
from muniment.desk.desk import Desk
from tests.desk.archive.test_readings import entries, silk
from tests.firms import PNG, ClientAs, Firm, line, write_lines
from tests.media.lens import offered

if TYPE_CHECKING:
    from django.test import Client

SAID = f"{len(PNG)} bytes &lt;b&gt;bold&lt;/b&gt; 買入"


@pytest.fixture
def leaf(desk: Desk, firm: Firm, tmp_path: Path) -> int:
    """A message of Lee's with a picture, a voice, a text, a picture that breaks the engine, and a false one."""
    files = [
        ("chat.png", PNG, "image/png"),
        ("voice.silk", silk(1), "audio/silk"),
        ("plain.txt", b"words", "text/plain"),
        ("bad.png", PNG + b"FAIL", "image/png"),
        ("false.png", b"no picture at all", "image/png"),
    ]
    attachments = [{"name": n, "base64": b64encode(raw).decode(), "content_type": kind} for n, raw, kind in files]
    message = line(71, "c-ho", "lee", "19T09:00:00", "look here", recipients=["mrs-ho"], attachments=attachments)
    actions.bring_in(desk, write_lines(tmp_path / "more.ndjson", [message]), "ndjson", "lee-wecom", ImportOptions())
    return next(each.record for each in access.events(desk, "") if each.event.text == "look here")


@pytest.fixture
def lens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / "package"
    folder.mkdir()
    with (
        offered(folder, monkeypatch),
        override_settings(OCR_ENGINE="lens", OCR_MODEL="", STT_ENGINE="lens", STT_MODEL=""),
    ):
        yield


def page(client: "Client", path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


@pytest.mark.usefixtures("lens")
def test_a_picture_is_guessed_on_demand_and_marked_as_a_guess(desk: Desk, leaf: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    path = f"/guesses/{leaf}-0/0/"
    before = entries(desk, "attachment.guess")

    assert f'href="{path}"' in page(client, f"/events/{leaf}-0/")
    form = page(client, path)
    assert SAID not in form and "no record and never an order record" in form
    assert entries(desk, "attachment.guess") == before, "nothing was guessed yet"
    said = client.post(path).content.decode()

    assert SAID in said and "<b>bold" not in said
    for words in ("derived", "no record and never an order record", "lens 2.1", "cd" * 32, "100 %", "no files"):
        assert words in said
    assert entries(desk, "attachment.guess") == before + 1
    object_, body = desk.catalog.execute(
        "SELECT object, body FROM audit_entry WHERE act = 'attachment.guess' ORDER BY leaf DESC LIMIT 1"
    ).fetchone()
    detail = json.loads(body)["detail"]
    assert object_ == f"{leaf}-0"
    assert (detail["engine"], detail["version"], detail["model"], detail["status"]) == ("lens", "2.1", "cd" * 32, "ok")
    assert "bold" not in body, "no content in the log"
    assert not [each for each in access.events(desk, "") if "bold" in each.event.text], "it is kept nowhere"


@pytest.mark.usefixtures("lens")
def test_a_voice_is_told_its_language_and_never_left_to_guess_it(leaf: int, client_as: ClientAs) -> None:
    client = client_as("compliance")
    path = f"/guesses/{leaf}-0/1/"

    assert client.post(path).status_code == 422
    said = client.post(path, {"language": "yue"}).content.decode()
    assert "48044 bytes" in said, "the engine was given the wave, not the file"
    assert "50 %" in said


@pytest.mark.usefixtures("lens")
def test_what_cannot_be_guessed_says_so_and_what_is_for_no_engine_is_not_there(
    desk: Desk, leaf: int, client_as: ClientAs
) -> None:
    client = client_as("compliance")

    assert "Nothing was guessed" in client.post(f"/guesses/{leaf}-0/3/").content.decode()
    for place in (2, 4, 9):
        assert client.post(f"/guesses/{leaf}-0/{place}/").status_code == 404
    assert f"/guesses/{leaf}-0/2/" not in page(client, f"/events/{leaf}-0/")


@pytest.mark.usefixtures("lens")
def test_who_may_not_open_the_message_has_nothing_of_it_guessed(
    desk: Desk, firm: Firm, leaf: int, client_as: ClientAs
) -> None:
    stranger, oneself = client_as("reviewer", person=firm.zhao), client_as("adviser", own=firm.lee)
    before = entries(desk, "attachment.guess")
    for path in (f"/guesses/{leaf}-0/0/", f"/own/guesses/{leaf}-0/0/"):
        assert stranger.get(path).status_code == stranger.post(path).status_code == 404
    assert entries(desk, "attachment.guess") == before
    assert SAID in oneself.post(f"/own/guesses/{leaf}-0/0/").content.decode()


def test_without_an_engine_named_nothing_is_new_and_one_that_is_absent_says_how_to_get_it(
    leaf: int, client_as: ClientAs
) -> None:
    client = client_as("compliance")
    assert "/guesses/" not in page(client, f"/events/{leaf}-0/")
    assert client.get(f"/guesses/{leaf}-0/0/").status_code == 404
    with override_settings(OCR_ENGINE="absent", STT_ENGINE=""):
        said = page(client, f"/guesses/{leaf}-0/0/")
        assert "not installed on this machine" in said and '<button class="btn primary">' not in said
        assert client.post(f"/guesses/{leaf}-0/0/").status_code == 422
        assert client.get(f"/guesses/{leaf}-0/1/").status_code == 404
