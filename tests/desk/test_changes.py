"""Every change: the audit log holds its act in the name of who made it, and the same request from a stranger changes nothing.

The cases stand in tests/desk/routes/changes.py; an address that takes POST, or an act, that has none fails here.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import tests.desk.routes.house  # noqa: F401  # sets Django up, which the next ask
from muniment.desk.audit.sentences import SENTENCES
from tests.desk.routes.addresses import Route, ask, body
from tests.desk.routes.changes import APART, BY_THE_WORKER, CHANGES, WITHOUT_ENTRY, Change, Sent
from tests.desk.routes.house import VISITORS, Furnished, House, at_home, stranger
from tests.desk.test_routes import GUARDED, READS

if TYPE_CHECKING:
    from django.test import Client

HERE = "tests/desk/routes/changes.py"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def house(furnished: Furnished, fast_folders: Callable[[], Path]) -> Iterator[House]:
    with at_home(furnished, furnished.place.copy(fast_folders())) as opened:
        yield opened


def route_of(name: str) -> Route:
    """The address of a case."""
    (found,) = (route for route in GUARDED if route.name == name)
    return found


def send(house: House, browser: "Client", route: Route, sent: Sent) -> Any:
    """What a case says, asked by whoever sits at a browser."""
    path = house.address(route, sent.parts) + (f"?{sent.query}" if sent.query else "")
    for each in sent.data.values():
        if hasattr(each, "seek"):
            each.seek(0)
    if sent.as_json:
        return browser.post(path, dict(sent.data), content_type="application/json")
    return browser.post(path, dict(sent.data))


def refusal(said: str) -> str:
    """What a page has to say, without the frame around it."""
    return " ".join(re.sub(r"<[^>]+>", " ", said.partition("<main")[2]).split())[:600]


@pytest.mark.parametrize("case", CHANGES, ids=[each.name for each in CHANGES])
def test_a_change_is_entered_and_the_same_from_a_stranger_is_not_made(house: House, case: Change) -> None:
    route, sent = route_of(case.route), case.make(house)
    first = len(house.acts(case.by))
    barred = [name for name, visitor in VISITORS.items() if not visitor.holds(route)] + list(case.also)
    browsers = {name: house.browser(name) for name in (*barred, case.by)}
    before = house.state()
    answer = send(house, stranger(), route, sent)
    assert answer.status_code == (401 if route.of_the_api else 302)
    assert route.of_the_api or answer.headers["Location"].startswith("/sign-in/")
    for name in barred:
        answer = send(house, browsers[name], route, sent)
        assert answer.status_code == 404 or (answer.status_code == 302 and name in case.also), (name, answer)
    assert house.state() == before, f"{case.route} changed something, or entered it, for {barred}"

    answer = send(house, browsers[case.by], route, sent)
    said = body(answer)
    assert answer.status_code in (200, 302), (case.route, refusal(said))
    made = tuple(house.acts(case.by)[first:])
    assert made == case.acts, f"{case.route} entered {made}, and {HERE} says {case.acts}: {refusal(said)}"


def test_every_address_that_changes_something_has_a_case() -> None:
    changing = {route.name for route in GUARDED if route.takes("POST")}
    told = {case.route for case in CHANGES} | set(WITHOUT_ENTRY)
    assert changing - told == set(), (
        f"write a case for each in {HERE}, or why it leaves no entry in WITHOUT_ENTRY there"
    )
    assert told - changing == set(), f"these take no POST any more: take them out of {HERE}"


def test_every_act_is_entered_by_a_case() -> None:
    cased = {act for case in CHANGES for act in case.acts}
    told = cased | set(READS.values()) | set(BY_THE_WORKER) | set(APART)
    assert set(SENTENCES) - told == set(), (
        f"write a case that enters each in {HERE}; a page that is read stands in READS in tests/desk/test_routes.py;"
        f" what no page enters stands in APART in {HERE}, with the test that looks for it"
    )
    assert told - set(SENTENCES) == set()
    for act, file in APART.items():
        assert act not in cased, f"{act} has a case: take it out of APART in {HERE}"
        assert f'"{act}"' in (ROOT / file).read_text("utf-8"), f"{file} does not name {act}: APART in {HERE} says so"


def test_what_the_worker_did_is_entered_in_the_name_of_who_asked(house: House) -> None:
    for act, name in BY_THE_WORKER.items():
        assert act in house.acts(name), (act, name)


@pytest.mark.parametrize("name", ["compliance", "records", "administrator"])
def test_an_empty_form_never_fails(furnished: Furnished, fast_folders: Callable[[], Path], name: str) -> None:
    with at_home(furnished, furnished.place.copy(fast_folders())) as house:
        for route in GUARDED:
            if route.takes("POST") and VISITORS[name].holds(route):
                answer = ask(house.browser(name), "POST", house.address(route))
                assert answer.status_code < 500, (name, route.pattern)
                body(answer)  # a file that is handed out is closed behind its last byte
