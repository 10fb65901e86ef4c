"""Chromium, a served demonstration, and people in front of it.

The browser is Debian's own (`./dev test` installs it), driven by playwright; the server is `muniment serve` as a firm runs
it. A page that logs an error, breaks the content security policy or asks another host fails its test, whatever else the
test looks at. Pictures are taken only with `--pictures`, so that an ordinary run changes nothing in the tree.
"""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.archives import Place
from tests.browser.serving import serving
from tests.browser.walk import Shown, walk
from tests.postgres import on_postgres, provide

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
QUALITY = 45
"""Of a picture, from 1 to 100: letters stay sharp, and a page takes some 30 kB."""
DAY = "2026-03-20"
"""The demonstration's newest day in these tests: the same firm every time."""
LANGUAGES = ("en", "zh-hant", "zh-hans")
THEMES = ("light", "dark")
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
SIGN_INS = {
    "compliance": "winnie.au",
    "reviewer": "desmond.tse",
    "adviser": "rachel.fong",
    "records": "candy.lo",
    "examiner": "e.visitor",
    "administrator": "ivan.lam",
    "it": "grace.ko",
}
"""Who of the demonstration has which role."""
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
SERIOUS = {"serious", "critical"}

_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`)
})
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the pictures in docs/pictures anew")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What pages look like does not hang on the database: on PostgreSQL tests/desk/test_processes.py takes a tour."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.sqlite)


def chromium() -> str:
    """Where Debian's Chromium is, without windows or whole; CHROMIUM names another."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if found is None:
        pytest.fail("there is no chromium; run ./dev test, which installs it or says how")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    # Playwright's loop stays in this thread for the rest of the run; without the word, Django would refuse its databases to
    # every other test that comes after one with a browser.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # A container has no user namespaces to build a sandbox of, and the pages are our own; /dev/shm may be small there.
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--font-render-hinting=none"]
        found = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield found
        found.close()


# ── What is served ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def demonstration_archive(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Place:
    """The demonstration, made once for all processes of a run (on PostgreSQL, where each has its own server, in each).

    Somebody has saved a search in it and made a production, and somebody of each role has followed every link: `pages.json`
    says what there was to see, `asked.json` all that was asked for. For pictures it is the firm of today, so that home shows a day like any other.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" or on_postgres() else base.parent) / "demonstration"
    folder.mkdir(exist_ok=True)
    place = Place(folder / "home", folder / "keys")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            if on_postgres():
                provide(place.keys)
            day = [] if request.config.getoption("--pictures") else ["--date", DAY]
            command = [sys.executable, "-m", "muniment.cli.main", "demo", *day]
            done = subprocess.run(command, env=place.environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            with serving(place) as url:
                leave_something(browser, url)
                asked: list[str] = []
                pages = [asdict(each) for each in walk_all(browser, url, asked)]
            (folder / "pages.json").write_text(json.dumps(pages), "utf-8")
            (folder / "asked.json").write_text(json.dumps(asked), "utf-8")
            (folder / "made").touch()
    return place


@pytest.fixture(scope="session")
def demonstration(demonstration_archive: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a served copy of the demonstration, one for all tests of a process."""
    with serving(demonstration_archive.copy(tmp_path_factory.mktemp("served"))) as url:
        yield url


@pytest.fixture
def own_demonstration(demonstration_archive: Place, tmp_path: Path) -> Iterator[str]:
    """The address of a copy that is this test's own: for tests that change what others look at."""
    with serving(demonstration_archive.copy(tmp_path / "own")) as url:
        yield url


# ── Who looks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Watched:
    """What the pages of one context did that no page may do."""

    origin: str
    faults: list[str] = field(default_factory=list)
    expected: set[str] = field(default_factory=set)
    """Parts of sentences that a test brings about on purpose, such as `404`."""

    def watch(self, context: BrowserContext) -> None:
        """Listen from now on."""
        context.add_init_script(_VIOLATIONS)
        context.on("console", self._console)
        context.on("request", lambda request: self._request(request.url))
        context.on("weberror", lambda error: self.faults.append(f"a script failed: {error.error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(part in message.text for part in self.expected):
            where = message.page.url if message.page is not None else "?"
            self.faults.append(f"{where} logged: {message.text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"asked another host: {url}")


@dataclass(frozen=True)
class Look:
    """A language, a theme and a size in which a page is looked at."""

    language: str = "en"
    theme: str = "light"
    size: str = "wide"

    @property
    def name(self) -> str:
        """For a test's name and a picture's, such as `zh-hant-dark-phone`."""
        return f"{self.language}-{self.theme}-{self.size}"


EVERY_LOOK = [Look(language, theme, size) for language in LANGUAGES for theme in THEMES for size in SIZES]
EVERY_LANGUAGE = [Look(language) for language in LANGUAGES]


class Visitor:
    """Somebody with a browser of their own in front of one served archive."""

    def __init__(self, browser: Browser, origin: str, look: Look) -> None:
        self.origin, self.look, self.watched = origin, look, Watched(origin)
        width, height = SIZES[look.size]
        options: dict[str, Any] = {
            "base_url": origin,
            "viewport": {"width": width, "height": height},
            "color_scheme": look.theme,
            "locale": {"en": "en-GB", "zh-hant": "zh-HK", "zh-hans": "zh-CN"}[look.language],
            "timezone_id": "Asia/Hong_Kong",
            "reduced_motion": "reduce",
        }
        self.context = browser.new_context(**options)
        self.context.add_cookies([{"name": "muniment-language", "value": look.language, "url": origin}])
        self.context.set_default_timeout(20_000)
        self.watched.watch(self.context)
        self.page = self.context.new_page()

    def sign_in(self, role: str) -> Page:
        """Enter the demonstration with one click, as whoever has `role` (one of SIGN_INS); the page they land on."""
        self.page.goto("/demo/")
        self.page.locator(f'form[action$="/demo/{SIGN_INS[role]}/"] button').click()
        self.page.wait_for_url(lambda url: "/demo/" not in url)
        return self.page

    def enter(self, role: str) -> None:
        """The same without a page to look at: what that click sends, and no more."""
        request = self.context.request
        token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', request.get(f"{self.origin}/demo/").text())
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1]}
        answer = request.post(f"{self.origin}/demo/{SIGN_INS[role]}/", form=form, max_redirects=0)
        assert answer.status == 302, answer.status

    def close(self) -> None:
        """Leave; what the pages did wrong is in `watched`."""
        self.context.close()


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, demonstration: str) -> Iterator[Visit]:
    """`visit(look, role=…, origin=…)`: somebody in front of the demonstration; at the end no page may have done wrong."""
    visitors: list[Visitor] = []

    def come(look: Look | None = None, *, role: str | None = None, origin: str | None = None) -> Visitor:
        visitor = Visitor(browser, origin or demonstration, look or Look())
        visitors.append(visitor)
        if role is not None:
            visitor.sign_in(role)
        return visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.watched.faults]
    for visitor in visitors:
        visitor.close()
    assert faults == []


@pytest.fixture(params=EVERY_LOOK, ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    """Every language, theme and size."""
    found: Look = request.param
    return found


QUERY = "保本 OR signal"
STARTS = ("/", f"/search/?q={QUERY}&narrow=1", f"/search/?q={QUERY}")
REACHED = {
    "/productions/#/",
    "/search/saved/#/",
    "/search/saved/#/forget/",
    *("/capture/", "/capture/gaps/", "/capture/#/", "/capture/#/settings/", "/capture/#/platform/", "/capture/#/test/"),
    *(f"/capture/#/days/#/{fate}/" for fate in ("received", "new", "duplicate", "undecoded")),
    *(f"/capture/#/files/{state}/" for state in ("stored", "flagged", "lost")),
    "/capture/connect/",
    *(f"/capture/connect/{name}/" for name in ("ndjson", "wecom", "whatsapp_cloud", "wechat")),
    *("/register/", "/register/channels/#/", "/register/people/", "/register/devices/", "/register/devices/#/"),
    *("/register/posture/", "/register/posture/#/"),
}
"""Kinds of pages that nobody may walk past: what somebody made in the demonstration, and what lives in it."""
BEFORE = ("/demo/", "/sign-in/", "/welcome/", "/no-such-page/")
"""Where the pages begin that are for whoever has not signed in."""


@pytest.fixture(scope="session")
def every_page(demonstration_archive: Place) -> list[Shown]:
    """One page of each kind, seen by the first role that reaches it; and where each role lands."""
    found = [Shown(**each) for each in json.loads((demonstration_archive.home.parent / "pages.json").read_bytes())]
    kinds = {each.kind for each in found}
    assert len(kinds) > 80 and kinds >= REACHED
    return found


@pytest.fixture(scope="session")
def asked(demonstration_archive: Place) -> list[str]:
    """The path of each address that the walk asked for, pages and files."""
    found: list[str] = json.loads((demonstration_archive.home.parent / "asked.json").read_bytes())
    return found


def leave_something(browser: Browser, origin: str) -> None:
    """Save a search, make a production and leave a file that waits to be brought in, as the compliance officer."""
    visitor = Visitor(browser, origin, Look())
    page = visitor.sign_in("compliance")
    page.goto(f"/search/?q={QUERY}")
    page.get_by_text("Save search").click()
    page.get_by_label("Name").fill("Promises of capital")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/saved/**")
    page.goto("/productions/new/?q=保本")
    page.get_by_label("Reason").fill("request 114")
    page.get_by_role("button", name="Make the bundle").click()
    page.get_by_text("verified", exact=True).first.wait_for(timeout=120_000)
    page.goto("/imports/new/")
    page.get_by_label("File").set_input_files({"name": "waits.ndjson", "mimeType": "text/plain", "buffer": b"{}\n"})
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: not url.endswith("/imports/new/"))
    visitor.close()


def walk_all(browser: Browser, origin: str, asked: list[str]) -> Iterator[Shown]:
    """Follow every link in each role, then without one; the paths of all that was asked for go to `asked`."""
    known: set[str] = set()
    for role in (*SIGN_INS, ""):
        visitor = Visitor(browser, origin, Look())
        if role:
            visitor.enter(role)
        for page in walk(visitor.context.request, origin, STARTS if role else BEFORE, known=known - {"/"}):
            assert page.status == (404 if page.kind == "/no-such-page/" else 200), page
            asked += [urlsplit(page.url).path, urlsplit(page.landed).path]
            first = page.kind not in known or page.kind == "/"
            known.add(page.kind)
            if page.type == "text/html" and first:
                yield Shown(page.kind if page.kind != "/" else f"/ of {role}", page.url.removeprefix(origin), role)
        visitor.close()


# ── What they do ─────────────────────────────────────────────────────────────────────────────────────────────────────


Shoot = Callable[[Page, str], None]


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shoot:
    """`shot(page, name)` takes docs/pictures/<name>.webp, and nothing without `--pictures`."""

    def take(page: Page, name: str) -> None:
        if request.config.getoption("--pictures"):
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.evaluate("document.fonts.ready")
            # Chromium itself writes WebP, a fifth of the size of the PNG that playwright would make.
            taken = page.context.new_cdp_session(page).send(
                "Page.captureScreenshot", {"format": "webp", "quality": QUALITY}
            )
            (PICTURES / f"{name}.webp").write_bytes(b64decode(taken["data"]))

    return take


def accessible(page: Page) -> list[str]:
    """What keeps somebody from using the page, as axe sees it: serious and critical findings, one line each.

    It is put into the page by the browser itself, which the page's policy does not hinder.
    """
    found = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{page.url}: {each['id']} ({each['impact']}): {each['help']}: {node['html'][:200]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]
