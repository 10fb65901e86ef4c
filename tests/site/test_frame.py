"""What stands around every page: the rail, the languages, the keys, and the pages of things that went wrong."""

from contextlib import closing
from hashlib import sha256
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from muniment.record.errors import Busy, MunimentError, NotFound, Refused, StorageFailed
from tests.archives import Place
from tests.firms import ClientAs

if TYPE_CHECKING:
    from django.test import Client

LANGUAGES = ("en", "zh-hant", "zh-hans")
pytestmark = pytest.mark.usefixtures("place")


class Page(HTMLParser):
    """What a page is made of: its elements and their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.keys: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data
        if self.elements and self.elements[-1][0] == "kbd":
            self.keys.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [has for name, has in self.elements if name == tag and wanted.items() <= has.items()]


def page_of(response: Any) -> Page:
    return Page(response.content.decode())


def browser() -> "Client":
    from django.test import Client

    return Client(SERVER_NAME="localhost")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_offers_the_others(language: str) -> None:
    client = browser()
    client.cookies["muniment-language"] = language
    page = page_of(client.get("/sign-in/"))
    assert page.all("html")[0]["lang"] == language
    buttons = page.all("button", name="language")
    assert {button["lang"] for button in buttons} == set(LANGUAGES)
    assert {button["value"] for button in buttons if "aria-current" in button} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_one_click_and_stays(language: str) -> None:
    client = browser()
    answer = client.post("/language/", {"language": language, "next": "/sign-in/"}, follow=True)
    assert page_of(answer).all("html")[0]["lang"] == language


def test_nothing_of_a_page_is_in_line_or_from_elsewhere(client_as: ClientAs) -> None:
    for response in (browser().get("/sign-in/"), client_as("compliance").get("/")):
        page = page_of(response)
        assert not [has for _, has in page.elements if "style" in has or any(name.startswith("on") for name in has)]
        assert not page.all("style")
        for tag, name in (("script", "src"), ("link", "href"), ("img", "src")):
            for has in page.all(tag):
                assert (has[name] or "").startswith("/static/"), has


def test_what_a_page_loads_is_there(client_as: ClientAs) -> None:
    client = client_as("compliance")
    page = page_of(client.get("/"))
    files = [has["src"] for has in page.all("script")] + [has["href"] for has in page.all("link")]
    assert len(files) > 10
    for file in files:
        with closing(client.get(str(file))) as answer:
            assert answer.status_code == 200, file


def test_a_browser_keeps_what_a_page_loads_until_another_version_has_another_address(client_as: ClientAs) -> None:
    client = client_as("compliance")
    page = page_of(client.get("/"))
    files = [str(has["src"]) for has in page.all("script")] + [str(has["href"]) for has in page.all("link")]
    for file in files:
        with closing(client.get(file)) as answer:
            kept = answer.headers["Cache-Control"]
            assert "immutable" in kept and "no-store" not in kept, file
            content = answer.getvalue()
        assert file.endswith(f"?v={sha256(content).hexdigest()[:12]}"), file


def test_the_rail_shows_where_one_may_go_and_where_one_is(client_as: ClientAs) -> None:
    page = page_of(client_as("compliance").get("/audit/"))
    places = [has for has in page.all("a") if "data-key" in has]
    assert {"/", "/search/", "/audit/", "/people/"} <= {has["href"] for has in places}
    assert [has["href"] for has in places if has.get("class") == "on"] == ["/audit/"]
    assert "/search/" not in {has["href"] for has in page_of(client_as("it").get("/")).all("a") if "data-key" in has}


def test_each_letter_goes_to_one_place_and_the_map_shows_it(client_as: ClientAs) -> None:
    page = page_of(client_as("compliance").get("/"))
    letters = [has["data-key"] for has in page.all("a") if "data-key" in has]
    assert len(set(letters)) == len(letters)
    assert not {"j", "k"} & set(letters)
    assert set(letters) <= set(page.keys)


def test_a_stranger_sees_neither_rail_nor_keys() -> None:
    page = page_of(browser().get("/sign-in/"))
    assert not [has for has in page.all("a") if "data-key" in has]
    assert not page.all("dialog")


def test_every_id_of_a_page_is_one_of_a_kind(client_as: ClientAs) -> None:
    for url in ("/", "/search/?q=保本", "/people/", "/system/"):
        page = page_of(client_as("compliance").get(url))
        ids = [str(has["id"]) for _, has in page.elements if "id" in has]
        assert sorted(set(ids)) == sorted(ids), url


# ── Pages of things that went wrong ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_is_not_there_is_a_page_like_the_others(client_as: ClientAs, language: str) -> None:
    client = client_as("reviewer")
    client.cookies["muniment-language"] = language
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert page_of(answer).all("nav")
    assert answer.headers["Content-Security-Policy"]


def test_a_form_from_elsewhere_is_a_page_like_the_others(client_as: ClientAs) -> None:
    client = client_as("reviewer")
    client.handler.enforce_csrf_checks = True
    answer = client.post("/language/", {"language": "en"})
    assert answer.status_code == 403
    page = page_of(answer)
    assert page.all("nav")
    assert "The form was open for too long" in page.words


@pytest.mark.parametrize(
    "error, status",
    [
        (Refused("expected a day, got {got}", got="<b>"), 422),
        (NotFound("there is no {what}", what="such record"), 404),
        (Busy("another process holds it"), 503),
        (StorageFailed("the disk is full"), 507),
        (MunimentError("something"), 500),
    ],
)
def test_a_refusal_is_said_in_its_own_words(rf: Any, error: MunimentError, status: int) -> None:
    from muniment.site.errors import refusal

    answer = refusal(rf, error)
    assert answer.status_code == status
    assert str(error) in page_of(answer).words
    assert "<b>" not in answer.content.decode().split("<main")[1]


@pytest.fixture
def rf() -> Any:
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    return request


def test_a_mistake_is_told_even_when_the_frame_cannot_be_made(rf: Any, place: Place) -> None:
    from django.db import connections
    from django.utils import translation

    from muniment.site.errors import failed

    connections["default"].close()
    connections["default"].settings_dict["NAME"] = str(place.home / "nowhere" / "desk.sqlite3")
    with translation.override("en"):
        answer = failed(rf)
    assert answer.status_code == 500
    page = page_of(answer)
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a", href="/")
    assert not page.all("form")
