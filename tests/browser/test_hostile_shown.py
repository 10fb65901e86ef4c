"""Ten thousand hostile texts in every view: none runs, leads out, adds an element, or moves what stands beside it.

An ordinary run looks at some of each kind; the deep form at all of them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Look, Visitor
from tests.browser.hostile import AFTER, HARMLESS, MEDIA, make
from tests.browser.payloads import CANARY, Payload, payloads, sample
from tests.browser.serving import serving
from tests.browser.walk import links, walk
from tests.browser.watching import Watch

SOME = 120
EVERYTHING = "/search/?q=after%3A2000"
MARKS = {"i[class]", "span[class]", "b[class]", "mark[]", "#text"}
"""What a text itself may become: hidden characters by name, addresses, hosts, hits."""

SIGNATURES = """
(pages) => pages.map((html) => {
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
  return [...found];
})
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """A served archive of hostile texts, and somebody who may read all of it."""

    some: list[Payload]
    origin: str
    visitor: Visitor
    watch: Watch

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


def along(stage: Stage, path: str) -> Iterator[str]:
    """A list's page, and all that its links to older ones lead to."""
    asked: set[str] = set()
    while path and path not in asked:
        asked.add(path)
        yield path
        found = re.search(r'<a [^>]*href="([^"]+)"[^>]*rel="next"', stage.get(path))
        path = found[1].replace("&amp;", "&") if found else ""


def every(stage: Stage, pattern: str, start: str) -> list[str]:
    """Every address that fits `pattern` on a list and its older pages, in the order of the list."""
    fit = re.compile(pattern)
    found = (link for path in along(stage, start) for link in links(stage.get(path)) if fit.fullmatch(link))
    return list(dict.fromkeys(found))


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
    for path in along(stage, LISTS[name]):
        stage.open(path)
        if name == "search":
            stage.page.locator(".facet").first.wait_for()  # names again, beside the hits
            stage.watch.look(stage.page)
        rails.add(str(stage.watch.look(stage.page).rail))

    assert len(rails) == 1, "the rail moved"


def test_every_conversation_keeps_its_shape(stage: Stage) -> None:
    numbers = {
        re.sub(r"\D.*", "", link.removeprefix("/conversations/"))
        for link in every(stage, r"/conversations/\d+/.*", EVERYTHING)
    }

    for number in sorted(numbers, key=int):
        for path in along(stage, f"/conversations/{number}/"):
            stage.open(path)


def places(stage: Stage) -> list[str]:
    """The events, by record and ordinal."""
    return [link.split("/")[2] for link in every(stage, r"/events/\d+-\d+/", EVERYTHING)]


def test_a_message_and_its_proof_keep_their_shape(stage: Stage) -> None:
    """All of them in the deep form, in the browser; otherwise of every twelfth."""
    found = places(stage)
    assert len(found) >= len(stage.some)
    for place in found if len(stage.some) > SOME * 3 else found[::12]:
        stage.open(f"/events/{place}/")
        stage.open(f"/events/{place}/?visible=yes")
        stage.open(f"/records/{place.partition('-')[0]}/")
        stage.open(f"/records/{place.partition('-')[0]}/?from=0")


@pytest.mark.parametrize(
    "view",
    [
        "/events/{place}/?visible=yes",
        "/records/{leaf}/?from=0",
        pytest.param("/events/{place}/", marks=pytest.mark.deep),
        pytest.param("/records/{leaf}/", marks=pytest.mark.deep),
    ],
)
def test_a_hostile_message_adds_no_element_to_its_page(stage: Stage, view: str) -> None:
    """Each page is read as a browser reads it: its elements, attributes and addresses are those of a harmless message's page."""
    harmless = [link.split("/")[2] for link in every(stage, r"/events/\d+-\d+/", "/search/?q=%22no+malice%22")]
    assert len(harmless) == len(MEDIA) + 1
    usual = {each for found in signatures(stage, harmless, view) for each in found}
    wrong = {}
    hostile = [place for place in places(stage) if place not in set(harmless)]
    for start in range(0, len(hostile), 50):
        batch = hostile[start : start + 50]
        for place, found in zip(batch, signatures(stage, batch, view), strict=True):
            if added := set(found) - usual - MARKS:
                wrong[place] = added

    assert not wrong, wrong


def signatures(stage: Stage, some: list[str], view: str) -> list[list[str]]:
    """For each message's page, the kinds of elements in it."""
    pages = [stage.get(view.format(place=place, leaf=place.partition("-")[0])) for place in some]
    found: list[list[str]] = stage.page.evaluate(SIGNATURES, pages)
    return found


def test_a_file_is_given_out_as_nothing_that_runs(stage: Stage) -> None:
    files = every(stage, r"/media/[^\"]+", "/search/?q=has%3Aattachment")
    for event in every(stage, r"/events/\d+-\d+/", "/search/?q=has%3Aattachment"):
        files += [link for link in links(stage.get(event)) if link.startswith("/media/")]
    assert files
    for path in dict.fromkeys(files):
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
    *("/register/people/", "/conversations/#/members/"),
)
"""Where something hostile must stand in that walk."""


def test_what_is_read_in_a_file_keeps_its_shape(stage: Stage) -> None:
    """The page of a file's text is one of ours: what is in the file is as harmless there as a message."""
    pages = [
        link
        for event in every(stage, r"/events/\d+-\d+/", "/search/?q=has%3Aattachment")
        for link in links(stage.get(event))
        if link.startswith("/texts/")
    ]
    assert pages
    for path in pages if len(stage.some) > SOME * 3 else pages[::6]:
        stage.open(path)


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
