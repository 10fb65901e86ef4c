"""Whoever signs in by passkey alone, without a password, shows again who they are by that passkey; nobody else's will do."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from django.test import Client

from muniment.desk.desk import Desk
from muniment.desk.people import clock
from tests.desk.people.helpers import Clock, browser, entries, sign_in, signed_in, with_password
from tests.desk.people.softkey import SoftKey, add_passkey, options, sign_in_with
from tests.firms import MakeUser

PAGE = "/account/tokens/new/"


@pytest.fixture
def now() -> Clock:
    return Clock(datetime.now(UTC))


def passkey_alone(user_as: MakeUser, name: str) -> SoftKey:
    """The passkey of somebody who had a password while it was added, and has none any more."""
    user = with_password(user_as("compliance", name=name))
    client = browser()
    sign_in(client, name)
    key = add_passkey(client)
    user.refresh_from_db()
    user.set_unusable_password()
    user.save()
    return key


def again(client: Client, now: Clock) -> tuple[str, str]:
    """Six minutes later: where the page sends somebody, and what stands there."""
    now.go_on(minutes=6)
    where = client.get(PAGE).headers["Location"]
    return where, client.get(where).content.decode()


def test_a_passkey_shows_again_who_somebody_without_a_password_is(user_as: MakeUser, desk: Desk, now: Clock) -> None:
    with clock.clock(now):
        key = passkey_alone(user_as, "c.fung")
        client = browser()
        assert sign_in_with(client, key).status_code == 302
        assert client.get(PAGE).status_code == 200
        where, page = again(client, now)
        assert where.startswith("/sign-in/again/")
        path = "/sign-in/again/passkey/"
        if not where.startswith(path):  # recovery codes stand first where there are any; the passkey is one click away
            assert f'href="{path}' in page
            where = where.replace("/sign-in/again/code/", path)
            page = client.get(where).content.decode()
        now.go_on(minutes=-6)  # the library writes the true time
        answer = client.post(where, {"credential": key.get(options(page))})
        assert answer.headers["Location"] == PAGE
        assert client.get(PAGE).status_code == 200

    assert [each.object for each in entries(desk) if each.act == "signin.again"] == ["user:c.fung"]


def test_the_passkey_of_somebody_else_shows_nothing(user_as: MakeUser, desk: Desk, now: Clock) -> None:
    with clock.clock(now):
        key, other = passkey_alone(user_as, "c.fung"), passkey_alone(user_as, "m.allory")
        client = browser()
        sign_in_with(client, key)
        again(client, now)
        path = f"/sign-in/again/passkey/?next={PAGE}"
        page = client.get(path).content.decode()
        answer = client.post(path, {"credential": other.get(options(page)), "next": PAGE})
        assert answer.headers["Location"] == path.replace(PAGE, quote(PAGE, safe=""))
        assert "not a passkey of yours" in client.get(answer.headers["Location"]).content.decode()
        assert client.get(PAGE).status_code == 302
        assert signed_in(client)

    acts = [(each.act, each.object) for each in entries(desk)]
    assert ("signin.again", "user:c.fung") not in acts and ("signin.fail", "user:c.fung") in acts


def test_an_answer_to_another_question_shows_nothing(user_as: MakeUser, desk: Desk, now: Clock) -> None:
    with clock.clock(now):
        key = passkey_alone(user_as, "c.fung")
        client = browser()
        sign_in_with(client, key)
        again(client, now)
        path = f"/sign-in/again/passkey/?next={PAGE}"
        asked = options(client.get(path).content.decode())
        old = key.get(asked)
        client.get(path)  # a new question
        assert client.post(path, {"credential": old}).headers["Location"].startswith("/sign-in/again/passkey/")
        assert client.get(PAGE).status_code == 302


def test_a_password_that_is_none_any_more_is_no_way(user_as: MakeUser, now: Clock) -> None:
    with clock.clock(now):
        key = passkey_alone(user_as, "c.fung")
        client = browser()
        sign_in_with(client, key)
        _, page = again(client, now)

        assert "Use your password" not in page
        answer = client.post(f"/sign-in/again/?next={PAGE}", {"password": "seven brown lanterns"})
        assert answer.headers["Location"].startswith("/sign-in/again/")
        assert client.get(PAGE).status_code == 302
