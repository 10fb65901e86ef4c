"""Every address, method and role: a door at each, strangers turned away, no content for who gives access, an entry for each read.

The addresses are those that Django knows, so that a new page stands in this walk the day it is added, and fails it without a
door. What has no door stands in OPEN with its reason. What POST changes is walked by test_changes.py.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from muniment.desk.authority import Capability as Can
from muniment.desk.people.roles import CAPABILITIES, CONTENT
from tests.desk.routes.addresses import API, Route, ask, body, routes
from tests.desk.routes.house import CANARIES, HIDDEN, VISITORS, WRITTEN, Furnished, House, Visitor, at_home, stranger
from tests.firms import browser_of

if TYPE_CHECKING:
    from django.test import Client

OPEN = {
    "people:welcome": "the first sign-in, by a code that works once",
    "people:demonstration": "the roles of a demonstration; 404 in a real archive",
    "people:enter_demonstration": "the same",
    "dashboard:begin": "set-up, by the code of the terminal; 404 once somebody can sign in",
    "dashboard:begin_firm": "the same",
    "dashboard:begin_people": "the same",
    "language": "keeps a language in a cookie",
    "api:api-root": "there is nothing there",
    "channels:deliver": "platforms deliver here, authenticated by their connector; 404 for an address that is not on",
    "channels:relay": "the firm's programs send through here with the key of a connection; 404 for an address that is not on",
    "channels:told": "the same, for what they sent by themselves",
    "channels:push": "programs deliver here with the key of a source; 401 without",
}
"""What has no door of ours, and why; so have the sign-in library's own pages, below sign-in/."""

QUIET = {
    "archive:guess": "a form; what it asks for is an entry",
    "archive:own-guess": "the same",
    "dashboard:home": "no content: what needs attention",
    "dashboard:attention": "no content",
    "dashboard:setup": "no content",
    "dashboard:system": "no content",
    "dashboard:jobs": "no content",
    "dashboard:keys": "no content: a form",
    "dashboard:firm": "a form",
    "archive:forget": "a form: the search that one saved oneself",
    "channels:list": "no content: accounts, times, counts",
    "channels:gaps": "no content: reasons, times, numbers",
    "channels:choose": "no content: names of connectors",
    "channels:start": "a form",
    "channels:settings_of": "a form",
    "channels:health": "no content: times and counts",
    "channels:records": "no content: numbers of records and times",
    "channels:files": "no content: times and codes",
    "channels:platform": "no content: an address",
    "channels:change": "a form",
    "channels:test": "no content: the words of a test message",
    "channels:test_state": "the same, asked for again and again",
    "imports:running": "progress, asked for again and again; the page around it has its entry",
    "imports:progress": "the same",
    "imports:job": "no content: how far an import has come",
    "productions:progress": "the same",
    "imports:new": "a form",
    "imports:accounts": "no content: names of accounts and counts",
    "imports:add_account": "a form",
    "imports:hand-in": "a form",
    "imports:handed": "no content: when a form of one's own came",
    "productions:new": "a form; its preview counts, which is an entry",
    "register:list": "no content: names of channels",
    "register:people": "no content: who may use which channel",
    "register:add_channel": "a form",
    "register:channel": "no content: what was decided",
    "register:devices": "no content",
    "register:add_device": "a form",
    "register:device": "no content: who has it",
    "register:change_device": "a form",
    "register:postures": "no content",
    "register:add_posture": "a form",
    "register:posture": "no content: what was looked at",
    "people:add": "a form",
    "people:feed": "a form",
    "people:groups": "no content: names of desks",
    "people:group": "no content: who is in a desk",
    "people:add_group": "a form",
    "people:access": "no content: who can sign in",
    "people:add_user": "a form",
    "people:user": "no content",
    "people:new_token": "a form",
    "people:account": "one's own sign-in",
    "api:me": "one's own sign-in",
    "api:needs": "no content",
    "api:system": "no content",
    "api:accounts": "no content: names of accounts and counts",
    "api:connections": "no content: accounts, times, counts",
    "api:gaps": "no content: reasons, times, numbers",
    "api:register": "no content: channels, people, devices and posture",
    "api:openapi-json": "the description",
}
"""Pages that leave no entry when they are read, and why. A page stands here or in READS."""

READS = {
    "archive:search": "search",
    "archive:narrow": "search.narrow",
    "archive:names": "search.suggest",
    "archive:saved": "search",
    "archive:conversation": "conversation.read",
    "archive:event": "event.read",
    "archive:media": "attachment.read",
    "archive:sound": "attachment.play",
    "archive:text": "attachment.text",
    "archive:proof": "record.read",
    "archive:raw": "record.download",
    "archive:proof-file": "proof.download",
    "archive:own": "search",
    "archive:members": "members.read",
    "archive:own-conversation": "conversation.read",
    "archive:own-members": "members.read",
    "archive:own-event": "event.read",
    "archive:own-media": "attachment.read",
    "archive:own-sound": "attachment.play",
    "archive:own-text": "attachment.text",
    "audit:log": "audit.read",
    "audit:entry": "audit.entry",
    "audit:export": "audit.export",
    "imports:list": "imports.read",
    "imports:check": "import.preview",
    "imports:detail": "import.read",
    "imports:vanished": "import.parts",
    "imports:parts": "import.parts",
    "imports:account": "account.read",
    "imports:handles": "handles.read",
    "imports:assign": "handle.read",
    "people:list": "people.read",
    "people:person": "person.read",
    "people:change": "person.read",
    "productions:list": "productions.read",
    "productions:detail": "production.read",
    "api:search": "search",
    "api:own": "search",
    "api:count": "search.count",
    "api:facets": "search.narrow",
    "api:events": "search",
    "api:conversation": "conversation.read",
    "api:conversation_members": "members.read",
    "api:audience": "event.read",
    "api:record": "record.read",
    "api:proof": "proof.download",
    "api:raw": "record.download",
    "api:imports": "imports.read",
    "api:one": "import.read",
    "api:account": "account.read",
    "api:listing": "productions.read",
    "api:detail": "production.read",
    "api:people": "people.read",
    "api:person": "person.read",
    "api:log": "audit.read",
    "api:entry": "audit.entry",
}
"""The act under which each page that shows something is entered, before it is shown."""

ASKED = {
    "archive:search": {"q": "term sheet"},
    "archive:narrow": {"q": "term sheet"},
    "archive:names": {"field": "from", "begins": "l", "q": "from:l"},
    "channels:settings_of": {"account": "another number"},
    "imports:assign": {"channel": "ndjson", "native": "amy"},
}
"""What a page must be asked for before it shows anything."""

EVERYBODY = frozenset(VISITORS)
HOME = frozenset({"compliance", "records"})
ONES_OWN = (frozenset({"adviser"}), 404, "of the person who stands behind the sign-in")
KEPT = (frozenset({"compliance"}), 404, "of whoever saved the search")
ONLY: dict[str, tuple[frozenset[str], int, str]] = {
    "dashboard:home": (HOME, 302, "the others land where they work"),
    "dashboard:setup": (HOME | {"administrator", "it"}, 404, "of who has to do with the set-up"),
    "imports:handles": (HOME | {"administrator"}, 404, "of who imports or keeps people"),
    "archive:saved": KEPT,
    "archive:forget": KEPT,
    "imports:handed": ONES_OWN,
    "archive:own-conversation": ONES_OWN,
    "archive:own-members": ONES_OWN,
    "archive:own-event": ONES_OWN,
    "archive:own-media": ONES_OWN,
    "archive:own-sound": ONES_OWN,
    "archive:own-text": ONES_OWN,
    "archive:own-guess": ONES_OWN,
}
"""Pages that do not open for everybody who passes their door: for whom they do, what the others are answered, and why."""

ONE_THING = {
    "archive:conversation",
    "archive:members",
    "archive:event",
    "archive:media",
    "archive:sound",
    "archive:text",
    "archive:guess",
    "archive:proof",
    "archive:raw",
    "archive:proof-file",
    "productions:detail",
    "productions:progress",
    "api:conversation",
    "api:conversation_members",
    "api:audience",
    "api:record",
    "api:proof",
    "api:raw",
    "api:detail",
}
"""Pages of one thing: who has a scope that it is not in finds nothing there. Lists are empty for them."""

GUARDED = [route for route in routes() if not route.of_the_library and route.name not in OPEN]
ROLES = [name for name, visitor in VISITORS.items() if visitor.scope is None]
HERE = "tests/desk/test_routes.py"


@pytest.fixture(scope="module")
def house(furnished: Furnished, fast_folders: Callable[[], Path]) -> Iterator[House]:
    with at_home(furnished, furnished.place.copy(fast_folders())) as opened:
        yield opened


def expected(visitor: Visitor, route: Route) -> int:
    """What a visitor is answered who asks for a page."""
    if not visitor.holds(route):
        return 404
    if route.name in ONLY:
        opens, otherwise, _ = ONLY[route.name]
        return 200 if visitor.name in opens else otherwise
    outside = visitor.scope is not None and route.wants in (Can.READ, Can.PRODUCE)
    return 404 if outside and route.name in ONE_THING else 200


# ── The tables say all there is ──────────────────────────────────────────────────────────────────────────────────────


def test_every_address_has_a_door_or_a_reason() -> None:
    known = {route.name for route in routes()}
    assert set(OPEN) <= known, f"these are no addresses any more: take them out of OPEN in {HERE}"
    assert set(API) <= known, "these are no addresses any more: take them out of API in tests/desk/routes/addresses.py"
    doorless = {route.name for route in GUARDED if route.door is None}
    assert doorless == set(), (
        f"these have no door: give a page the decorator of desk/people/door.py, or its reason to OPEN in {HERE};"
        " name what an operation of the API asks for in API in tests/desk/routes/addresses.py"
    )


def test_a_page_without_a_door_is_noticed() -> None:
    from django.http import HttpRequest, HttpResponse

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert Route("new:page", "new/", page).door is None


def test_every_page_is_entered_when_it_is_read_or_says_why_not() -> None:
    pages = {route.name for route in GUARDED if route.takes("GET")}
    told = set(READS) | set(QUIET)
    assert pages - told == set(), f"name the act that each enters in READS, or its reason in QUIET, both in {HERE}"
    assert told - pages == set(), f"these are no pages any more: take them out of READS and QUIET in {HERE}"
    assert set(READS) & set(QUIET) == set()


def test_every_page_opens_for_somebody() -> None:
    for route in GUARDED:
        if route.takes("GET"):
            opens = [name for name, visitor in VISITORS.items() if expected(visitor, route) == 200]
            assert opens, (
                f"{route.name} opens for nobody: let somebody in, in ONLY or VISITORS ({HERE} and routes/house.py)"
            )
    assert {name for name in (*ONLY, *ONE_THING, *ASKED) if name not in {route.name for route in GUARDED}} == set()


# ── Strangers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def ended(house: House) -> "Client":
    """The browser of somebody who could sign in until a moment ago."""
    from muniment.desk.people.models import User

    user = User.objects.create(name="the-ended")
    browser = browser_of(user)
    user.is_active = False
    user.save()
    return browser


@pytest.mark.parametrize("kind", ["nobody", "ended"])
def test_who_has_not_signed_in_is_sent_to_sign_in(house: House, kind: str) -> None:
    browser = stranger() if kind == "nobody" else ended(house)
    before = house.entries()
    for route in GUARDED:
        path = house.address(route)
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = ask(browser, method, path)
            if route.of_the_api:
                assert answer.status_code in (401, 405), (method, path)
            else:
                assert answer.status_code == 302, (method, path)
                assert answer.headers["Location"].startswith("/sign-in/"), (method, path)
            assert found_in(body(answer), CANARIES) == [], (method, path)
    assert house.entries() == before


def test_what_is_open_gives_nothing_away_and_does_not_fail(house: House) -> None:
    for route in routes():
        if not route.of_the_library and route.name not in OPEN:
            continue
        for method in ("GET", "POST"):
            answer = ask(stranger(), method, house.address(route))
            assert answer.status_code < 500, route
            assert found_in(body(answer), CANARIES) == [], route


# ── Everybody else ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(VISITORS))
def test_everybody_opens_their_own_doors_and_no_others_and_each_read_is_entered(house: House, name: str) -> None:
    visitor, browser = VISITORS[name], house.browser(name)
    first, read = house.desk.archive.audit.log.checkpoint().size, Counter[str]()
    for route in GUARDED:
        if not route.takes("GET"):
            continue
        before = house.entries()
        answer = ask(browser, "GET", house.address(route), ASKED.get(route.name, {}))
        said = body(answer)
        assert answer.status_code == expected(visitor, route), (
            name,
            route.pattern,
            f"where a page does not open for everybody who passes its door, ONLY in {HERE} says for whom",
        )
        assert found_in(said, HIDDEN.get(name, frozenset())) == [], (name, route.pattern)
        if answer.status_code != 200:
            assert house.entries() == before, (name, route.pattern)
            assert not route.of_the_api or answer.json()["code"] == "not_found", (name, route.pattern)
        elif route.name in READS:
            assert house.entries() > before, (name, route.pattern)
            read[READS[route.name]] += 1
        else:
            assert found_in(said, WRITTEN) == [], f"{route.name} shows content: READS in {HERE} names its act"
    assert read - Counter(house.acts(name, first)) == Counter(), f"entered less often than READS in {HERE} says"


def test_what_is_walked_holds_what_people_wrote(house: House) -> None:
    """So that its absence elsewhere says something."""
    browser = house.browser("compliance")
    said = [
        body(ask(browser, "GET", f"/api/v1/{page}")) for page in ("events?limit=200", "productions", "audit?limit=200")
    ]
    said += [
        body(ask(browser, "GET", house.address(route)))
        for route in GUARDED
        if route.name in ("archive:text", "archive:saved")
    ]
    assert CANARIES - set(found_in("\n".join(said), CANARIES)) == set()


def test_a_closed_door_is_closed_to_whoever_asks_for_its_head_alone(house: House) -> None:
    browser, before = house.browser("adviser"), house.entries()
    for route in GUARDED:
        if route.takes("HEAD") and not VISITORS["adviser"].holds(route):
            assert ask(browser, "HEAD", house.address(route)).status_code == 404, route.pattern
    assert house.entries() == before


@pytest.mark.parametrize("name", ROLES)
def test_content_is_closed_to_who_has_shown_one_factor_alone(house: House, name: str) -> None:
    from muniment.desk.people.models import User

    assert CONTENT & CAPABILITIES[VISITORS[name].role]
    browser = browser_of(User.objects.get(pk=house.users[name]))
    session = browser.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    for route in GUARDED:
        if route.name in UNFINISHED or not VISITORS[name].holds(route):
            continue
        answer = ask(browser, route.door[1][0] if route.door else "GET", house.address(route))
        assert answer.status_code in ((401, 403) if route.of_the_api else (302, 403)), (name, route.pattern)
        assert found_in(body(answer), CANARIES) == [], (name, route.pattern)


UNFINISHED = {"people:account", "people:end_own_sign_in", "people:revoke_own_token"}
"""Where the second factor is added, and what somebody can end who has lost it."""


def test_every_address_turns_other_methods_away(house: House) -> None:
    browser = house.browser("compliance")
    for route in GUARDED:
        same = {each for other in GUARDED if other.pattern == route.pattern and other.door for each in other.door[1]}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - same:
            assert ask(browser, method, house.address(route)).status_code in (403, 404, 405), (method, route.pattern)


def found_in(said: str, looked_for: frozenset[str]) -> list[str]:
    """Those that stand in a page, as they are, escaped as in HTML, or as in JSON."""
    return sorted(each for each in looked_for if any(form in said for form in forms_of(each)))


@cache
def forms_of(text: str) -> frozenset[str]:
    """How a text may stand in an answer."""
    return frozenset({text, escape(text), json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]})
