"""Access tokens: whose authority they have, when they stop working, what they never do, and that they stand in no log."""

import json
import logging
import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from muniment.desk.desk import Desk
from muniment.desk.people import clock
from tests.desk.people.helpers import Clock, browser, entries, sign_in, with_password
from tests.firms import ClientAs, Firm, MakeUser, browser_of

if TYPE_CHECKING:
    from django.test import Client

    from muniment.desk.people.models import User

UNTIL = datetime.now(UTC).date() + timedelta(days=30)


def fresh(client: "Client") -> "Client":
    """The same browser, whose user has shown two factors just now."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return client


def make(client: "Client", name: str = "nightly export", until: date = UNTIL) -> str:
    """The token that the page shows."""
    page = client.post("/account/tokens/new/", {"name": name, "until": str(until)})
    found = re.search(r">(muniment_[\w-]{43})<", page.content.decode())
    assert found is not None, page.content.decode()
    return found[1]


def ask(token: str, path: str = "/me", method: str = "get", data: Any = None, **more: Any) -> tuple[int, Any]:
    """What the API answers to a program, which has no cookie and no page of ours."""
    from django.test import Client

    strict = Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
    answer = getattr(strict, method)(f"/api/v1{path}", data, **more)
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def chan(user_as: MakeUser) -> "User":
    return user_as("compliance", name="chan")


def test_a_token_does_what_its_owner_may_and_says_so_in_the_audit_log(chan: "User", desk: Desk, firm: Firm) -> None:
    token = make(fresh(browser_of(chan)))

    assert ask(token)[1]["actor"] == "user:chan"
    assert ask(token, "/search", data={"q": "保本"})[1]["hits"]
    made, searched = (next(each for each in entries(desk) if each.act == act) for act in ("token.make", "search"))
    assert made.actor == searched.actor == made.object == "user:chan"
    assert searched.detail["token"] == made.detail["number"]
    assert "token" not in made.detail
    browser_of(chan).get("/api/v1/search", {"q": "保本"})
    assert ["token" in each.detail for each in entries(desk) if each.act == "search"] == [True, False]


def test_a_token_has_the_scope_that_its_owner_has_now(user_as: MakeUser, desk: Desk, firm: Firm) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.models import Grant

    reviewer = user_as("reviewer", person=firm.lee)
    token = make(fresh(browser_of(reviewer)))
    narrow = ask(token, "/count")[1]["found"]

    user_as("reviewer", name=reviewer.name)
    assert ask(token, "/count")[1]["found"] > narrow > 0
    for grant in Grant.objects.filter(user=reviewer):
        actions.end_grant(desk, grant.pk)
    assert ask(token, "/count")[1]["code"] == "not_found"
    assert ask(token)[1]["capabilities"] == []


def test_a_program_changes_things_without_the_token_of_a_page(chan: "User", firm: Firm) -> None:
    token = make(fresh(browser_of(chan)))
    order = {"query": "term sheet", "reason": "request 7"}

    status, made = ask(token, "/productions", "post", json.dumps(order), content_type="application/json")
    assert status == 200
    assert ask(token, f"/productions/{made['id']}")[1]["actor"] == "user:chan"


def test_a_token_never_does_what_asks_again_even_beside_the_cookies_of_its_fresh_owner(
    chan: "User", desk: Desk, firm: Firm
) -> None:
    client = fresh(browser_of(chan))
    token = make(client)
    order = json.dumps({"query": "term sheet", "reason": "request 7"})
    number = client.post("/api/v1/productions", order, content_type="application/json").json()["id"]

    for headers in ({}, {"authorization": f"Bearer {token}"}):
        answer = client.post(f"/api/v1/productions/{number}/download", headers=headers)
        assert (answer.status_code == 403) == bool(headers), answer.content


def test_a_token_opens_no_page(chan: "User", firm: Firm) -> None:
    token = make(fresh(browser_of(chan)))
    program = browser()

    for path in ("/", "/search/?q=a", "/people/", "/account/", "/account/tokens/new/"):
        answer = program.get(path, headers={"authorization": f"Bearer {token}"})
        assert answer.headers["Location"].startswith("/sign-in/"), path


def test_a_token_ends_on_its_day_when_it_is_revoked_and_with_its_owner(
    chan: "User", user_as: MakeUser, desk: Desk, firm: Firm
) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import own_tokens
    from tests.desk.people.helpers import as_user

    now = Clock(datetime(2026, 11, 20, 3, tzinfo=UTC))
    with clock.clock(now):
        client = browser_of(chan)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": now.at.timestamp()}]
        session.save()
        token, other, third = (make(client, name, date(2026, 11, 22)) for name in ("a", "b", "c"))
        now.go_on(days=1, hours=12, minutes=59)  # the last minute of the day in Hong Kong
        assert ask(token)[0] == 200
        now.go_on(minutes=1)
        assert ask(token) == (
            401,
            {"error": "This token does not work: make another under My sign-in.", "code": "unauthenticated"},
        )
        now.go_on(days=-1)
        assert ask(token)[0] == 200

        row = next(each for each in own_tokens(as_user(desk, chan.pk)) if each.name == "b")
        actions.revoke_token(as_user(desk, chan.pk), row.number)
        assert ask(other)[0] == 401
        assert ask(third)[0] == 200
        actions.end_user(desk, chan.pk)
        assert ask(token)[0] == ask(third)[0] == 401
    assert [each.act for each in entries(desk) if each.act.startswith("token.")] == [
        *["token.make"] * 3,
        "token.refuse",
        "token.revoke",
        "token.refuse",
        "token.refuse",
    ]


def test_a_new_set_up_code_ends_the_tokens_until_now(chan: "User", desk: Desk) -> None:
    from muniment.desk.people import actions

    token = make(fresh(browser_of(chan)))
    actions.new_setup_code(desk, chan.pk)

    assert ask(token)[0] == 401


def test_a_dead_token_that_is_shown_again_and_again_is_entered_once_an_hour(chan: "User", desk: Desk) -> None:
    from muniment.desk.people.models import Token

    token = make(fresh(browser_of(chan)))
    now = Clock(datetime.now(UTC))
    Token.objects.update(revoked_at=now.at)
    with clock.clock(now):
        assert {ask(token)[0] for _ in range(3)} == {401}
        now.go_on(hours=1)
        ask(token)

    assert [each.act for each in entries(desk)].count("token.refuse") == 2


@pytest.mark.parametrize("shown", ["", "x", "muniment_", "muniment_" + "A" * 43, "muniment_" + "A" * 5000, "ümlaut"])
def test_a_token_that_is_nobodys_is_turned_away_whatever_cookies_come_with_it(
    client_as: ClientAs, desk: Desk, shown: str
) -> None:
    answer = client_as("compliance").get("/api/v1/me", headers={"authorization": f"bearer {shown}"})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "token.refuse" not in [each.act for each in entries(desk)]


def test_another_scheme_of_a_proxy_does_not_stand_in_the_way_of_a_sign_in(client_as: ClientAs, firm: Firm) -> None:
    answer = client_as("compliance").get("/api/v1/me", headers={"authorization": "Basic dXNlcjpwYXNz"})

    assert answer.status_code == 200


def test_only_the_owner_and_who_gives_access_revoke_a_token(chan: "User", client_as: ClientAs, desk: Desk) -> None:
    from muniment.desk.people.models import Token

    token = make(fresh(browser_of(chan)))
    number = Token.objects.get().pk
    stranger, administrator = client_as("compliance"), client_as("administrator")

    own = make(fresh(browser_of(chan)), "own")
    assert browser_of(chan).post(f"/account/tokens/{number + 1}/revoke/").status_code == 302
    assert ask(own)[0] == 401
    assert stranger.post(f"/account/tokens/{number}/revoke/").status_code == 404
    assert stranger.post(f"/access/{chan.pk}/tokens/{number}/revoke/").status_code == 404
    assert ask(token)[0] == 200
    assert "nightly export" in administrator.get(f"/access/{chan.pk}/").content.decode()
    assert administrator.post(f"/access/{chan.pk}/tokens/{number}/revoke/").status_code == 302
    assert ask(token)[0] == 401
    assert administrator.post(f"/access/{chan.pk}/tokens/{number}/revoke/").status_code == 404


def test_making_one_asks_again_after_five_minutes_and_for_two_factors_of_everybody(
    user_as: MakeUser, chan: "User"
) -> None:
    with_password(chan)
    assert browser_of(chan).get("/account/tokens/new/").headers["Location"].startswith("/sign-in/again/")
    with_password(user_as(None, name="norole"))
    client = browser()
    sign_in(client, "norole")
    answer = client.post("/account/tokens/new/", {"name": "early", "until": str(UNTIL)})

    assert answer.headers["Location"] == "/account/"
    from muniment.desk.people.models import Token

    assert not Token.objects.exists()


@pytest.mark.parametrize("days", [-1, 0, 366, 4000])
def test_a_token_works_for_a_year_at_most(chan: "User", days: int) -> None:
    from muniment.desk.people.models import Token

    client = fresh(browser_of(chan))
    today = datetime.now(ZoneInfo("Asia/Hong_Kong")).date()
    answer = client.post("/account/tokens/new/", {"name": "long", "until": str(today + timedelta(days=days))})

    assert answer.status_code == 422
    assert not Token.objects.exists()
    make(client, "a year", today + timedelta(days=365))


def test_the_page_lists_name_end_and_last_use_and_never_the_token(chan: "User", firm: Firm) -> None:
    client = fresh(browser_of(chan))
    token = make(client, "nightly <b>export</b>")
    before = client.get("/account/").content.decode()
    ask(token)
    after = client.get("/account/").content.decode()

    assert "nightly &lt;b&gt;export&lt;/b&gt;" in before
    assert "127.0.0.1</bdi></span></div>" not in before and "127.0.0.1</bdi></span></div>" in after
    assert token not in before + after


def test_a_token_is_kept_as_a_digest_and_stands_in_no_log(
    chan: "User", desk: Desk, firm: Firm, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from muniment.desk.people.models import Token

    caplog.set_level(logging.DEBUG)
    client = fresh(browser_of(chan))
    token = make(client)
    for path in ("/me", "/search?q=a", "/records/0", "/records/999999", "/nothing"):
        from django.test import Client

        program = Client(SERVER_NAME="127.0.0.1", headers={"authorization": f"Bearer {token}"})
        program.get(f"/api/v1{path}")
    Token.objects.update(revoked_at=datetime.now(UTC))
    ask(token)
    said = caplog.text + "".join(capfd.readouterr()) + repr(entries(desk)) + repr(list(Token.objects.values()))

    assert token not in said
    assert token.removeprefix("muniment_") not in said
    assert Token.objects.get().digest not in repr(entries(desk))


@pytest.mark.sqlite  # tests/house/test_operations.py has the server's own dump
def test_a_backup_holds_no_token(chan: "User", desk: Desk, tmp_path: Any) -> None:
    import sqlite3

    from muniment.desk.archive.backup import back_up

    make(fresh(browser_of(chan)))
    back_up(desk, tmp_path / "archive", tmp_path / "keys")

    with sqlite3.connect(tmp_path / "archive" / "desk.sqlite3") as copy:
        assert copy.execute("SELECT count(*) FROM people_token").fetchone() == (0,)
        assert copy.execute("SELECT count(*) FROM people_user").fetchone() != (0,)
