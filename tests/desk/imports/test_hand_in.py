"""Handing in a message that came on another channel: kept, sealed, in one's own archive and nobody else's."""

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from muniment.desk.archive import access
from muniment.desk.archive import actions as archive
from muniment.desk.authority import Capability
from muniment.desk.desk import Desk
from muniment.desk.imports.models import HandIn
from muniment.desk.people.access import authority_of
from muniment.desk.people.models import User
from muniment.desk.seat import accounts, nobody
from tests.archives import Place, check
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

SAID = {
    "channel": "Telegram", "sender": "Mrs Ho", "recipients": "Leung Ka-yan\r\n", "day": "2026-11-20", "clock": "21:43",
    "zone": "Asia/Hong_Kong", "text": "聽日賣晒 <b>all</b>", "why": "She wrote to my private phone",
}  # fmt: skip


def token(client: "Client") -> str:
    page = client.get(reverse("imports:hand-in")).content.decode()
    found = re.search(r'name="token" value="([0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def hand(client: "Client", mark: str, **given: Any) -> Any:
    return client.post(reverse("imports:hand-in"), {**SAID, "token": mark, **given})


def count(desk: Desk, user: User, query: str, capability: Capability = Capability.OWN) -> int:
    from dataclasses import replace

    held = authority_of(user, accounts(nobody()))
    return access.count(replace(desk, authority=held, actor="user:x", user=user.pk), query, capability=capability)


@pytest.mark.parametrize("role", ["adviser", "reviewer", "compliance", "records", "it", "administrator"])
def test_every_employee_can_hand_in(client_as: ClientAs, firm: Firm, role: str, desk: Desk) -> None:
    client = client_as(role, own=firm.lee)
    mark = token(client)
    response = hand(client, mark)
    assert response.status_code == 302
    assert "Received and kept" in client.get(response["Location"]).content.decode()
    archive.settle(desk)
    page = client.get(response["Location"]).content.decode()
    assert "sealed as leaf" in page


def test_what_was_handed_in_is_a_record_and_the_archive_is_whole(
    client_as: ClientAs, firm: Firm, desk: Desk, place: Place
) -> None:
    client = client_as("adviser", own=firm.lee)
    shot = SimpleUploadedFile("shot\u202e.png", b"\x89PNG.....", "image/png")
    hand(client, token(client), files=[shot])
    archive.settle(desk)
    leaf = HandIn.objects.get()
    rows = desk.catalog.execute(
        "SELECT part, connector, assurance FROM record WHERE source = ? ORDER BY leaf", (leaf.source,)
    ).fetchall()
    assert rows == [("attachment", "handin", "self_reported"), ("message", "handin", "self_reported")]
    (body,) = desk.catalog.execute(
        "SELECT event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.source = ?", (leaf.source,)
    ).fetchone()
    event = json.loads(body)
    assert (event["text"], event["sender"], event["recipients"]) == (SAID["text"], "Mrs Ho", ["Leung Ka-yan"])
    assert event["extra"]["handed_in_by"] == "1001"
    archive.settle(desk)
    check(place)


def test_it_is_in_the_own_archive_of_its_author_and_in_nobody_elses(
    client_as: ClientAs, user_as: Any, firm: Firm, desk: Desk
) -> None:
    lee = user_as("adviser", own=firm.lee, name="lee")
    zhao = user_as("adviser", own=firm.zhao, name="zhao")
    mei = user_as("compliance", name="mei")
    reviewer = user_as("reviewer", person=firm.zhao, name="reviewer")
    from tests.firms import browser_of

    client = browser_of(lee)
    hand(client, token(client))
    archive.settle(desk)
    assert count(desk, lee, "賣晒") == 1
    assert count(desk, zhao, "賣晒") == 0
    assert count(desk, mei, "賣晒", Capability.READ) == 1
    assert count(desk, reviewer, "賣晒", Capability.READ) == 0


def test_the_same_form_again_changes_nothing(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    client = client_as("adviser", own=firm.lee)
    mark = token(client)
    first, second = hand(client, mark), hand(client, mark, text="something else")
    assert first["Location"] == second["Location"]
    archive.settle(desk)
    assert desk.catalog.execute("SELECT count(*) FROM record WHERE connector = 'handin'").fetchone() == (1,)
    hand(client, token(client))
    archive.settle(desk)
    assert desk.catalog.execute("SELECT count(*) FROM account WHERE connector = 'handin'").fetchone() == (1,)
    assert desk.catalog.execute("SELECT count(*) FROM record WHERE connector = 'handin'").fetchone() == (2,)


def test_anothers_form_is_not_there(client_as: ClientAs, firm: Firm) -> None:
    client = client_as("adviser", own=firm.lee)
    mark = token(client)
    location = hand(client, mark)["Location"]
    other = client_as("adviser", own=firm.zhao)
    assert other.get(location).status_code == 404
    assert hand(other, mark).status_code == 404


def test_whoever_is_not_tied_to_a_person_is_told_so(client_as: ClientAs) -> None:
    client = client_as("adviser")
    assert "not tied to a person yet" in client.get(reverse("imports:hand-in")).content.decode()
    assert hand(client, token(client)).status_code == 422
    assert not HandIn.objects.exists()


def test_an_examiner_has_nothing_to_hand_in(client_as: ClientAs) -> None:
    client = client_as("examiner", until=date(2999, 1, 1))
    assert client.get(reverse("imports:hand-in")).status_code == 404


@pytest.mark.parametrize(
    "given",
    [
        {"text": " "},
        {"sender": ""},
        {"recipients": " \n "},
        {"day": ""},
        {"zone": "Nowhere"},
        {"token": "x" * 32},
        {"why": ""},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_kept(
    client_as: ClientAs, firm: Firm, desk: Desk, given: dict[str, str]
) -> None:
    client = client_as("adviser", own=firm.lee)
    mark = token(client)
    response = hand(client, mark, **given)
    assert response.status_code == 422
    assert SAID["why"] in response.content.decode() or "why" in given
    assert not HandIn.objects.exists()


def test_too_large_a_file_is_refused_and_nothing_is_kept(
    client_as: ClientAs, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.desk.imports.pages import handin

    monkeypatch.setattr(handin, "LARGEST_FILE", 10)
    client = client_as("adviser", own=firm.lee)
    response = hand(client, token(client), files=[SimpleUploadedFile("a.png", b"x" * 11)])
    assert response.status_code == 422
    assert not HandIn.objects.exists()


def test_the_form_needs_the_pages_token(client_as: ClientAs, firm: Firm) -> None:
    client = client_as("adviser", own=firm.lee)
    mark = token(client)
    client.handler.enforce_csrf_checks = True
    assert hand(client, mark).status_code == 403
    assert not HandIn.objects.exists()


def test_the_day_alone_is_kept_as_a_day(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    client = client_as("adviser", own=firm.lee)
    assert hand(client, token(client), clock="").status_code == 302
    archive.settle(desk)
    (body,) = desk.catalog.execute(
        "SELECT event.body FROM event JOIN record ON record.leaf = event.leaf WHERE record.connector = 'handin'"
    ).fetchone()
    assert json.loads(body)["sent_at_precision"] == "day"


def test_the_link_to_what_was_handed_in_opens_for_its_author(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    for role in ("adviser", "compliance"):
        client = client_as(role, own=firm.lee)
        location = hand(client, token(client))["Location"]
        archive.settle(desk)
        link = re.search(
            r'sealed as leaf \d+ of the records log\. <a href="([^"]+)"', client.get(location).content.decode()
        )
        assert link is not None
        assert client.get(link[1]).status_code == 200, link[1]


def test_names_that_were_typed_are_no_handles_to_match(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    from muniment.desk.imports.access import handles

    client = client_as("adviser", own=firm.lee)
    hand(client, token(client))
    archive.settle(desk)
    assert "handin" not in {row.channel for row in handles.unmatched(desk).rows}
