"""The pages of capture: connecting an account step by step until a test message came back, health, days, files, gaps."""

import html
import json
import re
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

import pytest

from muniment.capture.feeds.captured import MediaDue
from muniment.capture.feeds.gap import Gap, Reason
from muniment.capture.feeds.ledger import Ledger
from muniment.capture.leader import Leader
from muniment.desk.archive import access as archive
from muniment.desk.archive.actions import settle
from muniment.desk.channels import access, actions, watch
from muniment.desk.channels.words.health import REASONS, REMEDIES, STATES, code
from muniment.desk.channels.words.setup import GUIDES, SETTINGS, asked, guide
from muniment.desk.desk import Desk
from tests.capture.wecom.driven import Driven
from tests.desk.channels.pushing import line, push
from tests.firms import ClientAs, Firm

if TYPE_CHECKING:
    from django.test import Client


@pytest.fixture
def records(client_as: ClientAs, firm: Firm) -> "Client":
    return client_as("records")


def page(browser: "Client", path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, path
    return html.unescape(answer.content.decode())


def test_who_has_nothing_connected_is_told_the_first_step(records: "Client") -> None:
    said = page(records, "/capture/")

    assert "No account is connected yet" in said
    assert "/capture/connect/" in said


def test_an_account_is_connected_step_by_step_until_a_test_message_came_back(
    records: "Client", browser: "Client", desk: Desk, firm: Firm
) -> None:
    assert "/capture/connect/ndjson/" in page(records, "/capture/connect/")
    named = records.post("/capture/connect/ndjson/", {"name": "our own system", "owner": "1003"})
    assert named.status_code == 302
    answer = records.post(named.headers["Location"], {})
    shown = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    settle(desk)
    ((source, hook),) = ((each.source, each.hook) for each in access.connections(desk))
    (key,) = set(re.findall(rf"{hook}\.[\w-]{{43}}", shown))
    assert "curl http://localhost:8000/api/v1/capture -H 'Authorization: Bearer " in shown
    assert "not switched on" in shown

    assert push(browser, line(1), key).status_code == 403
    again = page(records, f"/capture/{source}/platform/")
    assert key not in again
    assert "shown once" in again
    assert records.post(f"/capture/{source}/on/").headers["Location"] == f"/capture/{source}/test/"
    records.post(f"/capture/{source}/canary/")
    waiting = page(records, f"/capture/{source}/test/")
    (words,) = set(re.findall(r"canary [0-9a-f]{12}", waiting))
    assert "every 2s" in waiting
    assert "Nothing has reached us since then" in waiting

    assert push(browser, line(7, words), key).status_code == 200
    settle(desk)
    watch.look(desk)
    came = page(records, f"/capture/{source}/test/state/")
    assert "The test message came back" in came
    assert "every 2s" not in came
    found = access.one(desk, source)
    assert found.row.proven_at is not None
    assert found.row.owner_name == "M. Okafor"
    listed = page(records, "/capture/")
    assert "our own system" in listed
    assert "never proven" not in listed


def test_a_wrong_owner_is_said_beside_the_field_and_nothing_is_made(records: "Client", desk: Desk) -> None:
    answer = records.post("/capture/connect/ndjson/", {"name": "x", "owner": "no such id"})

    assert answer.status_code == 422
    assert "There is nobody with this id" in answer.content.decode()
    assert records.get("/capture/connect/ndjson/settings/?account=x&owner=none").status_code == 302
    assert access.connections(desk) == []


def test_a_connector_that_is_not_there_has_no_page(records: "Client") -> None:
    page(records, "/capture/connect/telepathy/", 404)
    page(records, "/capture/a0/", 404)
    page(records, "/capture/a0/test/", 404)


META = {"set_app_secrets": "first secret of app", "set_access_token": "token of system user"}


def connect_meta(records: "Client", desk: Desk) -> tuple[str, str]:
    answer = records.post("/capture/connect/whatsapp_cloud/settings/?account=the+number", META)
    assert answer.status_code == 200
    settle(desk)
    (source,) = (each.source for each in access.connections(desk) if each.connector == "whatsapp_cloud")
    return source, html.unescape(answer.content.decode())


def test_secrets_are_never_put_into_a_page_again(records: "Client", desk: Desk) -> None:
    wrong = {"set_app_secrets": "first secret of app", "set_access_token": "", "set_api": "https://graph.facebook.com"}
    refused = records.post("/capture/connect/whatsapp_cloud/settings/?account=the+number", wrong)
    assert refused.status_code == 422
    assert "first secret" not in refused.content.decode()

    source, shown = connect_meta(records, desk)
    assert f"/hooks/whatsapp-cloud/{access.connection(desk, source).hook}/" in shown
    assert "Verify token" in shown
    for path in ("settings/", "platform/", "test/", ""):
        said = page(records, f"/capture/{source}/{path}")
        assert "first secret" not in said, path
        assert "token of system" not in said, path


def test_a_secret_that_is_left_empty_stays_and_what_is_not_asked_is_not_lost(records: "Client", desk: Desk) -> None:
    source, _ = connect_meta(records, desk)
    actions.switch_on(desk, source)
    (before,) = access.running(desk.archive)
    answer = records.post(f"/capture/{source}/settings/", {"set_phone_number_id": "7", "set_api": ""})
    assert answer.status_code == 302
    answer = records.post(f"/capture/{source}/quiet/", {"minutes": "45", "first": "8", "end": "20", "weekdays": "on"})
    assert answer.status_code == 302

    (after,) = access.running(desk.archive)
    assert after.settings == {**before.settings, "phone_number_id": "7"}
    row = access.connection(desk, source)
    assert (row.quiet_minutes, row.from_hour, row.until_hour, row.weekdays) == (45, 8, 20, True)


def test_a_secret_that_is_not_needed_is_removed_and_one_that_is_stays(
    records: "Client", desk: Desk, wecom: Driven
) -> None:
    path, box = f"/capture/{wecom.source}/settings/", "Remove what is stored: Secret for consent and members"
    plain = {f"set_{name}": value for name, value in access.connection(desk, wecom.source).settings.items()}
    assert "Remove what is stored" not in page(records, path), "there is nothing yet that could go"
    assert records.post(path, {**plain, "set_companion_secret": "a secret to ask with"}).status_code == 302
    said = page(records, path)
    assert box in said and said.count("Remove what is stored") == 1 and "to ask with" not in said

    both = records.post(path, {**plain, "set_companion_secret": "another", "remove_companion_secret": "on"})
    assert both.status_code == 422 and "do one of the two" in both.content.decode()
    needed = records.post(path, {**plain, "remove_private_keys": "on"})
    assert needed.status_code == 422 and "enter a new one instead of removing it" in needed.content.decode()
    assert access.connection(desk, wecom.source).secrets >= {"companion_secret", "private_keys"}

    assert records.post(path, {**plain, "remove_companion_secret": "on"}).status_code == 302
    assert "companion_secret" not in access.connection(desk, wecom.source).secrets
    assert "private_keys" in access.connection(desk, wecom.source).secrets
    assert box not in page(records, path)
    settle(desk)
    (entry,) = desk.catalog.execute(
        "SELECT body FROM audit_entry WHERE act = 'connection.change' ORDER BY leaf DESC LIMIT 1"
    ).fetchone()
    assert json.loads(entry)["detail"]["removed"] == ["companion_secret"]
    assert "a secret to ask with" not in entry


def test_a_new_secret_ends_the_old_one_and_is_shown_once(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    answer = records.post(f"/capture/{source}/secrets/")
    (made,) = set(re.findall(r"[0-9a-f]{32}\.[\w-]{43}", html.unescape(answer.content.decode())))

    assert made != key
    assert push(browser, line(1), key).status_code == 403
    assert push(browser, line(1), made).status_code == 200
    assert made not in page(records, f"/capture/{source}/platform/")


def test_owner_address_and_switch_are_changed_where_they_are_shown(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str, firm: Firm
) -> None:
    assert records.post(f"/capture/{source}/owner/", {"owner": "1001"}).status_code == 302
    assert records.post(f"/capture/{source}/owner/", {"owner": "nobody"}).status_code == 422
    assert access.connection(desk, source).owner_name == "Leung Ka-yan"
    assert records.post(f"/capture/{source}/address/").status_code == 302
    assert push(browser, line(1), key).status_code == 403
    assert records.post(f"/capture/{source}/off/").status_code == 302
    assert "It is switched off" in page(records, f"/capture/{source}/")


def test_the_days_of_a_source_are_its_records_and_each_number_opens_its_list(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    push(browser, line(1) + line(2, "second"), key)
    push(browser, line(1) + b"{}\n", key)
    settle(desk)
    today = access.daily(desk, source)[0]

    assert (today.missing, today.more, today.waiting) == (0, 0, 0)
    assert (today.received, today.new, today.duplicate, today.undecoded, today.disposed) == (4, 2, 1, 1, 0)
    assert today.complete
    assert today.events == 3
    said = page(records, f"/capture/{source}/")
    for what, number in (("received", 4), ("new", 2), ("duplicate", 1), ("undecoded", 1)):
        path = f"/capture/{source}/days/{today.day.isoformat()}/{what}/"
        assert path in said
        assert page(records, path).count("<tr data-item>") == number
    page(records, f"/capture/{source}/days/2026-13-01/new/", 404)
    page(records, f"/capture/{source}/days/{today.day.isoformat()}/other/", 404)


def test_a_day_is_counted_whole_however_long_the_archive_and_its_events_say_where_they_are_not(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(browser, line(1) + line(2) + line(3), key)
    settle(desk)
    monkeypatch.setattr(import_module("muniment.desk.channels.access.daily"), "WINDOW", 2)
    sheet = access.daily(desk, source)[0]

    assert (sheet.complete, sheet.counted) == (False, True)
    assert (sheet.received, sheet.new, sheet.missing, sheet.more) == (3, 3, 0, 0)
    assert "not whole" in page(records, f"/capture/{source}/")


def test_what_is_not_understood_is_counted_and_its_link_finds_exactly_that(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str, client_as: ClientAs
) -> None:
    push(browser, line(1) + b"{}\n", key)
    settle(desk)
    name = access.connection(desk, source).name

    assert {each.term: each.number for each in access.unknown(desk, name)} == {
        "is:partial": 0,
        "is:unsupported": 0,
        "type:undecoded": 1,
    }
    found = re.findall(r'href="/search/\?q=([^"]+)"', page(records, f"/capture/{source}/"))
    assert [(each, archive.count(desk, each)) for each in map(unquote_plus, found)] == [
        (f'account:"{name}" type:undecoded', 1)
    ]
    assert "/search/?q=" not in page(client_as("it"), f"/capture/{source}/"), "who reads nothing gets no link"


def test_what_was_acknowledged_and_is_nowhere_is_missing_in_red(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    push(browser, line(1) + line(2), key)
    push(browser, line(3), "0" * 32 + "." + "x" * 43)
    waits = access.daily(desk, source)[0]
    assert (waits.received, waits.waiting, waits.new, waits.missing, waits.more) == (2, 2, 0, 0, 0)
    desk.archive.intake.database.execute(
        "DELETE FROM item WHERE seq = (SELECT max(seq) FROM item WHERE source = ? AND type = 'rec')", (source,)
    )
    lost = access.daily(desk, source)[0]
    assert (lost.received, lost.waiting, lost.missing) == (2, 1, 1)
    settle(desk)
    sheet = access.daily(desk, source)[0]

    assert (sheet.received, sheet.new, sheet.waiting, sheet.missing, sheet.more) == (2, 1, 0, 1, 0)
    assert "1 acknowledged and nowhere" in page(records, f"/capture/{source}/")
    push(browser, line(4), key)
    settle(desk)
    assert access.daily(desk, source)[0].missing == 1, "what comes later does not hide it"


def test_what_is_sealed_and_not_projected_is_under_way_and_what_an_old_archive_did_not_count_is_said(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str
) -> None:
    push(browser, line(1) + line(2), key)
    with Leader(desk.archive) as leader:
        leader.drain()
    sealed = access.daily(desk, source)[0]
    assert (sealed.received, sealed.waiting, sealed.missing, sealed.more) == (2, 2, 0, 0)
    settle(desk)
    run = desk.archive.intake.database.execute
    run("DELETE FROM accepted")
    run("UPDATE counting SET leaf = ?", (desk.archive.reader("records").log.checkpoint().size,))
    old = access.daily(desk, source)[0]

    assert (old.counted, old.received, old.new, old.missing, old.more) == (False, 2, 2, 0, 0)
    assert "not counted when it came" in page(records, f"/capture/{source}/")


def test_files_are_listed_by_what_became_of_them_and_not_by_name(records: "Client", desk: Desk, source: str) -> None:
    ledger = Ledger(desk.archive)
    due = [MediaDue(media=f"m{number}", name="secret terms.pdf") for number in range(3)]
    ledger.accept(source, [], due=due)
    lost, marked, _ = ledger.owed(3)
    gap = ("ndjson", Gap(reason=Reason.MEDIA, count=1, code="too_large"))
    ledger.fetched(lost, [], "lost", "too_large", gap=gap)
    ledger.fetched(marked, [], "flagged", "hash_mismatch")
    settle(desk)

    for state, words in (("waiting", "1 in all"), ("lost", "larger than what is kept"), ("flagged", "kept and marked")):
        said = page(records, f"/capture/{source}/files/{state}/")
        assert said.count("<tr data-item>") == 1
        assert words in said
        assert "secret terms" not in said
    page(records, f"/capture/{source}/files/other/", 404)
    health = page(records, f"/capture/{source}/")
    assert f"/capture/{source}/files/lost/" in health
    day = access.daily(desk, source)[0]
    assert day.files == {"waiting": 1, "lost": 1, "flagged": 1}
    assert day.gaps == 1
    assert f"/capture/gaps/?account={source}&day={day.day.isoformat()}" in health


def test_gaps_say_what_is_missing_and_what_can_be_done(
    records: "Client", desk: Desk, source: str, client_as: ClientAs
) -> None:
    ledger = Ledger(desk.archive)
    expired = Gap(reason=Reason.EXPIRED, after=100, before=141, count=40, code="10010", since=1, until=2)
    ledger.accept(source, [], gaps=[("wecom", expired), ("ndjson", Gap(reason=Reason.SILENCE, code="ourselves"))])
    settle(desk)
    said = page(records, "/capture/gaps/")

    assert "2 gaps" in said
    assert "The platform no longer gives it out" in said
    assert "It cannot be fetched again" in said
    assert "100 – 141" in said
    assert "how many: 40" in said
    assert "<code>ourselves</code>" in said
    assert "/records/" in said
    assert "2 gaps" in page(records, f"/capture/gaps/?account={source}")
    assert "No gap was noticed" in page(records, "/capture/gaps/?account=a0")
    assert "/records/" not in page(client_as("it"), "/capture/gaps/")


def test_gaps_are_paged(records: "Client", desk: Desk, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(desk.archive)
    for number in range(5):
        ledger.accept(source, [], gaps=[("ndjson", Gap(reason=Reason.SEQUENCE, after=number))])
    settle(desk)
    monkeypatch.setattr(import_module("muniment.desk.channels.access.health"), "PAGE", 2)
    seen, before = list[int](), None
    while True:
        found = access.gap_page(desk, before)
        assert found.total == 5
        seen += [each.gap.after or 0 for each in found.rows]
        if found.more is None:
            break
        before = found.more
    assert seen == [4, 3, 2, 1, 0]
    assert 'rel="next"' in page(records, "/capture/gaps/")


def test_the_api_says_the_same(
    records: "Client", browser: "Client", desk: Desk, source: str, key: str, client_as: ClientAs
) -> None:
    push(browser, line(1), key)
    push(browser, line(1), key[:-1])
    watch.look(desk)
    settle(desk)
    (said,) = records.get("/api/v1/capture/connections").json()["connections"]
    gaps = records.get("/api/v1/capture/gaps").json()

    assert (said["source"], said["state"], said["refused"], said["gaps"]) == (source, "heard", 1, 1)
    assert said["received_at"].endswith("Z")
    assert (gaps["total"], gaps["gaps"][0]["reason"], gaps["more"]) == (1, "refused", None)
    assert key.partition(".")[2] not in json.dumps(said)
    assert client_as("reviewer").get("/api/v1/capture/gaps").status_code == 404


@pytest.mark.parametrize("role", ["reviewer", "adviser", "examiner"])
def test_who_does_not_look_after_accounts_finds_nothing(
    client_as: ClientAs, firm: Firm, source: str, role: str
) -> None:
    for path in ("/capture/", "/capture/gaps/", "/capture/connect/", f"/capture/{source}/"):
        assert client_as(role).get(path).status_code == 404


def test_there_are_words_for_everything_that_can_be_said() -> None:
    from muniment.capture.registry import LIVE, live
    from muniment.capture.wecom.codes import WORDS
    from muniment.desk.channels.condition import State

    assert set(STATES) == set(State)
    assert set(REASONS) == set(REMEDIES) == set(Reason)
    assert set(GUIDES) == set(LIVE)
    assert set(SETTINGS) == {(name, each.name) for name in LIVE for each in live(name).settings}
    assert all(code("wecom", str(number)) for number in WORDS)
    assert code("wecom", "77777") == ""
    assert code("whatsapp_cloud", "503") == "the platform has a fault"
    assert str(asked("own", "api_key").label) == "api key"
    assert guide("own").test


def test_nothing_that_can_be_heard_lights_up_without_a_sign(records: "Client", desk: Desk, source: str) -> None:
    said: Any = page(records, "/capture/")

    assert "not heard yet" in said
    assert "chip accent" not in said.split("<main", 1)[1]
