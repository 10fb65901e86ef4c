"""A newcomer's way through the demonstration, by the words that stand on the pages: with a mouse, or with the keyboard alone."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Download, Page, expect

from muniment.site.words import load
from tests.browser.keyboard import focused, labelled, next_stop, tab_to

VERIFIER = Path(__file__).parents[2] / "src" / "muniment" / "proof" / "verifier.py"
PATIENCE = 60_000
"""Milliseconds that a job of the worker may take on a busy machine."""


class Hand(Protocol):
    """How somebody acts on a page; each act counts."""

    acts: int

    def go(self, place: str) -> None: ...
    def press(self, label: str, *, role: str = "link") -> None: ...
    def press_in_row(self, row: str) -> None: ...
    def fill(self, label: str, text: str, *, enter: bool = False) -> None: ...
    def choose(self, label: str, file: Path) -> None: ...
    def open_first(self) -> None: ...


class Mouse:
    """Clicks on what a label says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0

    def go(self, place: str) -> None:
        self.acts += 1
        self.page.locator(".rail").get_by_role("link", name=place, exact=True).click()

    def press(self, label: str, *, role: str = "link") -> None:
        self.acts += 1
        found = self.page.get_by_role("link" if role == "link" else "button", name=label, exact=True)
        found.locator("visible=true").first.click()

    def press_in_row(self, row: str) -> None:
        self.acts += 1
        self.page.get_by_role("row").filter(has_text=row).get_by_role("button").first.click()

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        self.acts += 1
        field = self.page.get_by_label(labelled(label)).locator("visible=true").first
        field.fill(text)
        if enter:
            self.acts += 1
            field.press("Enter")

    def choose(self, label: str, file: Path) -> None:
        self.acts += 1
        self.page.get_by_label(labelled(label)).first.set_input_files(file)

    def open_first(self) -> None:
        self.acts += 1
        self.page.locator("[data-item]").first.click()


class Keys:
    """Never touches a mouse: Tab, Enter, the letters that the key map names. Each stop must be seen (see keyboard.py)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.acts = 0
        # From now on choosers come to us: a browser that is busy takes a key before it is told to say when it opens one.
        page.on("filechooser", lambda _: None)

    def go(self, place: str) -> None:
        self.acts += 2
        letter = self.page.locator(".rail").get_by_role("link", name=place, exact=True).get_attribute("data-key")
        assert letter, f"no letter goes to {place}"
        if focused(self.page) is not None:
            self.page.keyboard.press("Escape")  # out of a field
        self.page.keyboard.press("g")
        self.page.keyboard.press(letter)

    def press(self, label: str, *, role: str = "link") -> None:
        self.acts += tab_to(self.page, label) + 1
        self.page.keyboard.press("Enter")

    def press_in_row(self, row: str) -> None:
        for _ in range(100):
            self.acts += 1
            stop = next_stop(self.page)
            if stop is not None and row in stop.row:
                self.acts += 1
                self.page.keyboard.press("Enter")
                return
        raise AssertionError(f"{row!r} cannot be reached with Tab")

    def fill(self, label: str, text: str, *, enter: bool = False) -> None:
        stop = focused(self.page)
        if stop is None or not labelled(label).match(stop.name):
            self.acts += tab_to(self.page, label)
        self.acts += 1
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        if enter:
            self.acts += 1
            self.page.keyboard.press("Enter")

    def choose(self, label: str, file: Path) -> None:
        self.acts += tab_to(self.page, label) + 1
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def open_first(self) -> None:
        self.acts += 2
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("j")
        stop = focused(self.page)
        assert stop is not None and stop.seen and stop.inside, "j shows where it is"
        self.page.keyboard.press("Enter")


class Tour:
    """The whole way. Every page that is reached must say its language, its title and its heading."""

    def __init__(
        self, page: Page, hand: Hand, language: str, folder: Path, picture: Callable[[str], None] = lambda _: None
    ) -> None:
        self.page, self.hand, self.language, self.folder, self.picture = page, hand, language, folder, picture
        self.say: Callable[[str], str] = load(language).gettext
        self.pages: list[str] = []

    def arrive(self, heading: str | None = None) -> None:
        """Be on a page; `heading` is what it is called."""
        self.page.wait_for_load_state()
        if heading is not None:
            expect(self.page.get_by_role("heading", level=1)).to_have_text(self.say(heading), timeout=PATIENCE)
        lang = self.page.locator("html").get_attribute("lang") or ""
        assert lang.lower() == self.language, self.page.url
        title = self.page.title().strip()
        assert title.endswith("Muniment") and len(title) > len("· Muniment"), self.page.url
        assert self.page.get_by_role("heading", level=1).count() == 1, self.page.url
        self.pages.append(title)

    def walk(self) -> int:
        """Go it; how many acts it took."""
        self.come()
        self.search('"move to signal"')
        self.search("保本")
        self.read()
        self.prove()
        self.bring_in()
        self.hand_out()
        self.leave()
        return self.hand.acts

    def come(self) -> None:
        """Open the page, choose a role, see what needs attention."""
        self.page.goto("/")
        self.arrive("Look around as")
        self.hand.press_in_row(self.say("compliance officer"))
        self.arrive("What needs attention")
        assert self.page.locator(".need").count() > 0

    def search(self, query: str) -> None:
        """Find something."""
        self.hand.go(self.say("Search"))
        self.arrive()
        self.hand.fill(self.say("Search"), query, enter=True)
        expect(self.page.locator(".hit").first).to_be_visible()
        self.arrive()

    def read(self) -> None:
        """Open the first hit: its conversation, with the message in it."""
        self.hand.open_first()
        expect(self.page.locator("#reading .hitmsg")).to_be_visible()
        self.hand.press(self.say("Whole conversation"))
        self.page.wait_for_url(re.compile("/conversations/"))
        self.arrive()
        assert self.page.locator(".msg").count() > 1

    def prove(self) -> None:
        """Open the proof of a message and take it away."""
        self.hand.press(self.say("sealed"))
        self.page.wait_for_url(re.compile("/records/"))
        self.arrive()
        command = self.page.locator("#check pre").inner_text()
        self.taken(self.say("Download proof"), "link")
        self.as_told(command)

    def bring_in(self) -> None:
        """Import a file of one's own."""
        file = self.folder / "mine.ndjson"
        file.write_text(
            '{"id":"mine-1","conversation":"mine","sender":"me","sent_at":"2026-03-20T09:00:00+08:00","text":"my own 自己的"}\n'
        )
        self.hand.go(self.say("Imports"))
        self.arrive("Imports")
        self.hand.press(self.say("Bring in a file"))
        self.arrive()
        self.hand.choose(self.say("File"), file)
        self.hand.press(self.say("Continue"), role="button")
        expect(self.page.get_by_text(self.say("What was recognised"))).to_be_visible()
        self.arrive()
        self.picture("tour-import-check")
        self.hand.fill(self.say("Account"), "my-own")
        self.hand.press(self.say("Bring it in"), role="button")
        expect(self.page.get_by_text(self.say("balances"), exact=True).first).to_be_visible(timeout=PATIENCE)
        self.arrive()
        self.picture("tour-import")

    def hand_out(self) -> None:
        """Make a bundle, take it away and check it as a stranger: another process, one file, two keys."""
        self.hand.go(self.say("Productions"))
        self.arrive("Productions")
        self.hand.press(self.say("New production"))
        self.arrive("New production")
        self.hand.fill(self.say("Query"), "保本")
        self.hand.fill(self.say("Reason"), "request 114")
        self.hand.press(self.say("Make the bundle"), role="button")
        expect(self.page.get_by_text(self.say("verified"), exact=True).first).to_be_visible(timeout=PATIENCE)
        self.arrive()
        self.picture("tour-production")
        command = self.page.locator("code", has_text="python3 verifier.py").inner_text()
        self.taken(self.say("Download"), "button")
        self.as_told(command)

    def leave(self) -> None:
        """Sign out."""
        self.hand.press(self.say("Sign out"), role="button")
        self.page.wait_for_url(re.compile("/(demo|sign-in)/"))
        self.arrive()

    def as_told(self, command: str) -> None:
        """Run what a page says a stranger should run, in a folder with what was taken away and the one-file verifier."""
        shutil.copy(VERIFIER, self.folder)
        line = command.replace("python3", f"{sys.executable} -E -s", 1)
        done = subprocess.run(
            ["bash", "-c", line], capture_output=True, text=True, check=False, cwd=self.folder, env={}
        )
        assert done.returncode == 0, command + done.stdout + done.stderr

    def taken(self, label: str, role: str) -> Path:
        """The file that a link or button gives."""
        with self.page.expect_download() as given:
            self.hand.press(label, role=role)
        download: Download = given.value
        path = self.folder / download.suggested_filename
        download.save_as(path)
        return path
