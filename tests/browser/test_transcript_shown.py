"""The transcript as a stranger opens it, from a file, full of hostile texts: nothing runs, nothing leads out, it keeps its shape."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from muniment.produce.transcript import transcript
from muniment.record.words import ENGLISH
from tests.browser.payloads import Payload, payloads, sample
from tests.browser.watching import Watch
from tests.produce.test_transcript_hostile import head, hostile_event

A_FILE = 400


def open_in(browser: Browser, folder: Path, some: list[Payload], *, width: int) -> None:
    """Write transcripts of `some` and look at each."""
    for start in range(0, len(some), A_FILE):
        batch = some[start : start + A_FILE]
        file = folder / "transcript.html"
        file.write_bytes(b"".join(transcript(head(batch[0].name, len(batch)), map(hostile_event, batch), ENGLISH)))
        watch = Watch("file://")
        context = browser.new_context(viewport={"width": width, "height": 900})
        watch.join(context)
        page = context.new_page()
        page.goto(file.as_uri())
        watch.look(page)
        assert page.locator("article").count() == len(batch)
        # Whatever the text, its own article holds it: what stands beside it is where it always is.
        assert page.evaluate(OUTSIDE) == []
        assert {url for url in watch.requests if not url.startswith("data:")} == {file.as_uri()}
        context.close()


OUTSIDE = """
() => [...document.querySelectorAll('article')].filter((article) => {
  article.scrollIntoView({block: 'nearest'});
  const box = article.getBoundingClientRect();
  return [...article.querySelectorAll('.what, .proof')].some((part) => {
    if (part.scrollWidth > part.clientWidth && getComputedStyle(part).overflowX === 'visible') return true;
    const inner = part.getBoundingClientRect();
    return inner.left < box.left - 1 || inner.right > box.right + 1 || inner.top < box.top - 1 || inner.bottom > box.bottom + 1;
  });
}).map((article) => article.id)
"""


@pytest.mark.parametrize("width, count", [(1280, 200), (360, 90)])
def test_a_sample_of_each_kind_is_only_shown(browser: Browser, tmp_path: Path, width: int, count: int) -> None:
    open_in(browser, tmp_path, [payload for payload in sample(count) if payload.kind != "giant"], width=width)


@pytest.mark.deep
def test_every_one_is_only_shown(browser: Browser, tmp_path: Path) -> None:
    open_in(browser, tmp_path, list(payloads()), width=1280)
