"""Home: each role lands on its own page; the numbers are those of the archive; strangers learn nothing."""

from html import escape, unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from muniment.desk.authority import Authority
from muniment.desk.dashboard import access, landing
from muniment.desk.dashboard.attention import CHECKS
from muniment.desk.desk import Desk
from muniment.desk.people.models import User
from muniment.desk.people.roles import CAPABILITIES, Role
from muniment.search.ast import Field, Query
from muniment.search.database import open_index
from tests.desk.people.helpers import as_user
from tests.firms import ClientAs, Firm


def authority(role: Role) -> Authority:
    return Authority(dict.fromkeys(CAPABILITIES[role]))


@pytest.mark.parametrize(
    ("role", "route"),
    [
        (Role.COMPLIANCE, ""),
        (Role.RECORDS, ""),
        (Role.REVIEWER, "archive:search"),
        (Role.EXAMINER, "productions:list"),
        (Role.ADVISER, "archive:own"),
        (Role.ADMINISTRATOR, "dashboard:system"),
        (Role.IT, "dashboard:system"),
    ],
)
def test_each_role_lands_on_its_own_page(role: Role, route: str) -> None:
    assert landing.landing(authority(role)) == route


def test_whoever_has_no_role_is_told_so(client_as: ClientAs, firm: Firm) -> None:
    answer = client_as(None).get("/")

    assert answer.status_code == 200
    assert "You have no role yet" in answer.content.decode()


def test_a_compliance_officer_sees_the_accounts_and_what_needs_attention(client_as: ClientAs, firm: Firm) -> None:
    page = client_as("compliance").get("/").content.decode()

    assert "What needs attention" in page
    assert "lee-wecom" in page
    assert "amy-phone" in page
    assert "under control" not in page
    assert page.count('class="need ') <= 7
    assert "and 1 more" in page or page.count('class="need ') < 7


def test_the_full_list_holds_what_home_left_out(client_as: ClientAs, firm: Firm) -> None:
    browser = client_as("compliance")
    whole = browser.get("/attention/").content.decode()

    assert whole.count('class="need ') >= browser.get("/").content.decode().count('class="need ')


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_the_words_of_every_check_that_runs_are_on_the_full_list(
    client_as: ClientAs, firm: Firm, language: str
) -> None:
    from django.conf import settings
    from django.utils.translation import override

    browser = client_as("compliance")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = unescape(browser.get("/attention/").content.decode())
    with override("en"):
        english = {str(each.words) for each in CHECKS}
    with override(language):
        words = [str(each.words) for each in CHECKS]
    assert [each for each in words if f"<li>{each}</li>" not in page] == []
    assert page.count("<li>") >= len(CHECKS)
    assert (set(words) & english) == (english if language == "en" else set())


@pytest.mark.parametrize("role", ["reviewer", "adviser", "examiner", "administrator", "it"])
def test_who_does_not_see_what_needs_attention_gets_404(client_as: ClientAs, firm: Firm, role: str) -> None:
    assert client_as(role).get("/attention/").status_code == 404


def test_the_counts_of_an_account_are_what_a_search_for_it_counts(desk: Desk, firm: Firm) -> None:
    facts = access.facts(desk)

    assert facts.uncounted == 0
    for account in facts.accounts:
        found = open_index(desk.catalog).count(Query(Field("account", account.name)))
        assert account.events == found


def test_the_number_of_a_week_is_a_link_to_exactly_those_events(client_as: ClientAs, desk: Desk, firm: Firm) -> None:
    from muniment.desk.dashboard.pages.home import health

    browser = client_as("compliance")
    reader = as_user(desk, User.objects.get(name__startswith="compliance").pk)
    rows = health(reader, access.facts(reader))

    assert {row.account.name for row in rows} == {"lee-wecom", "zhao-wecom", "amy-phone"}
    for row in rows:
        asked = parse_qs(urlsplit(row.url).query)
        found = browser.get("/api/v1/count", {"q": asked["q"][0], "zone": asked["zone"][0]}).json()["found"]
        assert found == row.total
        assert escape(row.url) in browser.get("/").content.decode()


def test_handles_that_are_nobodys_are_noticed_until_somebody_is_named(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.models import Handle, Person

    assert access.facts(desk).unmatched > 0
    nobody = Person.objects.get(pk=firm.zhou)
    natives = [
        native for (native,) in desk.catalog.execute("SELECT DISTINCT native FROM search_name WHERE role = 'person'")
    ]
    for native in natives:
        for channel in ("ndjson", "whatsapp"):
            Handle.objects.create(person=nobody, channel=channel, native=native, origin="hand")
    assert access.facts(desk).unmatched == 0


def test_a_handle_that_somebody_refused_is_noticed_no_more_at_once(desk: Desk, firm: Firm) -> None:
    from muniment.desk.imports.models import Disregarded

    assert access.facts(desk).unmatched > 0
    (*natives,) = desk.catalog.execute("SELECT DISTINCT native FROM search_name WHERE role = 'person'")
    Disregarded.objects.bulk_create(Disregarded(channel="ndjson", native=native, actor="x") for (native,) in natives)
    assert access.facts(desk).unmatched == 0


def test_what_was_disposed_of_is_counted_no_more(desk: Desk, firm: Firm) -> None:
    from muniment.desk.archive.disposal import destroy

    before = {account.name: account.events for account in access.facts(desk).accounts}
    (leaf,) = desk.catalog.execute(
        "SELECT record.leaf FROM record JOIN account ON account.source = record.source"
        " WHERE account.name = 'lee-wecom' AND record.part = 'message' ORDER BY record.leaf LIMIT 1"
    ).fetchone()
    destroy(desk, [leaf], "a rule")
    after = {account.name: account.events for account in access.facts(desk).accounts}

    assert after == {**before, "lee-wecom": before["lee-wecom"] - 1}
