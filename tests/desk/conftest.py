"""A small firm to look at (tests/firms.py), its people, and browsers of whoever a test wants to be."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

from muniment.desk.desk import Desk, open_desk
from muniment.desk.schema import use
from tests.archives import Place
from tests.firms import ClientAs, Firm, MakeUser, browser_of, home_of, let_go, make_firm

if TYPE_CHECKING:
    from django.test import Client

    from tests.desk.routes.house import Furnished


@pytest.fixture(scope="session")
def small_firm(tmp_path_factory: pytest.TempPathFactory) -> tuple[Place, Firm]:
    """The archive that nobody writes to; `place` is a copy of it."""
    return make_firm(tmp_path_factory.mktemp("firm"))


@pytest.fixture(scope="session")
def furnished(small_firm: tuple[Place, Firm], tmp_path_factory: pytest.TempPathFactory) -> "Furnished":
    """The small firm with something of every kind in it (tests/desk/routes/house.py); nobody writes to it."""
    from tests.desk.routes.house import furnish

    place, firm = small_firm
    return furnish(place.copy(tmp_path_factory.mktemp("furnished")), firm)


@pytest.fixture
def place(small_firm: tuple[Place, Firm], fast_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A copy of the small firm's archive, to which Django and the environment point for the length of a test."""
    copy = small_firm[0].copy(fast_path)
    monkeypatch.setenv("MUNIMENT_HOME", str(copy.home))
    monkeypatch.setenv("MUNIMENT_KEYS", str(copy.keys))
    let_go()
    use(home_of(copy))
    translation.deactivate()  # what a page spoke in an earlier test
    yield copy
    let_go()


@pytest.fixture
def firm(small_firm: tuple[Place, Firm], place: Place) -> Firm:
    """The people of the small firm."""
    return small_firm[1]


@pytest.fixture
def desk(place: Place) -> Iterator[Desk]:
    """The small firm's archive as the command line sees it: everything."""
    with open_desk(place.home, place.keys, "system:test") as opened:
        yield opened


@pytest.fixture
def user_as(place: Place) -> MakeUser:
    """`user_as(role, person=…, group=…, own=…, until=…)`: somebody who can sign in, with one role in that scope.

    `person` and `group` are whose messages the role opens (neither: everybody's), `own` is who stands behind the sign-in.
    """
    from muniment.desk.people.models import Grant, User

    def make(
        role: str | None,
        *,
        person: int | None = None,
        group: int | None = None,
        own: int | None = None,
        since: date | None = None,
        until: date | None = None,
        name: str | None = None,
        language: str = "",
    ) -> User:
        user = User.objects.filter(name=name).first() if name else None
        if user is None:
            user = User(name=name or f"{role or 'nobody'}{User.objects.count() + 1}", person_id=own, language=language)
            user.set_unusable_password()
            user.save()
        if role is not None:
            Grant.objects.create(user=user, role=role, person_id=person, group_id=group, since=since, until=until)
        return user

    return make


@pytest.fixture
def client_as(user_as: MakeUser) -> ClientAs:
    """`client_as(role, …)`: the browser of such a user, signed in with a second factor. Takes what `user_as` takes."""

    def sign_in(role: str | None = None, **more: Any) -> "Client":
        return browser_of(user_as(role, **more))

    return sign_in
