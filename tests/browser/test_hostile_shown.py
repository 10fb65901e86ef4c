"""Ten thousand hostile texts in every view: none runs, leads out, adds an element, or moves what stands beside it.

An ordinary run looks at some of each kind; the deep form at all of them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Look, Visitor
from tests.browser.hostile import AFTER, FEW, HARMLESS, MEDIA, alone, chat_files, make
from tests.browser.payloads import CANARY, Payload, payloads, sample
from tests.browser.serving import serving
from tests.browser.walk import links, walk
from tests.browser.watching import LOOK, Watch
from tests.browser.watching import Look as WatchedLook

SOME = 120
MANY = 3000
"""Entries of the audit log that the deep form looks at; some tens of thousands are about looking at this archive."""
EVERYTHING = "/search/?q=after%3A2000"
UNREAD = "/search/?q=type%3Aundecoded"
"""What no decoder takes for a message, such as half a surrogate pair: it is kept and found as it came, and has no time."""
WIDTHS = (390, 1440)
A_BATCH = 48
"""Pages that are fetched before they are laid out, one after another, at each width."""
MARKS = {"i[class]", "span[class]", "b[class]", "mark[]", "#text"}
"""What a text itself may become: hidden characters by name, addresses, hosts, hits."""

FETCH = """
async (paths) => {
  const read = async (path) => { const answer = await fetch(path); return [answer.status, await answer.text()]; };
  window.__pages = await Promise.all(paths.map(read));
  return window.__pages.map(([status, _]) => status);
}
"""
LAY_OUT = """
() => window.__pages.map(([_, html]) => {
  const page = new DOMParser().parseFromString(html, 'text/html');
  document.body.replaceWith(document.adoptNode(page.body));
  return LOOK();
})
""".replace("LOOK()", f"({LOOK.strip()})()")
"""The pages that were fetched, one after another in this document, whose style is theirs: as quick as they can be laid out."""
READ = """
() => window.__pages.map(([_, html]) => {
  const page = new DOMParser().parseFromString(html, 'text/html'), found = new Set();
  for (const element of page.querySelectorAll('*'))
    found.add(`${element.tagName.toLowerCase()}[${[...element.attributes].map((each) => each.name).sort().join(' ')}]`);
  for (const element of page.querySelectorAll('[href], [src], [action], [hx-get], [hx-post]'))
    for (const name of ['href', 'src', 'action', 'hx-get', 'hx-post']) {
      const value = element.getAttribute(name);
      if (value !== null && !/^(?:\\/(?!\\/)|#|\\?)/.test(value)) found.add(`${name}=${value.slice(0, 60)}`);
    }
  const walk = page.createTreeWalker(page, NodeFilter.SHOW_COMMENT);
  if (walk.nextNode()) found.add('a comment');
  const number = /numbered\\W*(\\d+)/.exec(page.querySelector('main')?.textContent ?? '');
  const links = [...page.querySelectorAll('[href], [src]')].map((each) => each.getAttribute('href') ?? each.getAttribute('src'));
  return {kinds: [...found], links, number: number ? Number(number[1]) : -1};
})
"""
"""Of each page that was fetched: the kinds of elements in it, where it leads, the number that its source gave beside a payload."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A served archive of hostile texts, and somebody who may read all of it."""

    some: list[Payload]
    origin: str
    visitor: Visitor
    watch: Watch
    lists: dict[str, dict[str, str]] = field(default_factory=dict)
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.visitor.page

    def get(self, path: str) -> str:
        """A page as the server sends it."""
        answer = self.visitor.context.request.get(urljoin(self.origin, path))
        assert answer.ok, f"{path}: {answer.status}"
        return answer.text()

    def open(self, path: str) -> None:
        """A page in the browser; asserts that it is harmless and keeps its shape."""
        self.page.goto(path)
        self.watch.look(self.page)
        assert self.visitor.watched.faults == []

    @contextmanager
    def wide(self, width: int) -> Iterator[None]:
        """So many px, for as long as it takes."""
        self.page.set_viewport_size({"width": width, "height": 900})
        yield
        self.page.set_viewport_size({"width": WIDTHS[-1], "height": 900})

    def fetch(self, paths: list[str]) -> None:
        """Have the browser fetch pages, for what is then asked of them."""
        answered = self.page.evaluate(FETCH, paths)
        assert set(answered) <= {200}, dict(zip(paths, answered, strict=True))

    def look_at(self, paths: Iterable[str], widths: tuple[int, ...] = WIDTHS) -> None:
        """The same of many pages, quickly, on a desk and on a phone: they are fetched and laid out, not gone to."""
        for batch in batched(paths):
            self.fetch(batch)
            self.pages.update(zip(batch, self.page.evaluate(READ), strict=True))
            for width in widths:
                with self.wide(width):
                    looks = self.page.evaluate(LAY_OUT)
                for path, look in zip(batch, looks, strict=True):
                    self.watch.judge(f"{path} at {width} px", WatchedLook(**look))
        assert self.visitor.watched.faults == []

    def read(self, places: list[str], view: str) -> list[dict[str, Any]]:
        """What a browser reads in each message's page, each asked for once."""
        paths = [view.format(place=place, leaf=place.partition("-")[0]) for place in places]
        for batch in batched(path for path in paths if path not in self.pages):
            self.fetch(batch)
            self.pages.update(zip(batch, self.page.evaluate(READ), strict=True))
        return [self.pages[path] for path in paths]

    def along(self, start: str) -> dict[str, str]:
        """A list's page, and all that its links to older ones lead to: each address, and what the server sends."""
        if start not in self.lists:
            found: dict[str, str] = {}
            path = start
            while path and path not in found:
                found[path] = self.get(path)
                older = re.search(r'<a (?=[^>]*rel="next")[^>]*href="([^"]+)"', found[path])
                path = urljoin(path, unescape(older[1])) if older else ""
            self.lists[start] = found
        return self.lists[start]

    def every(self, pattern: str, start: str) -> list[str]:
        """Every address that fits `pattern` on a list and its older pages, in the order of the list."""
        fit = re.compile(pattern)
        found = (link for html in self.along(start).values() for link in links(html) if fit.fullmatch(link))
        return list(dict.fromkeys(found))

    def places(self, start: str = EVERYTHING) -> list[str]:
        """The events of a list, by record and ordinal."""
        return [link.split("/")[2] for link in self.every(r"/events/\d+-\d+/", start)]

    @property
    def whole(self) -> bool:
        """Whether this is the deep form."""
        return len(self.some) > FEW


@pytest.fixture(scope="module", params=["some", pytest.param("all", marks=pytest.mark.deep)])
def stage(request: pytest.FixtureRequest, browser: Browser, fast_folders: Callable[[], Path]) -> Iterator[Stage]:
    """The archive, small or whole."""
    some = list(payloads()) if request.param == "all" else list(sample(SOME))
    with ThreadPoolExecutor(1) as aside:  # Django will not work in a thread that drives a browser
        place = aside.submit(make, fast_folders(), some).result()
    with serving(place) as origin:
        visitor = Visitor(browser, origin, Look())
        watch = Watch(origin)
        watch.join(visitor.context)
        visitor.sign_in("compliance")
        visitor.context.set_default_timeout(60_000)
        yield Stage(some, origin, visitor, watch)
        visitor.close()


LISTS = {
    "search": EVERYTHING,
    "people": "/people/",
    "handles": "/handles/",
    "imports": "/imports/",
    "accounts": "/accounts/",
    "audit": "/audit/",
}


@pytest.mark.parametrize("name", LISTS)
def test_every_list_keeps_its_shape(stage: Stage, name: str) -> None:
    rails = set()
    pages = list(stage.along(LISTS[name]))
    stage.look_at(pages)
    for path in [*pages[:: max(1, len(pages) // 10 if stage.whole else len(pages))], pages[-1]]:
        stage.open(path)
        if name == "search":
            stage.page.locator(".facet").first.wait_for()  # names again, beside the hits
            stage.watch.look(stage.page)
            with stage.wide(WIDTHS[0]):
                stage.watch.look(stage.page)
        rails.add(str(stage.watch.look(stage.page).rail))

    assert len(rails) == 1, "the rail moved"


def test_every_conversation_keeps_its_shape(stage: Stage) -> None:
    numbers = {
        re.sub(r"\D.*", "", link.removeprefix("/conversations/"))
        for link in stage.every(r"/conversations/\d+/.*", EVERYTHING)
    }

    pages = [path for number in sorted(numbers, key=int) for path in stage.along(f"/conversations/{number}/")]
    stage.look_at(pages)
    for path in pages[:: len(pages) // 3]:
        stage.open(path)


def test_a_message_and_its_proof_keep_their_shape(stage: Stage) -> None:
    """All of them in the deep form, but for what differs in bytes alone; otherwise every twelfth."""
    found = stage.places() + stage.places(UNREAD)
    looked = found if stage.whole else found[::12]
    for view, some in zip(VIEWS, (looked, looked, looked, looked[::10]), strict=True):
        stage.look_at(view.format(place=place, leaf=place.partition("-")[0]) for place in some)
        stage.open(view.format(place=found[0], leaf=found[0].partition("-")[0]))


VIEWS = ("/events/{place}/?visible=yes", "/records/{leaf}/?from=0", "/events/{place}/", "/records/{leaf}/")
"""A message in full, and its proof with its bytes; then as they are seen first."""


@pytest.mark.parametrize("view", [*VIEWS[:2], *(pytest.param(view, marks=pytest.mark.deep) for view in VIEWS[2:])])
def test_a_hostile_message_adds_no_element_to_its_page(stage: Stage, view: str) -> None:
    """Each page is read as a browser reads it: its elements, attributes and addresses are those of a harmless message's page."""
    harmless = stage.places(f"/search/?q=from%3A%22{quote(HARMLESS)}%22")
    assert len(harmless) == len(MEDIA) + 1 + 2, "those of a phone's export, too"
    usual = {each for found in signatures(stage, harmless, view) for each in found} | MARKS
    every = [place for place in stage.places() + stage.places(UNREAD) if place not in set(harmless)]
    hostile = every if view != VIEWS[-1] else every[::10]
    found = signatures(stage, hostile, view)
    wrong = {place: added for place, each in zip(hostile, found, strict=True) if (added := set(each) - usual)}

    assert not wrong, wrong


def signatures(stage: Stage, some: list[str], view: str) -> list[list[str]]:
    """For each message's page, the kinds of elements in it."""
    return [each["kinds"] for each in stage.read(some, view)]


def test_every_payload_is_found(stage: Stage) -> None:
    """None is lost on the way: each has its message, and those that are no text theirs where what cannot be read is listed."""
    files = {payload.number + AFTER * 2 for payload in alone(stage.some)}
    harmless = set(range(AFTER, AFTER + len(MEDIA) + 1))
    read = {payload.number for payload in stage.some if payload.whole}

    halves = [payload.number for payload in stage.some if not payload.whole]
    of_a_phone = chat_files()
    led_out = [name for place, name in enumerate(of_a_phone) if place % 3 and name.startswith("..")]

    assert sorted(numbers(stage, EVERYTHING)) == [-1] * len(of_a_phone) + sorted(read | files | harmless)
    assert sorted(numbers(stage, UNREAD)) == [-1] * len(led_out) + halves


def numbers(stage: Stage, start: str) -> list[int]:
    """Of each event of a list, the number that its source gave beside the payload; -1 where it gave none."""
    return [each["number"] for each in stage.read(stage.places(start), VIEWS[0])]


def batched(some: Iterable[str]) -> Iterator[list[str]]:
    """As many as are fetched at once, again and again."""
    rest = iter(some)
    while batch := list(islice(rest, A_BATCH)):
        yield batch


def test_a_file_is_given_out_as_nothing_that_runs(stage: Stage) -> None:
    files = attached(stage, "/media/")
    assert files
    for path in files:
        answer = stage.visitor.context.request.get(urljoin(stage.origin, path))
        policy, disposition = answer.headers["content-security-policy"], answer.headers["content-disposition"]
        assert "sandbox" in policy and "default-src 'none'" in policy and "allow-scripts" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch(
            r"(?:attachment|inline)(?:; filename=(?:\"[^\"\\\r\n/]*\"|[\w.-]+)|; filename\*=utf-8''[\w%.~!$&+^`|-]*)*",
            disposition,
            re.IGNORECASE,
        ), disposition
        inline = disposition.lower().startswith("inline")
        assert not inline or answer.headers["content-type"].partition("/")[0] in {"image", "audio", "video"}, path
        assert "svg" not in answer.headers["content-type"] and "html" not in answer.headers["content-type"]


def attached(stage: Stage, start: str) -> list[str]:
    """Where the messages that have a file lead to, of what begins so."""
    asked = "/search/?q=has%3Aattachment"
    found = [link for html in stage.along(asked).values() for link in links(html)]
    found += [link for each in stage.read(stage.places(asked), VIEWS[0]) for link in each["links"]]
    return [link for link in dict.fromkeys(found) if link.startswith(start)]


ASIDE = "<img src=x onerror=window.__muniment_pwned=9>\"'</textarea>"
"""What a search and a production are called in the archive of hostile texts."""


def test_every_other_page_keeps_its_shape(stage: Stage) -> None:
    """One page of each kind that links lead to, a search and a bundle of a hostile name among them."""
    page = stage.page
    page.goto("/search/?q=%22no+malice%22")
    page.get_by_text("Save search").click()
    page.get_by_label("Name").fill(ASIDE)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/saved/**")
    stage.watch.look(page)
    page.goto("/productions/new/?q=%22no+malice%22")
    page.get_by_label("Reason").fill(ASIDE)
    page.get_by_role("button", name="Make the bundle").click()
    page.get_by_text("verified", exact=True).first.wait_for(timeout=120_000)
    stage.watch.look(page)
    page.goto("/imports/new/")
    page.get_by_label("File").set_input_files(
        {"name": f"{ASIDE[:-13]}.ndjson", "mimeType": "text/plain", "buffer": b"{}\n"}
    )
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda url: not url.endswith("/imports/new/"))
    shown: dict[str, str] = {}
    hostile = set()
    for each in walk(stage.visitor.context.request, stage.origin, each=3):
        if each.type == "text/html" and each.kind not in hostile:
            if CANARY in stage.get(each.url):
                hostile.add(each.kind)
            if each.kind in hostile or each.kind not in shown:
                shown[each.kind] = each.url
    assert set(OTHERS) <= hostile, f"nothing hostile came to {set(OTHERS) - hostile}"

    for path in shown.values():
        stage.open(path)
    narrow = [path.removeprefix(stage.origin) for kind, path in shown.items() if stage.whole or kind in hostile]
    stage.look_at(narrow if stage.whole else narrow[::4], WIDTHS[:1])


OTHERS = (
    *(
        "/",
        "/people/#/",
        "/people/desks/",
        "/people/desks/#/",
        "/imports/#/",
        "/accounts/#/",
    ),
    *("/handles/assign/", "/productions/", "/productions/#/", "/own/", "/own/events/#/", "/own/conversations/#/"),
    *("/search/saved/#/", "/capture/", "/register/"),
    *(
        "/register/channels/#/",
        "/register/devices/",
        "/register/devices/#/",
        "/register/posture/",
        "/register/posture/#/",
    ),
    *("/register/people/", "/conversations/#/members/", "/own/conversations/#/members/", "/own/texts/#/#/"),
    *("/capture/gaps/", "/capture/#/", "/capture/#/settings/", "/capture/#/platform/", "/capture/#/test/", "/system/"),
    *(
        "/imports/new/#/",
        "/imports/#/stored/attachments/",
        "/imports/#/rejected/attachments/",
        "/imports/#/missing/bytes/",
    ),
    *("/people/#/change/", "/register/devices/#/change/", "/register/posture/add/"),
)
"""Where something hostile must stand in that walk."""


def test_what_is_read_in_a_file_keeps_its_shape(stage: Stage) -> None:
    """The page of a file's text is one of ours: what is in the file is as harmless there as a message."""
    pages = attached(stage, "/texts/")
    assert pages
    stage.look_at(pages if stage.whole else pages[::6])
    stage.open(pages[0])


def test_an_audit_entry_keeps_its_shape(stage: Stage) -> None:
    """The page of what somebody did, and of its proof, is of one kind, whatever was asked for: most of it by the tests before this one."""
    leaves = [link.split("/")[2] for link in stage.every(r"/audit/\d+/", LISTS["audit"])]
    few = leaves[::60]
    assert any(CANARY in stage.get(f"/audit/{leaf}/") for leaf in few)
    stage.look_at(f"/audit/{leaf}/" for leaf in (leaves[:: max(1, len(leaves) // MANY)] if stage.whole else few))
    stage.look_at(f"/proofs/audit/{leaf}/" for leaf in few)


def test_names_that_are_offered_are_options_of_a_list(stage: Stage) -> None:
    """While somebody writes whose messages to find."""
    for asked in ("from:img", "in:img", "to:x", "with:window"):
        stage.fetch([f"/search/names/?q={quote(asked)}"])
        (found,) = stage.page.evaluate(READ)
        assert set(found["kinds"]) <= {"html[]", "head[]", "body[]", "option[value]"}
    stage.page.goto("/search/")
    stage.page.locator("#q").press_sequentially("from:img")
    stage.page.locator("#names option").first.wait_for(state="attached")
    assert CANARY in str(stage.page.locator("#names").inner_html())
    stage.watch.look(stage.page)


def test_the_audit_log_as_a_table_runs_nothing_either(stage: Stage) -> None:
    """What is exported for a spreadsheet is the same cells, none of which a spreadsheet would take for a formula."""
    rows = list(csv.reader(io.StringIO(stage.get("/audit/audit.csv").removeprefix("\ufeff"), newline="")))
    wide = {len(row) for row in rows}
    cells = [cell for row in rows[1:] for cell in row]

    assert len(wide) == 1 and len(rows) > sum(payload.whole for payload in stage.some)
    assert [cell for cell in cells if re.match(r"[=+\-@\t\r\n＝＋－＠]", cell)] == []
    asked = {payload.name for payload in stage.some if payload.whole}
    found = {cell.removeprefix("'") for cell in cells} | set(cells)
    assert asked - found == set()


def test_the_harmless_is_there(stage: Stage) -> None:
    """The archive that all of this looks at holds what it should: nothing was found hostile because nothing was found."""
    assert HARMLESS in stage.get("/search/?q=%22no+malice%22")
    assert max(payload.number for payload in stage.some) < AFTER
