"""The tour of a newcomer, in each language, by visible labels alone; then without a mouse."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import LANGUAGES, Look, Shoot, Visit, Visitor
from tests.browser.keyboard import go_round
from tests.browser.tour import Keys, Mouse, Tour
from tests.browser.walk import Shown, by_role

MOST_ACTS = 30
PICTURED = ("en", "zh-hant")
PAGES = (
    "/",
    "/search/",
    "/search/?q=%E4%BF%9D%E6%9C%AC",
    "/imports/",
    "/imports/new/",
    "/productions/new/",
    "/people/",
    "/audit/",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_newcomer_finds_their_way(
    visit: Visit, own_demonstration: str, language: str, tmp_path: Path, shot: Shoot, capsys: pytest.CaptureFixture[str]
) -> None:
    page = visit(Look(language), origin=own_demonstration).page

    def picture(name: str) -> None:
        if language in PICTURED:
            shot(page, f"{name}-{language}")

    acts = Tour(page, Mouse(page), language, tmp_path, picture).walk()

    with capsys.disabled():
        print(f"\nthe tour in {language}: {acts} acts (clicks and fields)")
    assert acts <= MOST_ACTS


def test_a_newcomer_finds_their_way_without_a_mouse(
    visit: Visit, own_demonstration: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = visit(origin=own_demonstration).page
    presses = Tour(page, Keys(page), "en", tmp_path).walk()

    with capsys.disabled():
        print(f"\nthe tour by keyboard: {presses} presses")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_catches_the_focus(visit: Visit, path: str) -> None:
    page = visit(role="compliance").page
    page.goto(path)

    assert go_round(page) > 5


@pytest.mark.deep
@pytest.mark.timeout(7200)
def test_everything_on_every_page_is_reached_with_tab(
    browser: Browser, demonstration: str, every_page: list[Shown]
) -> None:
    """Each link, button and field, in order, there and back: a path that a mouse can take has no step that keys cannot."""
    faults: list[str] = []
    for role, pages in by_role(every_page):
        visitor = Visitor(browser, demonstration, Look("en"))
        page = visitor.sign_in(role) if role else visitor.page
        for each in pages:
            page.goto(each.path)
            try:
                go_round(page)
            except AssertionError as fault:
                faults.append(str(fault))
        visitor.close()

    assert faults == []


def test_the_letters_go_to_every_place_of_the_rail(visit: Visit) -> None:
    for role in ("compliance", "administrator"):  # whose rails have every place between them
        page = visit(role=role).page
        for link in page.locator(".rail [data-key]").all():
            letter, address = link.get_attribute("data-key"), link.get_attribute("href")
            assert letter and address
            page.keyboard.press("Escape")  # out of a line that waits for words
            page.keyboard.press("g")
            page.keyboard.press(letter)
            page.wait_for_url(f"**{address}")
