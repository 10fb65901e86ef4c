"""Every page that somebody can reach, in each language and theme: it says what it is, fits, reads well aloud, and is translated."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import LANGUAGES, THEMES, Look, Visitor, accessible
from tests.browser.untranslated import untranslated
from tests.browser.walk import Shown, by_role
from tests.browser.watching import Watch

PHONE = 360


def look_at(browser: Browser, origin: str, shown: list[Shown], look: Look) -> list[str]:
    """Everything that is wrong with these pages."""
    wrong: list[str] = []
    for role, pages in by_role(shown):
        visitor = Visitor(browser, origin, look)
        watch = Watch(origin)
        watch.join(visitor.context)
        page = visitor.sign_in(role) if role else visitor.page
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
