"""A sign-in ends when it is left alone, when it has lasted long enough, and when somebody ends it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from muniment.desk.desk import Desk
from muniment.desk.people import clock
from tests.desk.people.helpers import Clock, as_user, browser, entries, sign_in, signed_in, with_password
from tests.firms import MakeUser, browser_of
from tests.house.messages import templates


@pytest.fixture
def now() -> Clock:
    return Clock(datetime.now(UTC))


def test_a_sign_in_left_alone_for_fifteen_minutes_ends(desk: Desk, user_as: MakeUser, now: Clock) -> None:
    with clock.clock(now):
        client = browser_of(user_as("administrator"))
        assert signed_in(client)
        now.go_on(minutes=14, seconds=59)
        assert signed_in(client)
        now.go_on(minutes=15)
        assert client.get("/account/").headers["Location"].startswith("/sign-in/?next=/account/")
        assert not signed_in(client)

    assert [(each.act, each.detail["by"]) for each in entries(desk) if each.act == "signout"] == [("signout", "idle")]


def test_a_sign_in_ends_after_eight_hours_however_busy(desk: Desk, user_as: MakeUser, now: Clock) -> None:
    with clock.clock(now):
        client = browser_of(user_as("administrator"))
        for _ in range(48):
            assert signed_in(client)
            now.go_on(minutes=10)
        assert not signed_in(client)

    assert [each.detail["by"] for each in entries(desk) if each.act == "signout"] == ["absolute"]


def test_a_page_that_asks_again_by_itself_keeps_nothing_alive(user_as: MakeUser, now: Clock) -> None:
    poll = {"HX-Request": "true", "Muniment-Poll": "yes"}
    with clock.clock(now):
        client = browser_of(user_as("administrator"))
        assert signed_in(client)
        for _ in range(14):
            now.go_on(minutes=1)
            assert client.get("/account/", headers=poll).status_code == 200
        now.go_on(minutes=1)
        answer = client.get("/account/", headers=poll)

    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/sign-in/?next=/")


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_whatever_polls_says_so(path: Path) -> None:
    source = path.read_text("utf-8")
    polls = source.count('hx-trigger="every ') + source.count('hx-trigger="load delay')

    assert source.count("Muniment-Poll") >= polls


def test_a_sign_in_that_is_ended_ends_at_the_next_page(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_page

    user = with_password(user_as("administrator", name="i.lam"))
    here, elsewhere = browser(), browser()
    sign_in(here, "i.lam")
    sign_in(elsewhere, "i.lam")
    newest = max(user_page(desk, user.pk).sign_ins, key=lambda each: each.number)
    actions.end_sign_in(desk, newest.number)

    assert signed_in(here) and not signed_in(elsewhere)


def test_one_ends_ones_own_sign_ins_and_nobody_elses(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_page
    from muniment.record.errors import NotFound

    other = with_password(user_as("administrator", name="i.lam"))
    sign_in(browser(), "i.lam")
    [session] = user_page(desk, other.pk).sign_ins
    stranger = user_as("compliance", name="stranger")
    client = browser_of(stranger)

    assert client.post(f"/account/sign-ins/{session.number}/end/").status_code == 404
    with pytest.raises(NotFound):
        actions.end_sign_in(as_user(desk, stranger.pk), session.number)
    actions.end_sign_in(as_user(desk, other.pk), session.number)
    assert user_page(desk, other.pk).sign_ins == ()


def test_an_ended_grant_is_gone_at_the_next_page(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions
    from muniment.desk.people.access import user_page

    user = user_as("reviewer")
    client = browser_of(user)
    assert client.get("/people/").status_code == 200
    actions.end_grant(desk, user_page(desk, user.pk).row.grants[0].number)

    assert client.get("/people/").status_code == 404


def test_an_ended_user_is_out_at_the_next_page(desk: Desk, user_as: MakeUser) -> None:
    from muniment.desk.people import actions

    user = user_as("reviewer")
    client = browser_of(user)
    assert client.get("/people/").status_code == 200
    actions.end_user(desk, user.pk)

    assert client.get("/people/").status_code == 302
    assert not signed_in(client)
