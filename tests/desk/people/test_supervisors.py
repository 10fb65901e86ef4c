"""The pages of designated supervisors: who names them, from when until when, and that naming one opens no message."""

from datetime import date

import pytest
from django.urls import reverse

from muniment.desk.desk import Desk
from tests.desk.people.helpers import entries
from tests.firms import ClientAs, Firm


def add(client: object, firm: Firm, key: str, since: str = "", until: str = "") -> object:
    form = {"above-person": key, "above-since": since, "above-until": until}
    return client.post(reverse("people:add_member", args=[firm.desk, "above"]), form)  # type: ignore[attr-defined]


def page(client: object, firm: Firm) -> str:
    return str(client.get(reverse("people:group", args=[firm.desk])).content.decode())  # type: ignore[attr-defined]


def test_a_supervisor_is_named_on_the_page_of_a_desk_and_shown_wherever_it_matters(
    client_as: ClientAs, firm: Firm, desk: Desk
) -> None:
    client = client_as("compliance", name="chan")
    assert "Nobody supervises it yet." in page(client, firm)
    assert "nobody" in client.get(reverse("people:groups")).content.decode()

    assert add(client, firm, "1003", "2026-01-01").status_code == 302  # type: ignore[attr-defined]

    assert "M. Okafor" in page(client, firm) and "Nobody supervises it yet." not in page(client, firm)
    assert "M. Okafor" in client.get(reverse("people:groups")).content.decode()
    below = client.get(reverse("people:person", args=[firm.lee])).content.decode()
    above = client.get(reverse("people:person", args=[firm.okafor])).content.decode()
    assert "M. Okafor" in below and "Private clients" in above
    (entry,) = [each for each in entries(desk) if each.act == "supervisor.begin"]
    assert (entry.actor, entry.object) == ("user:chan", "group:D1")
    assert entry.detail == {"person": "1003", "since": "2026-01-01", "until": None}


def test_it_ends_on_a_day_and_stays_on_record(client_as: ClientAs, firm: Firm, desk: Desk) -> None:
    from muniment.desk.people.models import Supervision

    client = client_as("compliance")
    add(client, firm, "1003", "2026-01-01")
    row = Supervision.objects.get()
    answer = client.post(reverse("people:end_member", args=[firm.desk, "above", row.pk]), {"until": "2026-02-01"})

    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.until == date(2026, 2, 1)
    assert "M. Okafor" in page(client, firm) and "not now" in page(client, firm)
    again = client.post(reverse("people:end_member", args=[firm.desk, "above", row.pk]), {"until": "2026-03-01"})
    assert again.status_code == 422 and "this ended already" in again.content.decode()
    assert add(client, firm, "1003", "2026-02-01").status_code == 302  # type: ignore[attr-defined]
    assert [each.act for each in entries(desk) if each.act.startswith("supervisor.")] == [
        "supervisor.begin",
        "supervisor.end",
        "supervisor.begin",
    ]


@pytest.mark.parametrize(
    ("key", "since", "until", "said"),
    [
        ("1003", "2026-06-01", "", "supervises it already in that time"),
        ("1001", "2026-06-01", "2026-05-01", "the last day is before the first"),
        ("nobody", "", "", "There is nobody with this id"),
        ("", "", "", "This field is required"),
    ],
)
def test_what_cannot_be_is_said_beside_the_form_and_nothing_is_changed(
    client_as: ClientAs, firm: Firm, key: str, since: str, until: str, said: str
) -> None:
    from muniment.desk.people.models import Supervision

    client = client_as("compliance")
    add(client, firm, "1003", "2026-01-01")
    answer = add(client, firm, key, since, until)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in answer.content.decode()  # type: ignore[attr-defined]
    assert Supervision.objects.count() == 1


def test_naming_a_supervisor_opens_no_message(client_as: ClientAs, firm: Firm) -> None:
    supervisor = client_as("adviser", own=firm.okafor)
    before = supervisor.get("/api/v1/own").json()["hits"]
    add(client_as("compliance"), firm, "1003")

    assert supervisor.get("/api/v1/own").json()["hits"] == before
    assert supervisor.get("/api/v1/count").status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "adviser", "it", "examiner"])
def test_others_name_nobody(client_as: ClientAs, firm: Firm, role: str) -> None:
    from muniment.desk.people.models import Supervision

    client = client_as(role, until=date(2099, 1, 1))
    assert add(client, firm, "1003").status_code == 404  # type: ignore[attr-defined]
    assert Supervision.objects.count() == 0
    if role == "reviewer":
        assert "Add somebody" not in page(client, firm)
    else:
        assert client.get(reverse("people:group", args=[firm.desk])).status_code == 404
    add(client_as("compliance"), firm, "1003")
    row = Supervision.objects.get()
    assert client.post(reverse("people:end_member", args=[firm.desk, "above", row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.until is None
