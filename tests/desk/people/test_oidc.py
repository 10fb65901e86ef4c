"""Signing in by the firm's identity provider: a real one on this machine, and all the ways in which it may be wrong."""

import re
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client, override_settings

from muniment.desk.desk import Desk
from tests.desk.people.helpers import browser, entries
from tests.desk.people.provider import CLIENT, SECRET, Provider, serving
from tests.firms import Firm


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the test is the browser."""

    def redirect_request(self, *arguments: Any) -> None:
        return None


@pytest.fixture
def provider(place: object) -> Iterator[Provider]:
    from allauth.socialaccount.providers import registry
    from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider

    with serving(Provider()) as running:
        app = {
            "provider_id": "firm",
            "name": "Example ID",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": running.address, "oauth_pkce_enabled": True},
        }
        registry.register(OpenIDConnectProvider)  # as the library does where the settings name an issuer
        with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}):
            yield running


def go_around(client: Client, *, state: str | None = None, there: str = "/sign-in/with/firm/") -> Any:
    """To the provider and back: what the desk answers in the end."""
    leaves = client.post(there)
    assert leaves.status_code == 302
    opener = urllib.request.build_opener(_Stay)
    try:
        opener.open(leaves.headers["Location"])
    except urllib.error.HTTPError as answer:
        back = answer.headers["Location"]
    query = back.split("?", 1)[1]
    if state is not None:
        query = query.split("&state=")[0] + f"&state={state}"
    return client.get(f"/sign-in/with/firm/callback/?{query}")


def add(desk: Desk, *, subject: str = "", email: str = "", name: str = "a.wong", person: int | None = None) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    actions.add_user(desk, name, "Amy Wong", email, person, subject=subject)
    actions.grant(desk, user_number(name), "reviewer", until=date(2040, 1, 1))


def test_a_user_with_that_subject_is_signed_in_and_needs_no_factor_of_ours(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-1001")
    client = browser()

    assert go_around(client).status_code == 302
    assert client.get("/people/").status_code == 200
    assert provider.seen[0]["code_challenge_method"] == "S256"
    assert [each.object for each in entries(desk) if each.act == "signin"] == ["user:a.wong"]


def test_a_second_time_is_the_same_user_and_nobody_new(desk: Desk, provider: Provider) -> None:
    from muniment.desk.people.models import User

    add(desk, subject="u-1001")
    for _ in range(2):
        assert go_around(browser()).status_code == 302

    assert User.objects.count() == 1


def test_an_address_that_the_provider_verified_is_enough_where_no_subject_was_given(
    desk: Desk, provider: Provider
) -> None:
    add(desk, email="Amy@example.com")
    provider.email, provider.email_verified = "amy@example.com", True

    assert go_around(browser()).status_code == 302


@pytest.mark.parametrize("verified", [False, "true", None, 1])
def test_an_address_that_it_did_not_verify_is_not(desk: Desk, provider: Provider, verified: object) -> None:
    add(desk, email="amy@example.com")
    provider.email, provider.email_verified = "amy@example.com", verified

    assert go_around(browser()).status_code == 403


def test_a_user_with_another_subject_is_not_found_by_address(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-2000", email="amy@example.com")
    provider.email, provider.email_verified = "amy@example.com", True

    assert go_around(browser()).status_code == 403


def test_two_users_with_one_address_are_not_guessed_between(desk: Desk, provider: Provider) -> None:
    add(desk, email="amy@example.com")
    add(desk, email="amy@example.com", name="a.wong2")
    provider.email, provider.email_verified = "amy@example.com", True

    assert go_around(browser()).status_code == 403


def test_somebody_whom_nobody_added_is_told_so_and_not_made(desk: Desk, provider: Provider) -> None:
    from muniment.desk.people.models import User

    answer = go_around(browser())

    assert answer.status_code == 403 and "Nobody gave you access" in answer.content.decode()
    assert User.objects.count() == 0
    assert [each.object for each in entries(desk) if each.act == "signin.fail"] == [None]


def test_an_ended_user_is_not_let_in_by_the_provider(desk: Desk, provider: Provider) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    add(desk, subject="u-1001")
    assert go_around(browser()).status_code == 302
    actions.end_user(desk, user_number("a.wong"))
    client = browser()

    assert go_around(client).status_code == 403
    assert client.get("/people/").status_code == 302


def test_a_token_signed_by_somebody_else_is_refused(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-1001")
    provider.signer = rsa.generate_private_key(65537, 2048)

    _refused(go_around, desk)


@pytest.mark.parametrize(
    "fault",
    [{"issuer": "https://elsewhere.example"}, {"audience": "another"}, {"lasts": -600}, {"info_subject": "u-9"}],
    ids=["issuer", "audience", "expired", "two subjects"],
)
def test_a_token_that_says_something_wrong_is_refused(desk: Desk, provider: Provider, fault: dict[str, Any]) -> None:
    add(desk, subject="u-1001")
    for name, value in fault.items():
        setattr(provider, name, value)

    _refused(go_around, desk)


def test_a_state_that_is_not_ours_is_refused(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-1001")

    client = browser()
    go_around(client, state="made-up")

    assert client.get("/people/").headers["Location"].startswith("/sign-in/")
    assert "signin" not in [each.act for each in entries(desk)]


def test_an_examiner_who_is_also_a_client_of_the_provider_keeps_their_end(
    desk: Desk, provider: Provider, firm: Firm
) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number, user_page

    add(desk, subject="u-1001", person=firm.lee)
    client = browser()
    go_around(client)
    actions.end_grant(desk, user_page(desk, user_number("a.wong")).row.grants[0].number)

    assert client.get("/people/").status_code == 404


def go_again(client: Client, path: str) -> Any:
    """From a page that asks again, by way of the provider: what the desk answers to the browser when it is back."""
    answer = client.get(path)
    assert answer.headers["Location"].startswith("/sign-in/again/provider/?"), answer.headers
    page = client.get(answer.headers["Location"]).content.decode()
    there = re.search(r'action="(/sign-in/with/firm/[^"]+)"', page)
    assert there is not None
    return go_around(client, there=unescape(there[1]))


def test_a_user_of_the_provider_alone_shows_again_who_they_are_over_there(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-1001")
    client = browser()
    go_around(client)
    back = go_again(client, "/account/tokens/new/")

    assert (provider.seen[-1]["prompt"], provider.seen[-1]["max_age"]) == ("login", "0")
    assert back.headers["Location"].startswith("/sign-in/again/provider/done/?next=")
    assert client.get(back.headers["Location"]).headers["Location"] == "/account/tokens/new/"
    assert client.get("/account/tokens/new/").status_code == 200
    assert [each.object for each in entries(desk) if each.act == "signin.again"] == ["user:a.wong"]


def test_a_change_that_had_to_wait_for_it_is_then_made(desk: Desk, provider: Provider) -> None:
    from muniment.desk.people.models import Token

    add(desk, subject="u-1001")
    client = browser()
    go_around(client)
    form = {"name": "export", "until": str(datetime.now(UTC).date() + timedelta(days=9))}
    answer = client.post("/account/tokens/new/", form)
    page = client.get(answer.headers["Location"]).content.decode()
    back = go_around(client, there=unescape(re.findall(r'action="(/sign-in/with/[^"]+)"', page)[0]))
    made = client.get(back.headers["Location"])

    assert "muniment_" in made.content.decode()
    assert Token.objects.get().name == "export"


@pytest.mark.parametrize("ago", [None, 3600])
def test_a_provider_that_did_not_ask_now_is_not_believed(desk: Desk, provider: Provider, ago: int | None) -> None:
    add(desk, subject="u-1001")
    client = browser()
    go_around(client)
    provider.asked_ago = ago

    assert go_again(client, "/account/tokens/new/").status_code == 403
    assert client.get("/account/tokens/new/").status_code == 302
    assert client.get("/people/").status_code == 200  # still signed in
    assert "signin.again" not in [each.act for each in entries(desk)]


def test_somebody_else_at_the_provider_cannot_show_it_for_them(desk: Desk, provider: Provider) -> None:
    add(desk, subject="u-1001")
    add(desk, subject="u-2002", name="b.chan")
    client = browser()
    go_around(client)
    provider.subject = "u-2002"

    assert go_again(client, "/account/tokens/new/").status_code == 403
    assert client.get("/account/tokens/new/").status_code == 302


def test_coming_back_from_the_provider_without_having_been_sent_there_shows_nothing(
    desk: Desk, provider: Provider
) -> None:
    add(desk, subject="u-1001")
    client = browser()
    go_around(client)

    go_around(client)  # signing in once more: over there nobody is asked
    assert client.get("/account/tokens/new/").status_code == 302
    assert go_around(client, there="/sign-in/with/firm/?process=redirect&auth_params=max_age%3D0").status_code == 403
    assert client.get("/sign-in/again/provider/done/").headers["Location"] == "/account/"
    assert client.get("/account/tokens/new/").status_code == 302


def _refused(way: Any, desk: Desk) -> None:
    client = browser()
    answer = way(client)
    assert answer.status_code == 403, answer.headers
    assert client.get("/people/").headers["Location"].startswith("/sign-in/")
    assert "signin" not in [each.act for each in entries(desk)]
