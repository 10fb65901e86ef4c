"""Walks the desk as somebody who follows every link: one address of each kind of page that a role can reach."""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from playwright.sync_api import APIRequestContext

_NUMBER = re.compile(r"(?<=/)(?:\d+(?:-\d+)*|[0-9a-f]{8,}(?:-[0-9a-f]{4,})*)(?=/|$|\.)")


KINDS = {"/search/": {"q", "narrow"}}
"""Names in a query that make another page of an address."""
SEVERAL = {"/capture/#/": 8, "/capture/#/days/#/received/": 2}
"""Kinds of which more than one address is asked for: what an account leads to hangs on how it is heard."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that was asked for. `kind` is it without what differs between pages of one kind; `type` what came back, `landed`
    where from.
    """

    kind: str
    url: str
    type: str
    status: int
    landed: str


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag == "form" and (given.get("method") or "get").lower() == "get" and given.get("action"):
            self.links.append(given["action"] or "")
        elif tag in {"img", "audio", "video", "source", "iframe"} and given.get("src"):
            self.links.append(given["src"] or "")


def links(page: str) -> list[str]:
    """Where a page leads by GET."""
    reader = _Links()
    reader.feed(page)
    return reader.links


def kind_of(url: str) -> str:
    """An address without its numbers and without how a list is narrowed or paged; a search with a query is another page."""
    parts = urlsplit(url)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)} & KINDS.get(parts.path, set()))
    return _NUMBER.sub("#", parts.path) + ("?" + "&".join(names) if names else "")


def walk(
    request: APIRequestContext,
    origin: str,
    starts: Iterable[str] = ("/",),
    *,
    each: int = 1,
    known: Container[str] = (),
    most: int = 400,
) -> Iterator[Found]:
    """Follow every link from `starts`, at most `each` addresses of a kind; yields what was found, pages and files.

    Kinds in `known` are not asked for again, so that what only they lead to is not found.
    """
    seen: dict[str, int] = {}
    asked: set[str] = set()
    waiting = deque(starts)
    while waiting and len(asked) < most:
        url = urljoin(origin, waiting.popleft()).partition("#")[0]
        kind = kind_of(url)
        if (
            not url.startswith(f"{origin}/")
            or url in asked
            or kind.startswith("/static/")
            or kind in known
            or seen.get(kind, 0) >= max(each, SEVERAL.get(kind, 1))
        ):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        asked.add(url)
        answer = request.get(url)
        asked.add(answer.url)
        content_type = answer.headers.get("content-type", "").partition(";")[0]
        yield Found(kind, url, content_type, answer.status, answer.url)
        if content_type == "text/html" and answer.ok:
            waiting.extend(urljoin(answer.url, link) for link in links(answer.text()))


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the desk: of what kind it is, its address, and who is signed in (nobody: before signing in)."""

    kind: str
    path: str
    role: str

    def __str__(self) -> str:
        return f"{self.path} as {self.role or 'nobody'}"


def by_role(shown: Iterable[Shown]) -> Iterator[tuple[str, list[Shown]]]:
    """The pages of each role."""
    pages = list(shown)
    for role in dict.fromkeys(page.role for page in pages):
        yield role, [page for page in pages if page.role == role]
