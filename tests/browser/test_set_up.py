"""Setting a real archive up in a browser: from `muniment init` to home, by the words on the pages, each step looked at.

It is gone in Traditional Chinese, so that also a page that is shown once, or answers a form, is seen translated; what can be
asked for again is read in Simplified Chinese too.
"""

import base64
import hmac
import re
import struct
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from muniment.site.words import load
from tests.archives import Place
from tests.browser.conftest import Look, Visitor, accessible
from tests.browser.keyboard import labelled
from tests.browser.serving import serving_anew
from tests.browser.test_passkeys import PASSWORD, archive, authenticator
from tests.browser.tour import PATIENCE, Mouse
from tests.browser.untranslated import untranslated

__all__ = ["archive"]
MOST_ACTS = 75
FIRM = "Harbour Lantern Securities Limited"
PASSPHRASE = "a lantern over the brown harbour"
PEOPLE = "key,name,kind,desk,handles\n1001,梁嘉欣,employee,交易部,ndjson:leung\n2001,陳大文,client,,ndjson:chan\n"
MESSAGES = '{"id":"1","conversation":"c","sender":"leung","recipients":["chan"],"sent_at":"2026-03-20T09:00:00+08:00","text":"你好"}\n'
say = load("zh-hant").gettext


class Newcomer:
    """Somebody who sets up: where they are is looked at after every step."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.visitor = Visitor(browser, origin, Look("zh-hant"))
        self.page: Page = self.visitor.page
        self.hand = Mouse(self.page)
        self.wrong: list[str] = []

    def press(self, label: str, *, button: bool = False) -> None:
        self.hand.press(say(label), role="button" if button else "link")

    def fill(self, label: str, text: str) -> None:
        self.hand.fill(say(label), text)

    def arrive(self, heading: str, *, once: bool = False) -> None:
        """Be on a page: accessible, translated (`once`: it cannot be asked for again, or would begin anew)."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(say(heading), timeout=20_000)
        self.wrong += accessible(self.page)
        self._read(self.page.content())
        if not once:
            cookies, origin = self.visitor.context, self.visitor.origin
            cookies.add_cookies([{"name": "muniment-language", "value": "zh-hans", "url": origin}])
            answer = cookies.request.get(self.page.url)
            cookies.add_cookies([{"name": "muniment-language", "value": "zh-hant", "url": origin}])
            assert answer.ok and 'lang="zh-hans"' in answer.text().lower(), self.page.url
            self._read(answer.text())

    def _read(self, html: str) -> None:
        self.wrong += [f"{self.page.url}: {text}" for text in untranslated(self.page, html)]

    def sign_in_first(self, name: str, code: str) -> None:
        """Use the code up."""
        self.arrive("Your first sign-in")
        self.fill("Sign-in name", name)
        self.fill("Set-up code", code)
        self.fill("A password of your own", PASSWORD)
        self.fill("The same password again", PASSWORD)
        self.press("Set up my sign-in", button=True)
        self.arrive("My sign-in")

    def go_on(self, done: int) -> None:
        """Go to the steps; so many are done."""
        self.hand.go(say("Home"))
        self.arrive("Set this archive up")
        assert self.page.locator(".steps > li.done").count() == done


def begin(first: Newcomer, code: str) -> list[str]:
    """The code, the firm, two people; the codes of both."""
    first.page.goto("/")
    first.arrive("Set this archive up")
    first.fill("Code", code)
    first.press("Begin", button=True)
    first.arrive("Which firm is this?")
    first.fill("The firm's name", FIRM)
    first.page.get_by_label(labelled(say("Time zone"))).select_option("Asia/Hong_Kong")
    first.page.get_by_label(say("Hong Kong: licensed corporation")).check()
    first.hand.acts += 2
    first.press("Go on", button=True)
    first.arrive("Who are the first two?")
    first.fill("Sign-in name of the administrator", "i.lam")
    first.fill("The administrator's name, as others see it", "Ivan Lam")
    first.fill("Sign-in name of the second person", "w.au")
    first.fill("The second person's name, as others see it", "區詠心")
    first.press("Make the two sign-ins", button=True)
    first.arrive("Two people can sign in now", once=True)
    return first.page.locator("pre").all_inner_texts()


def keep_the_keys(admin: Newcomer, folder: Path) -> None:
    """Take a copy of the keys, and have it opened; another passphrase does not open it."""
    admin.press("Take a copy and prove it")
    admin.arrive("Backup of the keys")
    admin.fill("Passphrase", PASSPHRASE)
    admin.fill("The same passphrase again", PASSPHRASE)
    with admin.page.expect_download() as given:
        admin.press("Download the copy", button=True)
    copy = folder / given.value.suggested_filename
    given.value.save_as(copy)
    admin.visitor.watched.expected.add("422")  # another passphrase does not open it
    for passphrase in (PASSPHRASE[::-1], PASSPHRASE):
        admin.hand.choose(say("The file that you downloaded"), copy)
        admin.fill("Its passphrase", passphrase)
        admin.press("Open it and compare", button=True)
        if passphrase != PASSPHRASE:
            expect(admin.page.get_by_role("alert")).to_be_visible()
            admin.arrive("Backup of the keys", once=True)
    words = say("The copy opens, and it holds the keys in use: the backup of the keys is proven.")
    expect(admin.page.get_by_text(words)).to_be_visible()
    admin.arrive("Backup of the keys")


def bring_in_people(second: Newcomer, folder: Path) -> None:
    """The people file."""
    sheet = folder / "people.csv"
    sheet.write_text(PEOPLE, "utf-8")
    second.press("Bring in the people file")
    second.arrive("People feed")
    second.hand.choose(say("CSV file"), sheet)
    second.press("Look at the file", button=True)
    expect(second.page.get_by_role("heading", name=say("What this feed would change"))).to_be_visible()
    second.arrive("People feed", once=True)
    second.press("Bring it in", button=True)
    expect(second.page.get_by_role("heading", name=say("The feed was brought in"))).to_be_visible()
    second.arrive("People feed", once=True)


def add_account(second: Newcomer) -> None:
    """The first account, and whose it is."""
    second.press("Open the accounts")
    second.arrive("Accounts")
    second.press("Add an account")
    second.arrive("Add an account")
    second.fill("Name", "梁嘉欣")
    second.page.get_by_label(say("NDJSON: one message a line, from any other system")).check()
    second.hand.acts += 1
    second.press("Add", button=True)
    second.arrive("Accounts")
    for _ in range(60):  # the page says: in a second or two
        if second.page.get_by_role("link", name="梁嘉欣").count():
            break
        second.page.wait_for_timeout(250)
        second.page.reload()
    second.press("梁嘉欣")
    second.arrive("梁嘉欣")
    second.fill("Person, by the firm's id", "1001")
    second.press("Set the holder", button=True)
    second.arrive("梁嘉欣")


def bring_in(second: Newcomer, folder: Path) -> None:
    """The first import, into that account."""
    file = folder / "first.ndjson"
    file.write_text(MESSAGES, "utf-8")
    second.press("Import a file")
    second.arrive("Imports")
    second.press("Bring in a file")
    second.arrive("Bring in a file")
    second.hand.choose(say("File"), file)
    second.press("Continue", button=True)
    expect(second.page.get_by_text(say("What was recognised"))).to_be_visible()
    second.fill("Account", "梁嘉欣")
    second.press("Bring it in", button=True)
    expect(second.page.get_by_text(say("balances"), exact=True).first).to_be_visible(timeout=PATIENCE)


FACTORS = (
    "/sign-in/again/",
    "/sign-in/again/code/",
    "/sign-in/password/",
    "/sign-in/factors/app/remove/",
    "/sign-in/factors/recovery/new/",
    "/sign-in/out/",
)
"""Pages of a real sign-in, which a demonstration has not."""


def look_at_sign_in(who: Newcomer, name: str) -> None:
    """The pages about one's own password and factors; then the way in again as far as the code."""
    for path in FACTORS:
        who.page.goto(path)
        who.arrive(who.page.get_by_role("heading", level=1).inner_text())
    who.hand.press(say("Sign out"), role="button")
    who.page.goto("/sign-in/")
    who.fill("Sign-in name", name)
    who.fill("Password", PASSWORD)
    who.press("Sign in", button=True)
    who.page.wait_for_url("**/sign-in/code/**")
    who.arrive(who.page.get_by_role("heading", level=1).inner_text())


def app(secret: str) -> str:
    """What an authenticator app shows now for a secret (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_firm_is_set_up_by_the_words_on_the_pages(
    browser: Browser, archive: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving_anew(archive) as (origin, code):
        admin = Newcomer(browser, origin)
        codes = begin(admin, code)
        authenticator(admin.page)
        admin.press("First sign-in")
        admin.sign_in_first("i.lam", codes[0])
        admin.press("Add a passkey")
        admin.arrive("Add a passkey", once=True)
        admin.press("Add a passkey", button=True)
        admin.arrive("Recovery codes", once=True)
        admin.press("I have kept them")
        admin.go_on(2)
        assert admin.page.get_by_role("button", name=say("Finish the set-up")).count() == 0
        keep_the_keys(admin, tmp_path)
        admin.go_on(3)

        second = Newcomer(browser, origin)
        second.page.goto("/")
        second.arrive("Sign in")
        second.press("First time here? Use your set-up code")
        second.sign_in_first("w.au", codes[1])
        second.press("Add an authenticator app")
        second.arrive("Add an authenticator app", once=True)
        secret = re.search("[A-Z2-7]{20,}", second.page.get_by_role("main").inner_text())
        assert secret
        second.fill("Code that the app shows now", app(secret[0]))
        second.press("Add", button=True)
        second.arrive("Recovery codes", once=True)
        second.press("I have kept them")
        second.go_on(3)
        bring_in_people(second, tmp_path)
        second.go_on(4)
        add_account(second)
        second.go_on(5)
        bring_in(second, tmp_path)
        second.go_on(6)

        admin.go_on(6)
        admin.press("Finish the set-up", button=True)
        admin.page.wait_for_url(lambda url: "/setup/" not in url)
        second.hand.go(say("Home"))
        second.arrive("What needs attention")
        acts = admin.hand.acts + second.hand.acts
        look_at_sign_in(second, "w.au")
        for each in (admin, second):
            each.visitor.close()

    with capsys.disabled():
        print(f"\nsetting up: {acts} acts (clicks, fields and files)")
    wrong = [*admin.wrong, *second.wrong]
    faults = [*admin.visitor.watched.faults, *second.visitor.watched.faults]
    assert not wrong, "\n".join(wrong)
    assert faults == []
    assert acts <= MOST_ACTS
