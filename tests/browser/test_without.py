"""Reading with JavaScript switched off, and what the keys beside Tab do."""

import re

from playwright.sync_api import Browser, expect

from tests.browser.conftest import SIGN_INS, Visit
from tests.browser.keyboard import focused


def test_a_reader_without_javascript_finds_reads_and_proves(browser: Browser, demonstration: str) -> None:
    context = browser.new_context(base_url=demonstration, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/demo/")
    page.locator(f'form[action$="/demo/{SIGN_INS["compliance"]}/"] button').click()
    page.locator(".rail").get_by_role("link", name="Search", exact=True).click()
    line = page.get_by_role("main").get_by_label(re.compile("^Search")).first
    line.fill("保本")
    line.press("Enter")
    hits = page.locator(".hit")
    expect(hits.first).to_be_visible()
    hits.first.locator("a[href]").first.click()
    expect(page.locator(".msg").first).to_be_visible()
    assert "/conversations/" in page.url
    text = page.locator(".hitmsg").inner_text()
    assert "保本" in text
    page.locator(".hitmsg").get_by_role("link", name="sealed").first.click()
    page.wait_for_url("**/records/**")
    with page.expect_download() as given:
        page.get_by_role("link", name="Download proof").click()
    assert given.value.suggested_filename
    context.close()


def test_keys_go_on_and_back_to_the_line_and_to_the_map(visit: Visit) -> None:
    page = visit(role="compliance").page
    page.goto("/search/?q=%E4%BF%9D%E6%9C%AC")
    page.keyboard.press("Escape")  # out of the line
    places = []
    for key in "jjk":
        page.keyboard.press(key)
        stop = focused(page)
        assert stop is not None and stop.seen and stop.inside
        places.append(page.evaluate("[...document.querySelectorAll('[data-item]')].indexOf(document.activeElement)"))
    assert places == [0, 1, 0]

    page.keyboard.press("?")
    expect(page.locator("#key-map")).to_be_visible()
    page.keyboard.press("j")  # not while the map is open
    page.keyboard.press("Escape")
    expect(page.locator("#key-map")).to_be_hidden()
    assert page.evaluate("[...document.querySelectorAll('[data-item]')].indexOf(document.activeElement)") == 0
    page.keyboard.press("/")
    stop = focused(page)
    assert stop is not None and stop.tag == "input" and stop.seen
    page.keyboard.type("/?")
    assert page.locator("#key-map").is_hidden()
    assert page.evaluate("document.activeElement.value").endswith("/?")
