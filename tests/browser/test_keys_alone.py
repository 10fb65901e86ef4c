"""What changes the archive, by keyboard alone: a message is handed in, an account connected, a person and a device registered.

Everything is found by the name and the role that a screen reader says; nothing is clicked, and no address is typed but the first.
"""

import json
import re
import urllib.request
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.keyboard import focused, hear, heard, pick, tab_to, write, write_day
from tests.browser.tour import PATIENCE, Keys

DAY = date(2026, 3, 19)
STAFF = "hls-rfong"
PUSH = "Push: a program of your own"


@pytest.fixture
def visitor(visit: Visit, own_demonstration: str) -> Visitor:
    """The records administrator, who came in without a mouse."""
    found = visit(origin=own_demonstration)
    found.page.goto("/")
    Keys(found.page).press_in_row("records administrator")
    found.page.wait_for_url(lambda url: "/demo/" not in url)
    return found


def press(page: Page, name: str, role: str = "button") -> None:
    """Go to a button or a link, press it, and be on the page that it leads to."""
    hear(page, name, role)
    with page.expect_navigation(timeout=PATIENCE):
        page.keyboard.press("Enter")


def at(page: Page, heading: str) -> None:
    """Be on the page that is called so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=PATIENCE)


def test_what_changes_the_archive_is_done_with_keys_alone(visitor: Visitor) -> None:
    visitor.watched.expected.add("422")  # a form that is sent empty
    hand_in(visitor.page)
    connect(visitor.page, visitor.origin)
    register(visitor.page)


def hand_in(page: Page) -> None:
    """Hand in a message that came on another channel; its record is shown."""
    press(page, "My records", "link")
    at(page, "My records")
    press(page, "Hand in a message…", "link")
    at(page, "Hand in a message")
    hear(page, "Hand it in", "button")
    page.keyboard.press("Enter")  # too early: the browser says so at the first field that waits
    assert heard(page) == ("combobox", "Channel")
    page.keyboard.type("Signal")
    write(page, "Who wrote it", "陳大文")
    write(page, "To whom", "Candy Lo")
    write_day(page, "Day", DAY)
    write(page, "The message", "Please call me about the 債券, not on WhatsApp.")
    write(page, "Why it came this way", "He has my own number.")
    press(page, "Hand it in")
    at(page, "Received")
    shown = page.get_by_role("link", name="Show it")
    expect(shown).to_be_visible(timeout=PATIENCE)
    press(page, "Show it", "link")
    expect(page.locator("main")).to_contain_text("not on WhatsApp")


def connect(page: Page, origin: str) -> None:
    """Connect an account, up to the test message that came back."""
    Keys(page).go("Capture")
    at(page, "Capture")
    press(page, "Connect an account", "link")
    at(page, "Connect an account")
    press(page, f"{PUSH} A program of the firm's own posts its messages here, with a key of its own.", "link")
    at(page, PUSH)
    write(page, "Account", "settlement-bot")
    press(page, "Continue")
    press(page, "Save and continue")
    at(page, "settlement-bot")
    key = re.search(r"Bearer ([\w.-]+)", page.locator("main").inner_text())
    assert key
    press(page, "Switch on")
    at(page, "Test message")
    press(page, "Give me the words to send")
    words = re.search(r"canary [0-9a-f]{12}", page.locator("#test").inner_text())
    assert words
    hear(page, "Give me other words", "button")
    with page.expect_response(re.compile("/test/state/")):
        pass
    page.wait_for_timeout(100)  # for what came to settle
    assert heard(page) == ("button", "Give me other words"), (
        "the page looks again by itself, and nobody loses their place"
    )
    message = {
        "id": "1",
        "conversation": "c",
        "sender": "bot",
        "sent_at": "2026-03-20T09:00:00+08:00",
        "text": words[0],
    }
    asked = urllib.request.Request(  # the firm's own program
        f"{origin}/api/v1/capture",
        data=json.dumps(message).encode() + b"\n",
        headers={"Authorization": f"Bearer {key[1]}", "Content-Type": "application/x-ndjson"},
    )
    urllib.request.urlopen(asked).close()
    expect(page.get_by_text("The test message came back")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#test")).to_be_focused()  # the button is gone
    press(page, "See how it is heard", "link")
    at(page, "settlement-bot")
    expect(page.locator("main")).not_to_contain_text("never: send one")


def register(page: Page) -> None:
    """Enter a channel, decide about it, register somebody for it, and issue a device to them."""
    Keys(page).go("Register")
    at(page, "Register")
    press(page, "Enter a channel", "link")
    at(page, "Enter a channel")
    write(page, "Channel", "Telegram")
    hear(page, "Telegram", "checkbox")
    page.keyboard.press("Space")
    press(page, "Enter a channel")
    at(page, "Telegram")
    tab_to(page, "approved")
    pick(page, "approved with conditions")
    write(page, "Conditions", "Firm's telephones alone.")
    write(page, "Decided in writing by", "Winnie Au")
    write_day(page, "Decided on", DAY)
    press(page, "Decide")
    expect(page.locator(".bar .chip")).to_have_text("approved with conditions")
    hear(page, "Register somebody", "DisclosureTriangle")
    page.keyboard.press("Enter")
    write(page, "The firm's id of the person", "hls-nobody")
    write(page, "Approved in writing by", "Winnie Au")
    write_day(page, "Approved on", DAY)
    write(page, "The firm's reference, or a licence number", "AAA000")
    press(page, "Register")
    expect(
        page.get_by_role("alert")
    ).to_be_focused()  # whoever sent it begins at what is wrong, and gets from there to the field
    page.keyboard.press("Tab")
    stop = focused(page)
    assert stop is not None and "There is nobody with this id" in stop.name, stop
    page.keyboard.press("Enter")
    assert heard(page) == ("textbox", "The firm's id of the person")
    page.keyboard.press("Control+a")
    page.keyboard.type(STAFF)
    with page.expect_navigation(timeout=PATIENCE):
        page.keyboard.press("Enter")
    expect(page.locator("#people tbody")).to_contain_text(STAFF)
    Keys(page).go("Register")
    at(page, "Register")
    press(page, "Devices", "link")
    at(page, "Devices")
    press(page, "Enter a device", "link")
    at(page, "Enter a device")
    write(page, "Label", "SIM 77")
    tab_to(page, "What it is")
    page.keyboard.type("SIM")
    tab_to(page, "The firm's device management holds it")
    page.keyboard.press("Space")
    press(page, "Enter a device")
    at(page, "SIM 77")
    write(page, "The firm's id of the person", STAFF)
    tab_to(page, "Account on it")
    page.keyboard.type("settlement")
    write(page, "Where it is kept", "Safe 2")
    press(page, "Issue it")
    rows = page.locator("main tbody").first
    expect(rows).to_contain_text("settlement-bot")
    expect(rows).to_contain_text("Safe 2")
    expect(page.locator(".bar .chip")).to_have_text("SIM card")
    expect(page.locator("main dl")).to_contain_text("holds it")
