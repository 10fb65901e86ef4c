"""Every page that somebody can reach, in each language and theme: it says what it is, fits, reads well aloud, and is translated."""

import os
from collections.abc import Iterator

import django
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import LANGUAGES, THEMES, Look, Visitor, accessible
from tests.browser.untranslated import untranslated
from tests.browser.walk import Shown, by_role
from tests.browser.watching import Watch
from tests.desk.routes.addresses import routes

PHONE = 360
ELSEWHERE = {
    "api/": "for programs; tests/desk/api asks there",
    "hooks/": "platforms deliver there",
    "sign-in/none/": "what the library has and this desk has not: always 404",
    "setup/begin/": "before anybody can sign in; test_set_up.py goes there",
}
"""The beginnings of addresses behind which no page of the walk stands, and why."""
AGAIN = "a demonstration asks nobody again who they are; test_set_up.py signs in for real"
PART = "a part of a page, which the page itself asks for"
FILE = "a file, not a page"
UNREACHED = {
    "dashboard:jobs": PART,
    "productions:progress": PART,
    "imports:running": PART,
    "imports:progress": PART,
    "channels:test_state": PART,
    "archive:names": PART,
    "archive:narrow": PART,
    "archive:sound": FILE,
    "archive:own-sound": FILE,
    "dashboard:setup": "until the set-up is finished: test_set_up.py",
    "imports:job": "while an import runs: test_tour.py brings one in",
    "imports:vanished": "for an export that lacks messages of an earlier one: tests/desk/imports",
    "archive:guess": "the demonstration runs no engine that guesses: tests/desk/archive",
    "archive:own-guess": "the same",
    "imports:handed": "after one handed a message in: tests/desk/imports",
    "channels:settings_of": "the second step of a form: tests/desk/channels",
    "people:enter_demonstration": "answers a button alone",
    "language": "answers a form alone",
    "openid_connect_login": "there is no identity provider: tests/desk/people/test_oidc.py",
    "openid_connect_callback": "the same",
    "again_provider": "the same",
    "again_done": "the same",
    "account_logout": "answers a button; by GET it asks first, as in test_set_up.py",
    "account_reauthenticate": AGAIN,
    "mfa_reauthenticate": AGAIN,
    "mfa_reauthenticate_webauthn": AGAIN,
    "mfa_authenticate": AGAIN,
    "mfa_login_webauthn": "answers a passkey: test_passkeys.py",
    "account_change_password": AGAIN,
    "mfa_activate_totp": AGAIN,
    "mfa_deactivate_totp": AGAIN,
    "mfa_list_webauthn": "leads to one's sign-in",
    "mfa_add_webauthn": AGAIN,
    "mfa_remove_webauthn": AGAIN,
    "mfa_view_recovery_codes": AGAIN,
    "mfa_generate_recovery_codes": AGAIN,
}
"""Routes to which no link of the demonstration leads, and why."""


def look_at(browser: Browser, origin: str, shown: list[Shown], look: Look) -> list[str]:
    """Everything that is wrong with these pages."""
    wrong: list[str] = []
    for role, pages in by_role(shown):
        visitor = Visitor(browser, origin, look)
        watch = Watch(origin)
        watch.join(visitor.context)
        page = visitor.page
        if role:
            visitor.enter(role)
        for each in pages:
            wrong += [f"{each}, {look.name}: {fault}" for fault in faults(page, watch, each, look)]
        visitor.close()
    return wrong


def faults(page: Page, watch: Watch, each: Shown, look: Look) -> Iterator[str]:
    """What is wrong with one page."""
    page.goto(each.path)
    try:
        watch.look(page)
    except AssertionError as error:
        watch.faults.clear()
        yield str(error)
    lang = page.locator("html").get_attribute("lang")
    if (lang or "").lower() != look.language:
        yield f"it says that it is in {lang}"
    title, headings = page.title().strip(), page.locator("h1").all_inner_texts()
    if title in {"", "· Muniment"} or len(headings) != 1 or not headings[0].strip():
        yield f"its title is {title!r}, its headings {headings}"
    yield from accessible(page)
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": PHONE, "height": 740})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    if wide > PHONE:
        beyond = watch.beyond(page)
        yield f"{wide} px wide on a screen of {PHONE}: {beyond}"
    page.set_viewport_size(size)


def test_the_walk_reaches_every_address_of_the_desk(asked: list[str]) -> None:
    """Whatever Django knows and a browser can ask for is looked at below, or is named here with a reason."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "muniment.site.settings")
    django.setup()
    from django.urls import Resolver404, resolve

    reached = set()
    for path in asked:
        try:
            reached.add(resolve(path).route)
        except Resolver404:
            assert path == "/no-such-page/"
    given = [
        route
        for route in routes()
        if (route.takes("GET") or route.door is None) and not route.pattern.startswith(tuple(ELSEWHERE))
    ]
    missing = [
        f"{each.name} at /{each.pattern}"
        for each in given
        if each.pattern not in reached and each.name not in UNREACHED
    ]
    known = {each.name for each in given if each.pattern not in reached}

    assert missing == [], "no link leads there; make one, or say why not in UNREACHED: " + ", ".join(missing)
    assert set(UNREACHED) <= known, f"reached, or gone: {set(UNREACHED) - known}"


@pytest.mark.parametrize("turn", range(len(LANGUAGES) * len(THEMES)))
def test_every_page_says_what_it_is_fits_and_is_accessible(
    browser: Browser, demonstration: str, every_page: list[Shown], turn: int
) -> None:
    """Each page once, in one of the languages and themes; the deep form asks for all of them of every page."""
    look = Look(LANGUAGES[turn % len(LANGUAGES)], THEMES[turn // len(LANGUAGES)])
    wrong = look_at(browser, demonstration, every_page[turn :: len(LANGUAGES) * len(THEMES)], look)

    assert not wrong, "\n".join(wrong)


@pytest.mark.deep
def test_every_page_in_every_language_and_theme(
    browser: Browser, demonstration: str, every_page: list[Shown], look: Look
) -> None:
    wrong = look_at(browser, demonstration, every_page, look)

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_page_has_a_word_that_nobody_translated(
    browser: Browser, demonstration: str, every_page: list[Shown], language: str
) -> None:
    wrong: dict[str, str] = {}
    for role, pages in by_role(every_page):
        visitor = Visitor(browser, demonstration, Look(language))
        reader = visitor.sign_in(role) if role else visitor.page
        for each in pages:
            html = visitor.context.request.get(f"{demonstration}{each.path}").text()
            for text in untranslated(reader, html):
                wrong.setdefault(text, str(each))
        visitor.close()

    assert not wrong, "\n".join(f"{text}   ({where})" for text, where in sorted(wrong.items()))
