"""The first sign-in of a real archive: set-up code, a passkey in Chromium's own authenticator, then the passkey alone."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.archives import Place
from tests.browser.serving import serving
from tests.postgres import on_postgres, provide

PASSWORD = "seven brown lanterns"  # of nobody, anywhere


def muniment(place: Place, *words: str) -> str:
    """What a command prints; in a process of its own, because the browser's driver has a loop in this one."""
    argv = [sys.executable, "-m", "muniment.cli.main", *words, "--json"]
    return subprocess.run(argv, env=place.environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def archive(tmp_path: Path) -> Place:
    """A new archive that is no demonstration."""
    place = Place(tmp_path / "home", tmp_path / "keys")
    if on_postgres():
        provide(place.keys)
    muniment(place, "init", "--origin", "example.com/test")
    return place


def authenticator(page: Page, *, verifies: bool = True) -> None:
    """Give the browser an authenticator of its own, as a laptop with a fingerprint reader has one."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": verifies,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def welcome(page: Page, name: str, code: str) -> None:
    """Use a set-up code, by the labels alone."""
    page.goto("/")
    page.get_by_role("link", name="First time here? Use your set-up code").click()
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Set-up code").fill(code)
    page.get_by_label("A password of your own").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Set up my sign-in").click()


def context_of(browser: Browser, origin: str) -> BrowserContext:
    context = browser.new_context(base_url=origin, locale="en-GB")
    context.set_default_timeout(20_000)
    return context


def test_a_passkey_is_added_at_the_first_sign_in_and_signs_in_alone_afterwards(
    browser: Browser, archive: Place
) -> None:
    code = json.loads(muniment(archive, "user", "add", "i.lam", "--role", "administrator"))["code"]
    with serving(archive) as origin:
        context = context_of(browser, origin)
        page = context.new_page()
        authenticator(page)
        welcome(page, "i.lam", code)

        assert page.get_by_role("alert").inner_text().startswith("Add a passkey")
        page.goto("/access/")
        assert page.url.endswith("/account/")
        page.get_by_role("link", name="Add a passkey").click()
        page.get_by_role("button", name="Add a passkey").click()
        page.wait_for_url("**/recovery/")
        assert len(page.locator("pre").inner_text().split()) == 10
        page.get_by_role("link", name="I have kept them").click()
        assert page.get_by_text("passkey, signs in by itself").is_visible()
        page.goto("/access/")
        assert page.get_by_role("heading", name="Access", exact=True).is_visible()

        page.get_by_role("button", name="Sign out").click()
        page.goto("/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto("/access/")
        assert page.get_by_role("heading", name="Access", exact=True).is_visible()

        page.get_by_role("button", name="Sign out").click()
        page.goto("/sign-in/")
        page.get_by_label("Sign-in name").fill("i.lam")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        page.goto("/access/")
        assert page.get_by_role("heading", name="Access", exact=True).is_visible()
        context.close()


def test_a_browser_without_that_passkey_is_told_so_and_stays_outside(browser: Browser, archive: Place) -> None:
    with serving(archive) as origin:
        context = context_of(browser, origin)
        page = context.new_page()
        authenticator(page)
        page.goto("/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("The browser gave no passkey").wait_for()
        page.goto("/account/")
        assert "/sign-in/" in page.url
        context.close()
