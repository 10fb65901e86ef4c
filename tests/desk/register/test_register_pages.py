"""The pages of the register: empty they teach the first step; each form changes what it says, and a refusal stands beside it."""

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from muniment.desk.desk import Desk
from muniment.desk.register import access, actions
from tests.desk.register.conftest import ON, approval
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client

APPROVED = {"approved_by": "Amy Wong", "approved_on": "2026-11-02", "reference": "memo 17"}


@pytest.fixture
def browser(client_as: ClientAs) -> "Client":
    return client_as("records")


def post(browser: "Client", path: str, prefix: str = "", **data: Any) -> Any:
    given = {f"{prefix}-{name}" if prefix else name: value for name, value in data.items()}
    return browser.post(path, given)


@pytest.mark.parametrize(
    ("path", "taught"),
    [
        ("/register/", "No channel yet"),
        ("/register/people/", "Nobody is registered"),
        ("/register/devices/", "No device yet"),
        ("/register/posture/", "Nothing is asked for yet"),
    ],
)
def test_an_empty_page_teaches_the_first_step(browser: "Client", path: str, taught: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert taught in answer.content.decode()


def test_a_channel_goes_from_its_entry_to_a_registered_person(browser: "Client", desk: Desk, firm: Firm) -> None:
    answer = post(browser, "/register/channels/add/", name="WhatsApp <b>", connectors=["whatsapp"])
    assert answer.status_code == 302
    address = answer.headers["Location"]
    refused = post(browser, f"{address}people/", "registration", person="1001", **APPROVED)
    assert refused.status_code == 422
    assert "is not approved" in refused.content.decode()
    assert post(browser, f"{address}decide/", "standing", status="approved", **APPROVED).status_code == 302
    words = {"features": "text", "deletion": "two days", "encryption": "end to end", "outage": "telephone"}
    assessed = {"assessed_by": "Amy", "assessed_on": "2026-11-02", "review_by": "2027-11-02"}
    assert post(browser, f"{address}assess/", "assessment", **words, **assessed).status_code == 302
    assert post(browser, f"{address}connectors/", "connectors", connectors=["whatsapp", "ndjson"]).status_code == 302
    assert post(browser, f"{address}people/", "registration", person="1001", **APPROVED).status_code == 302
    page = browser.get(address).content.decode()

    assert "WhatsApp &lt;b&gt;" in page
    assert "Leung Ka-yan" in page
    assert "telephone" in page
    (row,) = access.registrations(desk)
    assert post(browser, f"{address}people/{row.number}/end/", until="").status_code == 302
    assert [each.dates.now for each in access.registrations(desk)] == [False]
    assert "Leung Ka-yan" in browser.get("/register/people/").content.decode()
    assert "Leung Ka-yan" not in browser.get("/register/people/?only=today").content.decode()


def test_a_device_is_issued_seen_returned_and_removed(browser: "Client", desk: Desk, firm: Firm) -> None:
    answer = post(browser, "/register/devices/add/", label="P-1", kind="sim", native="+852 9000 0000")
    address = answer.headers["Location"]
    assert post(browser, f"{address}issue/", "issue").status_code == 422
    assert post(browser, f"{address}issue/", "issue", person="1001", location="desk 4").status_code == 302
    assert "Leung Ka-yan" in browser.get("/register/devices/").content.decode()
    assert post(browser, f"{address}change/", label="P-2", kind="sim").status_code == 302
    assert post(browser, f"{address}seen/", on="2099-01-01").status_code == 422
    assert post(browser, f"{address}seen/").status_code == 302
    assert post(browser, f"{address}return/").status_code == 302
    assert post(browser, f"{address}remove/").status_code == 302
    assert "P-2" not in browser.get("/register/devices/").content.decode()
    assert "P-2" in browser.get("/register/devices/?only=gone").content.decode()
    assert browser.get(address).status_code == 200


def test_evidence_is_kept_and_the_list_counts_what_is_due(browser: "Client", desk: Desk, source: str) -> None:
    thing = f"account:{source}"
    answer = post(browser, "/register/posture/add/", thing=thing, item="two_step", every="90")
    address = answer.headers["Location"]
    assert "nothing shown yet" in browser.get("/register/posture/?only=due").content.decode()
    assert post(browser, f"{address}evidence/", met="yes", text="").status_code == 422
    assert post(browser, f"{address}evidence/", met="yes", text="screen 3").status_code == 302
    assert "screen 3" in browser.get(address).content.decode()
    assert "Nothing that is asked for is due" in browser.get("/register/posture/?only=due").content.decode()
    assert post(browser, f"{address}drop/").status_code == 302
    assert access.postures(desk) == ()


def test_what_is_not_there_is_a_404(browser: "Client") -> None:
    for path in ("/register/channels/99/", "/register/devices/99/", "/register/posture/99/"):
        assert browser.get(path).status_code == 404


def test_who_keeps_no_accounts_finds_no_register(client_as: ClientAs) -> None:
    reviewer = client_as("reviewer")
    assert reviewer.get("/register/").status_code == 404
    assert reviewer.get("/api/v1/register").status_code == 404


def test_the_api_gives_the_same(browser: "Client", desk: Desk, firm: Firm, channel: int, source: str) -> None:
    actions.decide(desk, channel, "approved", approval())
    actions.register_person(desk, channel, firm.lee, approval("ABC123"))
    device = actions.add_device(desk, actions.About("P-1", "phone"))
    actions.issue(desk, device, person=firm.lee, source=source)
    actions.show(desk, actions.ask_for(desk, "screen_lock", device=device), "locks after a minute")
    found = json.loads(browser.get("/api/v1/register").content)

    assert found["channels"][0]["standing"]["status"] == "approved"
    assert found["registrations"][0]["reference"] == "ABC123"
    assert found["devices"][0]["custody"]["account"] == "lee phone"
    assert found["postures"][0]["newest"]["met"] is True


def test_long_lists_come_in_pages_and_each_row_stands_on_one_of_them(
    browser: "Client", desk: Desk, channel: int
) -> None:
    from muniment.desk.people.models import Person
    from muniment.desk.register.models import Device, Evidence, Posture, Registration

    persons = Person.objects.bulk_create(Person(key=f"k{each:03}", name=f"Name {each:03}") for each in range(120))
    devices = Device.objects.bulk_create(
        Device(label=f"P-{each:03}", kind="sim", actor="x", since=ON, until=None if each < 110 else ON)
        for each in range(120)
    )
    items = Posture.objects.bulk_create(
        Posture(item="two_step", device=each, days=90, actor="x", since=ON) for each in devices[:110]
    )
    far, past = date(2099, 1, 1), ON
    Evidence.objects.bulk_create(
        Evidence(posture=each, met=met, text="x", on=on, due=due, actor="x")
        for place, each in enumerate(items)
        for met, on, due in ((True, date(2026, 1, 1), past), (place % 3 > 0, ON, past if place % 7 == 0 else far))
    )
    said = {"approved_by": "Amy", "approved_on": ON, "reference": "r", "actor": "x", "since": ON}
    Registration.objects.bulk_create(Registration(person=each, channel_id=channel, **said) for each in persons)

    def walk(path: str, pattern: str) -> list[str]:
        found: list[str] = []
        address: str | None = path
        while address:
            page = browser.get(address).content.decode()
            rows = re.findall(pattern, page)
            assert len(rows) <= 50
            found += rows
            more = re.search(r'rel="next" href="([^"]+)"', page)
            address = path.partition("?")[0] + more[1].replace("&amp;", "&") if more else None
        return found

    here, gone = [f"P-{each:03}" for each in range(110)], [f"P-{each:03}" for each in range(110, 120)]
    assert walk("/register/devices/", r"<bdi>(P-\d{3})</bdi>") == here
    assert walk("/register/devices/?only=gone", r"<bdi>(P-\d{3})</bdi>") == gone
    failed = [label for place, label in enumerate(here) if place % 3 == 0]
    due = [label for place, label in enumerate(here) if place % 7 == 0 and label not in failed]
    failed.sort(key=lambda label: (int(label[2:]) % 7 > 0, label))
    assert walk("/register/posture/?only=due", r"<bdi>(P-\d{3})</bdi>") == failed + due
    rest = [label for label in here if label not in failed + due]
    assert walk("/register/posture/", r"<bdi>(P-\d{3})</bdi>") == failed + due + rest
    assert f"due or not so {len(failed + due)}" in browser.get("/register/posture/").content.decode()
    names = [f"Name {each:03}" for each in range(120)]
    for path in ("/register/people/", "/register/people/?only=today", f"/register/channels/{channel}/"):
        assert walk(path, r"(Name \d{3})") == names
    assert "all 120" in browser.get("/register/people/").content.decode()
    assert browser.get("/register/devices/?page=99").status_code == 200
