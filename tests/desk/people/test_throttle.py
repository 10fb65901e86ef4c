"""Guessing is slowed down where it comes from; the owner, on a browser they used before, never notices."""

import pytest
from django.test import Client

from muniment.desk.desk import Desk
from muniment.desk.people import clock
from tests.desk.people.helpers import Clock, browser, entries, sign_in, with_password
from tests.firms import MakeUser

NAME = "c.fung"
TOO_MANY = "Too many attempts"


@pytest.fixture
def now() -> Clock:
    return Clock()


def far(number: int) -> Client:
    """A browser somewhere else."""
    return browser(REMOTE_ADDR=f"203.0.113.{number}")


def guess(client: Client, times: int, name: str = NAME) -> list[bool]:
    """Whether each of some wrong passwords was refused unseen."""
    return [TOO_MANY in sign_in(client, name, "wrong wrong wrong").content.decode() for _ in range(times)]


@pytest.fixture
def owner(user_as: MakeUser) -> Client:
    """A browser in which the owner signed in before, and out again."""
    with_password(user_as("compliance", name=NAME))
    client = browser(REMOTE_ADDR="198.51.100.7")
    assert sign_in(client, NAME).status_code == 302
    client.post("/sign-in/out/")
    return client


def test_the_sixth_guess_from_one_place_is_not_even_looked_at(owner: Client, now: Clock, desk: Desk) -> None:
    with clock.clock(now):
        attacker = far(1)
        assert guess(attacker, 7) == [False] * 5 + [True] * 2
        assert TOO_MANY in sign_in(attacker, NAME).content.decode()  # the right one neither
        now.go_on(minutes=15)
        assert sign_in(attacker, NAME).status_code == 302

    assert [each.detail["limits"] for each in entries(desk) if each.act == "signin.lock"] == [["place"]]


def test_guesses_from_everywhere_never_shut_the_owners_browser_out(owner: Client, now: Clock) -> None:
    with clock.clock(now):
        for number in range(1, 41):
            guess(far(number), 5)
        assert guess(far(99), 1) == [True]  # the name is closed to browsers that are not known
        assert sign_in(owner, NAME).status_code == 302


def test_a_neighbour_behind_the_same_address_does_not_shut_the_owner_out(owner: Client, now: Clock) -> None:
    with clock.clock(now):
        neighbour = browser(REMOTE_ADDR="198.51.100.7")
        assert guess(neighbour, 6)[-1] is True
        assert sign_in(owner, NAME).status_code == 302


def test_many_names_from_one_place_close_that_place(owner: Client, now: Clock) -> None:
    with clock.clock(now):
        attacker = far(1)
        refused = [guess(attacker, 1, f"name{number}")[0] for number in range(52)]
        assert refused == [False] * 50 + [True] * 2
        assert guess(far(2), 1) == [False]


def test_a_known_browser_has_its_own_limit_and_then_counts_as_any_other(owner: Client, now: Clock) -> None:
    with clock.clock(now):
        refused = guess(owner, 17)
        assert refused == [False] * 15 + [True] * 2
        now.go_on(minutes=15)
        assert sign_in(owner, NAME).status_code == 302


def test_somebody_elses_device_cookie_is_no_use(owner: Client, user_as: MakeUser, now: Clock) -> None:
    with_password(user_as("compliance", name="other"))
    attacker = far(1)
    sign_in(attacker, "other")
    attacker.post("/sign-in/out/")
    with clock.clock(now):
        assert guess(attacker, 6) == [False] * 5 + [True]


def test_signing_in_oneself_in_between_does_not_reset_the_place(owner: Client, user_as: MakeUser, now: Clock) -> None:
    with_password(user_as("compliance", name="mallory"))
    with clock.clock(now):
        refused = []
        for number in range(13):
            attacker = far(1)
            refused += guess(attacker, 4, f"name{number}")
            assert number > 12 or sign_in(attacker, "mallory").status_code in (302, 200)
        assert refused[:49] == [False] * 49 and refused[-1] is True


def test_codes_are_counted_too(owner: Client, user_as: MakeUser, now: Clock) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    from muniment.desk.people.models import User

    TOTP.activate(User.objects.get(name=NAME), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    assert Authenticator.objects.count() == 1
    with clock.clock(now):
        attacker = far(1)
        assert sign_in(attacker, NAME).headers["Location"] == "/sign-in/code/"
        answers = [attacker.post("/sign-in/code/", {"code": f"{number:06}"}).content.decode() for number in range(7)]

    assert [TOO_MANY in answer for answer in answers] == [False] * 5 + [True] * 2


@pytest.mark.parametrize(
    "near, said, expected",
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.1", "198.51.100.7"),
        ("10.0.0.5", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.5", "192.0.2.1, 203.0.113.1", "203.0.113.1"),
        ("10.0.0.5", "203.0.113.1, 10.0.0.6", "203.0.113.1"),
        ("10.0.0.5", "nonsense, 10.0.0.6", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("::ffff:10.0.0.5", "2001:db8::1", "2001:db8::1"),
        ("", "203.0.113.1", "0.0.0.0"),
    ],
)
def test_a_forwarded_address_is_believed_of_our_own_proxy_alone(
    place: object, near: str, said: str, expected: str
) -> None:
    from django.test import RequestFactory, override_settings

    from muniment.desk.people.signin.network import client_address

    with override_settings(PROXIES=["10.0.0.0/24"]):
        headers = {"x-forwarded-for": said} if said else {}
        assert client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=near)) == expected
