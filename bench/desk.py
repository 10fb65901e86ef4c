"""The desk over HTTP: how long the server takes for each kind of page, idle, with a thousand people, and while a file is imported.

The clock stands at the reader's end of one kept-open connection on this machine; beside each number stands a static
file's, asked of the same server in the same minute, and the disk's fsync, because what is read is audited before it is shown.
"""

import http.client
import json
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlencode, urlsplit

from bench import yardsticks
from bench.corpus import generate
from bench.measure import percentile, python, run
from bench.report import Promise
from bench.setting import Place, Setting

RUNS = 40
PEOPLE = 1000
LIMIT_MS = 150
STATIC = "/static/muniment/tokens.css"
STATIC_NAME = "a static file from the same server, p95"


@dataclass(slots=True)
class Browser:
    """Somebody signed in, on one connection."""

    connection: http.client.HTTPConnection
    cookie: str

    def get(self, path: str) -> tuple[int, str]:
        """The status and text of a page."""
        try:
            answer = self._ask(path)
        except http.client.RemoteDisconnected:  # the server does not keep a connection open for ever
            self.connection.close()
            answer = self._ask(path)
        return answer.status, answer.read().decode("utf-8", "replace")

    def _ask(self, path: str) -> http.client.HTTPResponse:
        self.connection.request("GET", path, headers={"Cookie": self.cookie, "Accept": "text/html"})
        return self.connection.getresponse()


def pages(setting: Setting) -> None:
    """Each kind of page, as somebody who may read everything and as somebody who may read one group of people."""
    place, report = setting.whole, setting.report
    people = min(PEOPLE, setting.corpus.messages // 10)
    cookies = _sign_in(place, people=0)
    with _serving(place) as open_browser:
        everything = open_browser(cookies["everything"])
        kinds = _kinds(everything)
        report.check("desk", "every kind of page answers", set(kinds) >= {"conversation", "proof"}, str(sorted(kinds)))
        _measure(setting, everything, kinds, "idle")
        cookies = _sign_in(place, people=people)
        kinds |= _live_kinds(place, people)
        everything, group = open_browser(cookies["everything"]), open_browser(cookies["group"])
        _measure(setting, everything, kinds, f"{people:,} people")
        scoped = {name: path for name, path in kinds.items() if name.startswith("search") or name == "facets"}
        _measure(setting, group, scoped, f"{people:,} people, one group's messages")
        with _importing(setting, place) as importing:
            report.check("desk", "the import runs while pages are asked for", importing(), "")
            _measure(setting, everything, kinds, "during an import")


def _kinds(browser: Browser) -> dict[str, str]:
    """One address of each kind of page; those of a conversation and a proof are found by following links, as a reader does."""

    def search(query: str) -> str:
        return "/search/?" + urlencode({"q": query})

    found = {
        "home": "/",
        "search, common word": search("settlement"),
        "search, rare word": search("zanzibarite"),
        "search, filtered": search("settlement after:2025-03-01 before:2025-06-01"),
        "search, Chinese": search("內幕"),
        "facets": "/search/narrow/?" + urlencode({"q": "settlement"}),
        "people": "/people/",
        "audit log": "/audit/",
        "imports": "/imports/",
        "system": "/system/",
    }
    page = browser.get(found["search, common word"])[1]
    for name, address in (("conversation", r"/conversations/\d+/(?:\?[^\"]*)?"), ("event", r"/events/[\w-]+/")):
        if link := re.search(rf'href="({address})', page):
            found[name] = link[1].replace("&amp;", "&")
    text = browser.get(found["conversation"])[1] if "conversation" in found else page
    if link := re.search(r'href="(/records/\d+/)"', page + text):
        found["proof"] = link[1]
    return found


def _live_kinds(place: Place, people: int) -> dict[str, str]:
    """Connect accounts, fill the register, and give the pages of both, and those on which many accounts stand."""
    made = run(python("-m", "bench.desk_live", str(people)), environment=place.environment())
    if made.code:
        raise RuntimeError(made.out[-2000:])
    source = json.loads(made.out.splitlines()[-1])["source"]
    return {
        "all that needs attention": "/attention/",
        "accounts": "/accounts/",
        "handles of nobody": "/handles/",
        "capture": "/capture/",
        "health of a connection": f"/capture/{source}/",
        "gaps": "/capture/gaps/",
        "gaps of a connection": "/capture/gaps/?" + urlencode({"account": source}),
        "lost files": f"/capture/{source}/files/lost/",
        "register": "/register/",
        "channel": "/register/channels/1/",
        "registered people": "/register/people/",
        "devices": "/register/devices/",
        "device": "/register/devices/1/",
        "posture": "/register/posture/",
    }


def _measure(setting: Setting, browser: Browser, kinds: dict[str, str], when: str) -> None:
    report, runs = setting.report, setting.runs(RUNS)
    static = _times(browser, STATIC, runs)
    report.say("desk", f"{when}: {STATIC_NAME}", percentile(static, 0.95) * 1000, "ms", runs=runs)
    beside = f"static file {percentile(static, 0.95) * 1000:.1f} ms, {report.beside(yardsticks.FSYNC_P99)}"
    for name, path in kinds.items():
        status, _ = browser.get(path)
        report.check("desk", f"{when}: {name} is shown", status == http.client.OK, f"{path}: {status}")
        times = _times(browser, path, runs)
        report.say("desk", f"{when}: {name}, p50", statistics.median(times) * 1000, "ms", runs=runs)
        report.say(
            "desk",
            f"{when}: {name}, p95",
            percentile(times, 0.95) * 1000,
            "ms",
            runs=runs,
            promise=Promise("under", LIMIT_MS if name != "facets" else 300),
            yardstick=beside,
        )


def _times(browser: Browser, path: str, runs: int) -> list[float]:
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        browser.get(path)
        times.append(time.perf_counter() - began)
    return times


def _sign_in(place: Place, people: int) -> dict[str, str]:
    """Make the firm, so many people and the two readers; the session cookie of each reader."""
    made = run(python("-m", "bench.desk_people", str(people)), environment=place.environment())
    if made.code:
        raise RuntimeError(made.out[-2000:])
    cookies: dict[str, str] = json.loads(made.out.splitlines()[-1])
    return cookies


@contextmanager
def _serving(place: Place) -> Iterator[Callable[[str], Browser]]:
    """`muniment serve` on the archive; yields what opens a browser with a session's cookie."""
    with serving(place) as where:
        host, port = str(where.hostname), where.port
        yield lambda session: Browser(http.client.HTTPConnection(host, port, timeout=60), f"muniment={session}")


@contextmanager
def serving(place: Place) -> Iterator[SplitResult]:
    """`muniment serve` on the archive, until the block ends; yields its address."""
    server = subprocess.Popen(
        python("-m", "muniment.cli.main", "serve", "--port", "0", "--json"),
        env=place.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        yield urlsplit(json.loads(server.stdout.readline())["url"])
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


@contextmanager
def _importing(setting: Setting, place: Place) -> Iterator[Callable[[], bool]]:
    """A full-speed import of other messages into the same archive; yields what says whether it still runs."""
    more = generate(setting.folder / "corpus-more.ndjson", max(20_000, setting.corpus.messages // 2), seed=11)
    words = ("import", "ndjson", str(more.path), "--account", f"bench-{time.time_ns()}")
    running = subprocess.Popen(
        python("-m", "muniment.cli.main", *words),
        env=place.environment(),
        stdout=subprocess.DEVNULL,
    )
    before = place.sealed()
    while running.poll() is None and place.sealed() == before:
        time.sleep(0.05)  # until it seals: reading the file alone is no load
    try:
        yield lambda: running.poll() is None
    finally:
        running.terminate()
        running.wait()
