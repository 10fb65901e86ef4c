"""Signing in: the set-up code, password and second factor, and that each step is in the audit log."""

import re
import time
from datetime import UTC, datetime

import pytest

from muniment.desk.desk import Desk
from muniment.desk.people import clock
from tests.desk.people.helpers import PASSWORD, Clock, acts, browser, entries, sign_in, signed_in, totp, with_password
from tests.firms import Firm, MakeUser


def new_user(desk: Desk, name: str = "a.wong", role: str = "reviewer") -> str:
    """The set-up code of somebody new with a role."""
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    code = actions.add_user(desk, name, "Amy Wong")
    actions.grant(desk, user_number(name), role)
    return code


def welcome(client: object, name: str, code: str, password: str = PASSWORD) -> object:
    """What the page for set-up codes answers."""
    return client.post("/welcome/", {"name": name, "code": code, "password": password, "again": password})  # type: ignore[attr-defined]


def add_app(client: object) -> str:
    """Add an authenticator app; returns its secret."""
    page = client.get("/sign-in/factors/app/").content.decode()  # type: ignore[attr-defined]
    secret = re.search(r"<code>([A-Z2-7]{16,})</code>", page)
    assert secret is not None
    answer = client.post("/sign-in/factors/app/", {"code": totp(secret[1], time.time())})  # type: ignore[attr-defined]
    assert answer.status_code == 302, answer.content.decode()
    return secret[1]


def test_a_set_up_code_works_once_and_leads_to_a_second_factor_before_anything_else(desk: Desk) -> None:
    code = new_user(desk)
    client = browser()

    assert welcome(client, "A.Wong", code.lower().replace("-", " ")).status_code == 302  # type: ignore[attr-defined]
    assert client.get("/people/").headers["Location"] == "/account/"
    add_app(client)
    assert client.get("/people/").status_code == 200
    again = welcome(browser(), "a.wong", code, "another fine password")
    assert "do not belong together" in again.content.decode()  # type: ignore[attr-defined]


def test_a_set_up_code_expires_after_seven_days(desk: Desk) -> None:
    now = Clock()
    with clock.clock(now):
        code = new_user(desk)
        now.go_on(days=7)
        assert welcome(browser(), "a.wong", code).status_code == 200  # type: ignore[attr-defined]
        now.go_on(seconds=-1)
        assert welcome(browser(), "a.wong", code).status_code == 302  # type: ignore[attr-defined]


def test_a_set_up_code_is_kept_as_a_hash_and_belongs_to_one_name(desk: Desk) -> None:
    from muniment.desk.people.models import User

    code, other = new_user(desk), new_user(desk, "b.chan")

    kept = " ".join(User.objects.values_list("setup_code", flat=True))
    assert code not in kept and code.replace("-", "") not in kept
    assert welcome(browser(), "b.chan", code).status_code == 200  # type: ignore[attr-defined]
    assert welcome(browser(), "b.chan", other).status_code == 302  # type: ignore[attr-defined]


def test_a_weak_password_is_refused_and_the_code_still_works(desk: Desk) -> None:
    code = new_user(desk)

    answer = welcome(browser(), "a.wong", code, "password1234")
    assert "too common" in answer.content.decode()  # type: ignore[attr-defined]
    assert welcome(browser(), "a.wong", code).status_code == 302  # type: ignore[attr-defined]


def test_a_new_code_ends_password_factors_and_sign_ins(desk: Desk) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_number

    client = browser()
    welcome(client, "a.wong", new_user(desk))
    add_app(client)
    code = actions.new_setup_code(desk, user_number("a.wong"))

    assert not signed_in(client)
    assert sign_in(browser(), "a.wong").status_code == 200
    assert welcome(browser(), "a.wong", code).status_code == 302  # type: ignore[attr-defined]


def test_a_password_alone_opens_the_page_of_ones_own_factors_and_no_other(user_as: MakeUser) -> None:
    with_password(user_as("compliance", name="c.fung"))
    client = browser()

    assert sign_in(client, "C.Fung").status_code == 302
    assert client.get("/account/").status_code == 200
    for page in ("/", "/people/", "/people/1/"):
        assert client.get(page).headers["Location"] == "/account/", page


def test_with_an_app_the_password_is_followed_by_a_code_that_works_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = browser()
    welcome(first, "a.wong", new_user(desk))
    secret = add_app(first)
    ahead = time.time() + 90
    monkeypatch.setattr("time.time", lambda: ahead)  # the code of set-up is used up; the next one comes later

    second, third = browser(), browser()
    assert sign_in(second, "a.wong").headers["Location"] == "/sign-in/code/"
    assert not signed_in(second)
    assert second.post("/sign-in/code/", {"code": "000000"}).status_code == 200
    assert not signed_in(second)
    assert second.post("/sign-in/code/", {"code": totp(secret, ahead)}).status_code == 302
    assert second.get("/people/").status_code == 200
    sign_in(third, "a.wong")
    assert third.post("/sign-in/code/", {"code": totp(secret, ahead)}).status_code == 200
    assert not signed_in(third)


def test_a_recovery_code_stands_in_for_the_app_once(desk: Desk) -> None:
    client = browser()
    welcome(client, "a.wong", new_user(desk))
    add_app(client)
    codes = re.findall(r"\b[0-9]{8}\b", client.get("/sign-in/factors/recovery/").content.decode())
    assert len(codes) == 10

    for expected in (302, 200):
        other = browser()
        sign_in(other, "a.wong")
        assert other.post("/sign-in/code/", {"code": codes[0]}).status_code == expected


def test_every_step_is_in_the_audit_log_and_a_name_that_is_nobodys_is_not(desk: Desk) -> None:
    client = browser()
    welcome(client, "a.wong", new_user(desk))
    add_app(client)
    client.post("/sign-in/out/")
    sign_in(browser(), "a.wong", "wrong wrong wrong")
    sign_in(browser(), "hunter2 typed into the wrong field", "wrong wrong wrong")

    found = entries(desk)
    assert [each.act for each in found][-8:] == [
        "grant.give",
        "user.welcome",
        "signin",
        "factor.add",
        "factor.add",
        "signout",
        "signin.fail",
        "signin.fail",
    ]
    assert [each.object for each in found[-2:]] == ["user:a.wong", None]
    assert "hunter2" not in repr(found)


def test_what_somebody_changes_about_their_own_sign_in_is_in_the_audit_log(desk: Desk) -> None:
    client, other = browser(), "nine quiet harbours"
    welcome(client, "a.wong", new_user(desk))
    add_app(client)
    before = len(entries(desk))
    client.post("/sign-in/factors/recovery/new/")
    client.post("/sign-in/factors/app/remove/")
    client.post("/sign-in/password/", {"oldpassword": PASSWORD, "password1": other, "password2": other})

    found = entries(desk)[before:]
    assert [each.act for each in found] == ["factor.reset", "factor.remove", "factor.remove", "password.change"]
    assert other not in repr(found)


def test_a_wrong_password_and_a_name_that_is_nobodys_answer_alike(user_as: MakeUser) -> None:
    with_password(user_as("compliance", name="c.fung"))

    wrong = sign_in(browser(), "c.fung", "not the password").content.decode()
    nobody = sign_in(browser(), "c.fang", "not the password").content.decode()

    scrub = re.compile(r'value="[^"]*"')
    assert scrub.sub("", wrong) == scrub.sub("", nobody)


def test_an_ended_user_cannot_sign_in_and_is_told_no_more_than_others(user_as: MakeUser, desk: Desk) -> None:
    from muniment.desk.people.models import User

    with_password(user_as("compliance", name="c.fung"))
    User.objects.update(is_active=False)

    answer = sign_in(browser(), "c.fung")
    assert answer.status_code == 200 and "do not belong together" in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/signup/",
        "/sign-in/password/reset/",
        "/sign-in/email/",
        "/sign-in/confirm-email/",
        "/sign-in/social/connections/",
        "/sign-in/none/account_signup/",
        "/sign-in/none/account_reset_password/",
        "/sign-in/none/account_email/",
        "/sign-in/none/socialaccount_signup/",
        "/sign-in/none/usersessions_list/",
        "/sign-in/with/firm/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_and_what_we_do_not_use_is_not_there(place: object, path: str, method: str) -> None:
    assert getattr(browser(), method)(path).status_code == 404


def test_taking_access_further_asks_again_after_five_minutes(desk: Desk, user_as: MakeUser) -> None:
    with_password(user_as("administrator", name="i.lam"))
    now = Clock(datetime.now(UTC))
    with clock.clock(now):
        client = browser()
        sign_in(client, "i.lam")
        add_app(client)
        assert client.get("/access/add/").status_code == 200
        now.go_on(minutes=6)
        answer = client.get("/access/add/")
        assert answer.headers["Location"].startswith("/sign-in/again/")
        now.go_on(minutes=-6)
        client.post(answer.headers["Location"], {"password": PASSWORD})
        assert client.get("/access/add/").status_code == 200


def test_a_demonstration_has_no_door_in_a_real_archive(desk: Desk, firm: Firm) -> None:
    from muniment.desk.people.models import Firm as Row

    Row.objects.update(demonstration=True)  # what the desk's own database says of itself is not enough

    assert browser().get("/demo/").status_code == 404
    assert browser().post("/demo/winnie.au/").status_code == 404
    assert browser().get("/").headers["Location"].startswith("/sign-in/")
    assert "signin" not in acts(desk)
