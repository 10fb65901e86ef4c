"""Accounts, their holders, and handles that nobody is behind yet."""

import re
from datetime import date
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from muniment.capture.connector import ImportOptions
from muniment.desk.archive import actions as archive
from muniment.desk.desk import Desk
from muniment.desk.imports.access import handles
from muniment.desk.people.models import Handle, Holding
from muniment.record.errors import Refused
from tests.firms import LEE, ClientAs, Firm, write_lines

if TYPE_CHECKING:
    pass


def source(desk: Desk, name: str) -> str:
    return str(desk.catalog.execute("SELECT source FROM account WHERE name = ?", (name,)).fetchone()[0])


@pytest.mark.parametrize("role", ["compliance", "records", "administrator", "it"])
def test_whoever_keeps_accounts_sees_them_without_content(client_as: ClientAs, role: str, desk: Desk) -> None:
    client = client_as(role)
    page = client.get(reverse("imports:accounts")).content.decode()
    assert "lee-wecom" in page and "Leung Ka-yan" in page
    one = client.get(reverse("imports:account", args=[source(desk, "lee-wecom")])).content.decode()
    for secret in ("保本", "Term sheet", "Mrs Ho"):
        assert secret not in page + one


@pytest.mark.parametrize("role", ["reviewer", "adviser"])
def test_others_do_not(client_as: ClientAs, role: str, desk: Desk) -> None:
    client = client_as(role)
    assert client.get(reverse("imports:accounts")).status_code == 404
    assert client.get(reverse("imports:account", args=[source(desk, "lee-wecom")])).status_code == 404
    assert client.get(reverse("imports:handles")).status_code == 404


def test_an_account_is_given_a_holder_from_a_day_and_ended_on_one(client_as: ClientAs, desk: Desk, firm: Firm) -> None:
    client = client_as("records")
    amy = source(desk, "amy-phone")
    assert "amy-phone" in client.get(reverse("imports:accounts") + "?only=unheld").content.decode()
    response = client.post(reverse("imports:hold", args=[amy]), {"person": "1003", "since": "2026-11-01"})
    assert response.status_code == 302
    held = Holding.objects.get(source=amy)
    assert (held.person_id, held.since, held.until) == (firm.okafor, date(2026, 11, 1), None)
    assert "amy-phone" not in client.get(reverse("imports:accounts") + "?only=unheld").content.decode()
    client.post(reverse("imports:release", args=[amy, held.pk]), {"until": "2026-11-10"})
    held.refresh_from_db()
    assert held.until == date(2026, 11, 10)
    archive.settle(desk)
    acts = [
        act for (act,) in desk.catalog.execute("SELECT act FROM audit_entry WHERE act LIKE 'holding.%' ORDER BY leaf")
    ]
    assert acts == ["holding.begin", "holding.end"]


def test_the_number_of_an_account_is_a_link_to_exactly_what_came_through_it(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("records")
    page = client.get(reverse("imports:accounts")).content.decode()
    links = re.findall(r'<a class="n" href="(/search/\?q=account[^"]+)">([\d,]+)</a>', page)
    assert len(links) == 3
    for url, shown in links:
        query = parse_qs(urlsplit(unescape(url)).query)["q"][0]
        assert client.get("/api/v1/count", {"q": query}).json()["found"] == int(shown)
    one = client.get(reverse("imports:account", args=[source(desk, "lee-wecom")])).content.decode()
    assert 'href="/search/?q=account%3Alee-wecom"' in one
    assert "/search/?q=account" not in client_as("it").get(reverse("imports:accounts")).content.decode()


@pytest.mark.parametrize("name", ["LEE-WeCom", "ｌｅｅ-wecom", 'lee "mobile"', "—"])
def test_a_new_account_has_a_name_that_a_search_can_ask_for_and_no_other_answers_to(
    client_as: ClientAs, desk: Desk, name: str
) -> None:
    client = client_as("records")
    answer = client.post(reverse("imports:add_account"), {"name": name, "connector": "ndjson"})

    assert answer.status_code == 422
    with pytest.raises(Refused):
        archive.bring_in(desk, write_lines(desk.archive.home.path / "x.ndjson", LEE), "ndjson", name, ImportOptions())


def test_whoever_holds_one_of_two_accounts_that_fold_alike_sees_that_one(
    client_as: ClientAs, desk: Desk, firm: Firm
) -> None:
    run = desk.catalog.execute
    run("UPDATE account SET name = 'LEE-WECOM' WHERE name = 'zhao-wecom'")
    run("UPDATE search_name SET native = 'LEE-WECOM' WHERE role = 'account' AND native = 'zhao-wecom'")
    run("COMMIT") if desk.catalog.in_transaction else None
    Handle.objects.all().delete()

    found = client_as("reviewer", person=firm.lee).get("/api/v1/search", {"limit": 200}).json()["hits"]
    assert {hit["event"]["source"] for hit in found} == {"lee-wecom"}


def test_a_holder_whom_nobody_knows_is_refused_beside_the_field(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("records")
    response = client.post(reverse("imports:hold", args=[source(desk, "amy-phone")]), {"person": "9999", "since": ""})
    assert response.status_code == 422
    assert "There is nobody with this id" in response.content.decode()


def test_an_account_is_added_before_its_first_import(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("it")
    response = client.post(reverse("imports:add_account"), {"name": "desk 4 phone", "connector": "whatsapp"})
    assert response.status_code == 302
    archive.settle(desk)
    assert "desk 4 phone" in client.get(reverse("imports:accounts")).content.decode()
    again = client.post(reverse("imports:add_account"), {"name": "desk 4 phone", "connector": "whatsapp"})
    assert again.status_code == 422


def test_handles_of_nobody_are_listed_with_what_they_sent(client_as: ClientAs, desk: Desk) -> None:
    assert client_as("compliance").get(reverse("imports:handles")).status_code == 200
    rows = {(row.channel, row.native): row for row in handles.unmatched(desk).rows}
    assert ("whatsapp", "Bob") in rows and ("whatsapp", "Amy") in rows
    assert not any(channel == "ndjson" for channel, _ in rows)
    (found,) = desk.catalog.execute('SELECT count(*) FROM event WHERE body LIKE \'%"sender":"Amy"%\'').fetchone()
    assert rows["whatsapp", "Amy"].messages == found


def test_a_display_name_alone_is_a_hint_and_no_button(client_as: ClientAs, desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.models import Person

    Person.objects.create(key="E7", name="Bob", kind="employee")
    page = client_as("compliance").get(reverse("imports:handles"))
    row = next(row for row in handles.unmatched(desk).rows if row.native == "Bob")
    assert [(each.person.key, each.enough) for each in row.suggestions] in ([("E7", False)], [])
    assert "person=E7" not in page.content.decode()


def test_a_handle_is_assigned_from_a_day_and_audited(client_as: ClientAs, desk: Desk, firm: Firm) -> None:
    client = client_as("administrator")
    url = reverse("imports:assign") + "?channel=whatsapp&native=Bob"
    assert client.get(url).status_code == 200
    assert client.post(url, {"person": "C1", "since": "2026-11-01"}).status_code == 302
    handle = Handle.objects.get(channel="whatsapp", native="Bob")
    assert (handle.person_id, handle.since) == (firm.ho, date(2026, 11, 1))
    assert client.get(url).status_code == 404
    assert "Bob" not in {row.native for row in handles.unmatched(desk).rows}


def test_a_handle_that_is_nobodys_is_not_asked_about_again(client_as: ClientAs, desk: Desk) -> None:
    client = client_as("compliance")
    given = {"channel": "whatsapp", "native": "Amy"}
    for _ in range(2):
        assert client.post(reverse("imports:disregard"), given).status_code in (302, 404)
    found = handles.unmatched(desk)
    assert "Amy" not in {row.native for row in found.rows}
    assert found.disregarded == 1


def test_records_staff_see_handles_and_cannot_assign_them(client_as: ClientAs) -> None:
    client = client_as("records")
    assert client.get(reverse("imports:handles")).status_code == 200
    assert client.get(reverse("imports:assign") + "?channel=whatsapp&native=Bob").status_code == 404
    assert client.post(reverse("imports:disregard"), {"channel": "whatsapp", "native": "Bob"}).status_code == 404


def test_handles_page_by_page_are_all_of_them_once(
    client_as: ClientAs, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [(row.channel, row.native) for row in handles.unmatched(desk).rows]
    monkeypatch.setattr(handles, "PAGE", 1)
    monkeypatch.setattr(handles, "NAMES_AT_ONCE", 2)
    found, after = [], ""
    while True:
        page = handles.unmatched(desk, after)
        found += [(row.channel, row.native) for row in page.rows]
        if not page.more:
            break
        after = page.more
    assert found == whole and len(whole) == len(set(whole))
