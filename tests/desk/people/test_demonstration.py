"""The demonstration's people: made by the real actions, entered with one click, and nowhere but in a demonstration."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from muniment.cli.demo.desk import seed
from muniment.desk.archive import actions as archive
from muniment.desk.desk import Desk, open_desk
from muniment.desk.people.demonstration import ORIGIN, SIGN_INS
from muniment.desk.schema import make_desk, use
from muniment.record.errors import Refused
from tests.archives import Place
from tests.desk.people.helpers import browser, entries
from tests.firms import home_of, let_go

READERS = {"winnie.au", "desmond.tse", "candy.lo", "e.visitor"}


@pytest.fixture(scope="module")
def seeded(fast_folders: Callable[[], Path]) -> Place:
    """An archive of the demonstration's origin without a message, with its desk."""
    folder = fast_folders()
    place = Place(folder / "home", folder / "keys")
    archive.create(place.home, place.keys, ORIGIN, "system:test")
    let_go()
    make_desk(home_of(place))
    with open_desk(place.home, place.keys, "system:test") as desk:
        seed(desk, date(2026, 3, 20))
    let_go()
    return place


@pytest.fixture
def demonstration(seeded: Place, fast_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A copy of it, to which Django and the environment point."""
    place = seeded.copy(fast_path)
    monkeypatch.setenv("MUNIMENT_HOME", str(place.home))
    monkeypatch.setenv("MUNIMENT_KEYS", str(place.keys))
    let_go()
    use(home_of(place))
    with open_desk(place.home, place.keys, "system:test") as desk:
        yield desk
    let_go()


def test_an_unknown_visitor_is_offered_the_roles_and_enters_with_one_click(demonstration: Desk) -> None:
    for name in SIGN_INS:
        client = browser()
        assert client.get("/people/").headers["Location"] == "/demo/"
        page = client.get("/demo/").content.decode()
        assert f'action="/demo/{name}/"' in page
        assert client.post(f"/demo/{name}/").status_code == 302
        assert client.get("/account/").status_code == 200

    signed = [each.object for each in entries(demonstration) if each.act == "signin"]
    assert signed == [f"user:{name}" for name in SIGN_INS]


def test_entering_takes_a_token_of_the_page(demonstration: Desk) -> None:
    stranger = browser(enforce_csrf_checks=True)

    assert stranger.get("/demo/winnie.au/").status_code == 405
    assert stranger.post("/demo/winnie.au/").status_code == 403
    assert stranger.get("/account/").headers["Location"] == "/demo/"


def test_each_role_holds_what_it_says_and_keepers_hold_no_content(demonstration: Desk) -> None:
    from muniment.desk.authority import Capability
    from muniment.desk.people.access import authority_of
    from muniment.desk.people.models import User

    reading = {user.name for user in User.objects.all() if authority_of(user, {}).holds(Capability.READ)}
    unscoped = {
        user.name
        for user in User.objects.filter(name__in=reading)
        if authority_of(user, {}).require(Capability.READ) is None
    }

    assert reading == READERS
    assert unscoped == {"winnie.au", "candy.lo"}


def test_a_real_archive_cannot_be_made_a_demonstration(desk: Desk) -> None:
    from muniment.desk.people import actions

    with pytest.raises(Refused, match="not a demonstration"):
        actions.set_firm(desk, "Harbour", "UTC", demonstration=True)
