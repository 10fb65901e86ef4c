"""Every address, method and role: a door at each, strangers turned away, no content for who gives access, an entry for each read.

The addresses are those that Django knows, so that a new page stands in this walk the day it is added, and fails it without a
door. What has no door stands in OPEN with its reason.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import django
import pytest

from muniment.capture.archive import open_archive
from muniment.desk.desk import Desk
from muniment.desk.people.roles import CAPABILITIES, CONTENT, Role
from tests.archives import Place
from tests.firms import LEE, WHATSAPP, ZHAO, Firm, MakeUser, browser_of

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
django.setup()

from muniment.desk.archive.actions import settle  # noqa: E402
from muniment.desk.channels import actions as channels  # noqa: E402

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
    "productions:progress": "the same",
    "imports:new": "a form",
    "imports:accounts": "no content: names of accounts and counts",
    "imports:add_account": "a form",
    "imports:hand-in": "a form",
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
    "people:change": "a form",
    "people:access": "no content: who can sign in",
    "people:add_user": "a form",
    "people:user": "no content",
    "people:new_token": "a form",
    "people:account": "one's own sign-in",
    "api:me": "one's own sign-in",
    "api:attention": "no content",
    "api:needs": "no content",
    "api:system": "no content",
    "api:accounts": "no content: names of accounts and counts",
    "api:connections": "no content: accounts, times, counts",
    "api:gaps": "no content: reasons, times, numbers",
    "api:register": "no content: channels, people, devices and posture",
    "api:openapi-json": "the description",
}
"""Pages that leave no entry when they are read, and why."""

CANARIES = sorted(
    {str(line["text"]) for line in (*LEE, *ZHAO) if len(str(line["text"])) > 6}
    | {line.split(": ", 1)[1] for line in WHATSAPP.splitlines() if ": " in line}
)
"""What people wrote in the small firm."""

ASKED = {
    "archive:search": {"q": "term sheet"},
    "archive:narrow": {"q": "term sheet"},
    "archive:names": {"field": "from", "begins": "l", "q": "from:l"},
}
"""What a page must be asked for before it reads anything."""

UNTIL = str(datetime.now(UTC).date() + timedelta(days=30))

CHANGES: dict[str, tuple[str, dict[str, str]]] = {
    "archive:save": ("reviewer", {"name": "mine", "q": "term", "zone": "UTC"}),
    "channels:settings_of": ("it", {"set_app_secrets": "one", "set_access_token": "two"}),
    "channels:make_secrets": ("it", {}),
    "channels:on": ("it", {}),
    "channels:change": ("it", {}),
    "channels:quiet": ("it", {"minutes": "40", "first": "8", "end": "20"}),
    "channels:owner": ("it", {"owner": "1001"}),
    "channels:address": ("it", {}),
    "channels:canary": ("it", {}),
    "dashboard:check": ("it", {}),
    "dashboard:seal": ("it", {}),
    "dashboard:firm": ("administrator", {"name": "Harbour Crest", "zone": "Asia/Hong_Kong"}),
    "dashboard:download_keys": ("it", {"passphrase": "a long passphrase", "again": "a long passphrase"}),
    "imports:add_account": ("records", {"name": "new phone", "connector": "whatsapp"}),
    "register:add_channel": ("records", {"name": "WhatsApp", "connectors": "whatsapp"}),
    "register:add_device": ("it", {"label": "P-1", "kind": "phone"}),
    "people:add": ("compliance", {"key": "9", "name": "New", "kind": "employee"}),
    "people:add_group": ("compliance", {"key": "G9", "name": "New", "kind": "group"}),
    "people:change": ("compliance", {"name": "Other", "kind": "employee"}),
    "people:add_handle": ("compliance", {"channel": "whatsapp", "native": "+85290000000"}),
    "people:add_user": ("administrator", {"name": "new.user", "display": "New"}),
    "people:new_code": ("administrator", {}),
    "people:new_token": ("compliance", {"name": "a program", "until": UNTIL}),
    "people:give": ("administrator", {"role": "adviser"}),
    "people:end_user": ("administrator", {}),
}
"""Changes that are made here, by whom and with what: each must be entered."""

ASIDE = {"channels:settings_of": "?account=the+number"}
"""What stands in the address of a form beside the route."""

ELSEWHERE = {
    "archive:forget": "tests/desk/archive, needs a saved search",
    "archive:guess": "tests/desk/archive/test_guesses.py, needs an engine",
    "archive:own-guess": "the same",
    "channels:start": "tests/desk/channels: the first step makes nothing",
    "channels:off": "tests/desk/channels, needs one that is on",
    "dashboard:finish": "tests/desk/dashboard/test_setup.py, needs an archive that is being set up",
    "dashboard:prove_keys": "tests/desk/dashboard/test_system.py, needs a file",
    "imports:new": "tests/desk/imports, needs a file",
    "imports:check": "tests/desk/imports, needs a file that waits",
    "imports:discard": "tests/desk/imports, needs a file that waits",
    "imports:hold": "tests/desk/imports",
    "imports:release": "tests/desk/imports, needs a holder",
    "imports:assign": "tests/desk/imports, needs a handle",
    "imports:disregard": "tests/desk/imports, needs a handle",
    "imports:hand-in": "tests/desk/imports, needs a token",
    "people:feed": "tests/desk/people, needs a file",
    "people:add_member": "tests/desk/people",
    "people:end_member": "tests/desk/people, needs a member",
    "people:end": "tests/desk/people, needs something that ends",
    "people:tie": "tests/desk/people",
    "people:end_grant": "tests/desk/people, needs a grant",
    "people:end_sign_in": "tests/desk/people, needs a sign-in",
    "people:revoke_token": "tests/desk/people/test_tokens.py, needs a token",
    "people:revoke_own_token": "tests/desk/people/test_tokens.py, needs a token",
    "people:end_own_sign_in": "tests/desk/people, needs a sign-in",
    "people:account": "tests/desk/people: how one reads is no entry",
    "register:decide": "tests/desk/register, needs a channel",
    "register:assess": "tests/desk/register, needs a channel",
    "register:cover": "tests/desk/register, needs a channel",
    "register:register": "tests/desk/register, needs a channel",
    "register:end_registration": "tests/desk/register, needs a registration",
    "register:change_device": "tests/desk/register, needs a device",
    "register:issue": "tests/desk/register, needs a device",
    "register:take_back": "tests/desk/register, needs a device",
    "register:see": "tests/desk/register, needs a device",
    "register:remove_device": "tests/desk/register, needs a device",
    "register:add_posture": "tests/desk/register, needs a device or account",
    "register:show": "tests/desk/register, needs an item",
    "register:drop": "tests/desk/register, needs an item",
    "productions:new": "tests/desk/productions",
    "productions:download": "tests/desk/productions, needs a bundle",
    "productions:remove": "tests/desk/productions, needs a bundle",
    "productions:take_back": "tests/desk/productions, needs a job",
}
"""Changes that need more than a form, and where they are made in the tests."""

EXAMINER_UNTIL = "2099-01-01"


@dataclass(frozen=True)
class Route:
    """One address."""

    name: str
    pattern: str
    view: Any = field(repr=False)
    kwargs: tuple[str, ...] = ()

    @property
    def door(self) -> Any:
        return getattr(self.view, "door", None)


def routes() -> list[Route]:
    """Every address that Django knows."""
    from django.urls import get_resolver

    def walk(patterns: Any, before: str, space: str) -> Iterator[Route]:
        for each in patterns:
            if hasattr(each, "url_patterns"):
                inner = f"{space}{each.namespace}:" if each.namespace else space
                yield from walk(each.url_patterns, before + str(each.pattern), inner)
            else:
                pattern = before + str(each.pattern)
                names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
                yield Route(f"{space}{each.name}", pattern, each.callback, names)

    return list(walk(get_resolver().url_patterns, "", ""))


def of_the_library(route: Route) -> bool:
    return route.pattern.startswith("sign-in/")


def of_the_api(route: Route) -> bool:
    return route.pattern.startswith("api/v1/") and route.name not in ("api:openapi-json", "api:api-root")


def capability(route: Route) -> Any:
    return route.door[0] if route.door else None


GUARDED = [route for route in routes() if not of_the_library(route) and route.name not in OPEN]
ROLES = [role.value for role in Role]


@dataclass
class House:
    """The small firm with somebody of each role, and samples of everything that an address can name."""

    place: Place
    samples: dict[str, Any]
    browsers: dict[str, "Client"]

    def address(self, route: Route) -> str:
        from django.urls import reverse

        return reverse(route.name, kwargs={name: self.sample(route, name) for name in route.kwargs})

    def sample(self, route: Route, name: str) -> Any:
        for prefix, values in self.samples.items():
            if route.pattern.startswith(prefix) and name in values:
                return values[name]
        return self.samples[""][name]

    def entries(self) -> int:
        """How many entries there are, sealed or waiting in either queue."""
        with open_archive(self.place.home, self.place.keys) as archive:
            return archive.audit.log.checkpoint().size + archive.audit_backlog()[0]


@pytest.fixture
def house(place: Place, firm: Firm, desk: Desk, user_as: MakeUser) -> House:
    browsers = {}
    for role in ROLES:
        until = EXAMINER_UNTIL if role == Role.EXAMINER else None
        browsers[role] = fresh(browser_of(user_as(role, name=f"the-{role}", until=until)))
    connected = channels.connect(desk, "our own system", "ndjson", {})
    settle(desk)
    run = desk.catalog.execute
    leaf, conversation = run("SELECT leaf, conversation FROM event ORDER BY leaf LIMIT 1").fetchone()
    (attached,) = run("SELECT leaf FROM event WHERE body LIKE ?", ("%chart.png%",)).fetchone()
    (source,) = run("SELECT source FROM account ORDER BY name LIMIT 1").fetchone()
    (imported,) = run("SELECT object FROM audit_entry WHERE act = 'import' ORDER BY leaf LIMIT 1").fetchone()
    common = {
        "leaf": leaf, "ordinal": 0, "place": 0, "source": source, "identifier": imported, "kind": "csv", "log": "audit",
        "row": 1, "holding": 1, "number": 1, "search": 1, "fate": "stored", "what": "messages", "upload": "a" * 32,
        "token": "a" * 32, "name": "nobody", "talk": conversation, "provider_id": "firm", "pk": 1,
    }  # fmt: skip
    samples = {
        "conversations/": {"number": conversation},
        "own/conversations/": {"number": conversation},
        "people/desks/": {"number": firm.desk, "what": "members"},
        "people/": {"number": firm.lee, "what": "handles"},
        "proofs/": {"leaf": 0},
        "media/": {"leaf": attached, "place": 1},
        "own/media/": {"leaf": attached, "place": 1},
        "texts/": {"leaf": attached, "place": 1},
        "own/texts/": {"leaf": attached, "place": 1},
        "hooks/": {"connector": "ndjson", "hook": "0" * 32, "path": "v23.0/7001/messages"},
        "capture/connect/": {"connector": "whatsapp_cloud"},
        "capture/": {"source": connected, "state": "waiting", "day": "2026-11-20", "what": "received"},
        "audit/": {"leaf": 0},
        "api/v1/audit/": {"leaf": 0},
        "api/v1/people/": {"number": firm.lee},
        "": common,
    }
    return House(place, samples, browsers)


def fresh(browser: "Client") -> "Client":
    """The same browser, whose user has shown their second factor just now."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return browser


def ask(browser: "Client", method: str, path: str, data: Mapping[str, str] = MappingProxyType({})) -> Any:
    given = urlencode(data)
    if method != "POST":
        return browser.generic(method, f"{path}?{given}" if given else path)
    return browser.generic(method, path, data=given, content_type="application/x-www-form-urlencoded")


def body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "replace"))


def test_every_address_has_a_door_or_a_reason() -> None:
    assert {name for name in OPEN if name not in {route.name for route in routes()}} == set()
    doorless = {route.name for route in GUARDED if not of_the_api(route) and route.door is None}
    assert doorless == set()


def test_a_page_without_a_door_is_noticed() -> None:
    from django.http import HttpRequest, HttpResponse

    def page(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    assert Route("new:page", "new/", page).door is None


def test_every_reason_is_still_needed() -> None:
    assert {name for name in QUIET if name not in {route.name for route in routes()}} <= {"api:attention"}


def stranger(kind: str, house: House, user_as: MakeUser) -> "Client":
    from django.test import Client

    if kind == "nobody":
        return Client(SERVER_NAME="127.0.0.1")
    user = user_as("compliance", name="the-ended")
    browser = browser_of(user)
    user.is_active = False
    user.save()
    return browser


@pytest.mark.parametrize("kind", ["nobody", "ended"])
def test_who_has_not_signed_in_is_sent_to_sign_in(house: House, user_as: MakeUser, kind: str) -> None:
    browser = stranger(kind, house, user_as)
    before = house.entries()
    for route in GUARDED:
        path = house.address(route)
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = ask(browser, method, path)
            if route.name.startswith("api:"):
                assert answer.status_code in (401, 405), (method, path)
            else:
                assert answer.status_code == 302, (method, path)
                assert answer.headers["Location"].startswith("/sign-in/"), (method, path)
            assert not any(canary in body(answer) for canary in CANARIES), (method, path)
    assert house.entries() == before


def test_what_is_open_gives_nothing_away_and_does_not_fail(house: House) -> None:
    from django.test import Client

    for route in routes():
        if not of_the_library(route) and route.name not in OPEN:
            continue
        for method in ("GET", "POST"):
            answer = ask(Client(SERVER_NAME="127.0.0.1"), method, house.address(route))
            assert answer.status_code < 500, route
            assert not any(canary in body(answer) for canary in CANARIES), route


@pytest.mark.parametrize("role", ROLES)
def test_a_role_finds_nothing_behind_the_doors_that_are_not_its_own(house: House, role: str) -> None:
    browser = house.browsers[role]
    before = house.entries()
    for route in GUARDED:
        if capability(route) is None or capability(route) in CAPABILITIES[Role(role)]:
            continue
        for method in route.door[1]:
            answer = ask(browser, method, house.address(route))
            assert answer.status_code == 404, (role, method, route.pattern)
            assert method == "HEAD" or not any(canary in body(answer) for canary in CANARIES)
    assert house.entries() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_its_own_doors_and_each_read_of_content_is_entered(house: House, role: str) -> None:
    browser, opened = house.browsers[role], 0
    for route in GUARDED:
        if capability(route) is not None and capability(route) not in CAPABILITIES[Role(role)]:
            continue
        if route.door is not None and "GET" not in route.door[1]:
            continue
        before = house.entries()
        answer = ask(browser, "GET", house.address(route), ASKED.get(route.name, {}))
        assert answer.status_code < 500, (role, route.pattern)
        said = body(answer)
        if role in (Role.ADMINISTRATOR, Role.IT, Role.ADVISER):
            assert not any(canary in said for canary in CANARIES), (role, route.pattern)
        if any(canary in said for canary in CANARIES) or (answer.status_code == 200 and route.name not in QUIET):
            assert house.entries() > before, (role, route.pattern)
        opened += answer.status_code == 200
    assert opened >= 3


@pytest.mark.parametrize("role", ROLES)
def test_an_empty_form_never_fails(house: House, role: str) -> None:
    browser = house.browsers[role]
    for route in GUARDED:
        if route.door is None or "POST" not in route.door[1]:
            continue
        if capability(route) is not None and capability(route) not in CAPABILITIES[Role(role)]:
            continue
        assert ask(browser, "POST", house.address(route)).status_code < 500, (role, route.pattern)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_a_change_is_entered(house: House, user_as: MakeUser, name: str) -> None:
    role, data = CHANGES[name]
    (route,) = [route for route in GUARDED if route.name == name]
    house.samples["access/"] = {"number": user_as(None, name="somebody").pk}
    before = house.entries()
    answer = ask(house.browsers[role], "POST", house.address(route) + ASIDE.get(name, ""), data)

    assert answer.status_code in (200, 302), body(answer)
    assert house.entries() > before


def test_every_change_is_made_somewhere() -> None:
    changing = {route.name for route in GUARDED if route.door and "POST" in route.door[1]}
    assert changing == set(CHANGES) | set(ELSEWHERE)


def test_content_is_closed_to_who_has_shown_one_factor_alone(house: House) -> None:
    for role, browser in house.browsers.items():
        session = browser.session
        session["account_authentication_methods"] = [{"method": "password", "at": 0}]
        session.save()
        if not CONTENT & CAPABILITIES[Role(role)]:
            continue
        for route in GUARDED:
            if route.name in ("people:account", "people:end_own_sign_in"):
                continue  # where the second factor is added
            answer = ask(browser, "GET" if route.door is None else route.door[1][0], house.address(route))
            assert answer.status_code in (302, 401, 403, 404, 405), (role, route.pattern)
            assert not any(canary in body(answer) for canary in CANARIES)


def test_every_address_turns_other_methods_away(house: House) -> None:
    browser = house.browsers["compliance"]
    for route in GUARDED:
        if route.door is None:
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(route.door[1]):
            assert ask(browser, method, house.address(route)).status_code in (403, 404, 405), (method, route.pattern)
