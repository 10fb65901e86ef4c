"""The watch over pages can say no: each thing that it looks for is brought about once and seen."""

from playwright.sync_api import Page

from tests.browser.conftest import Visit, accessible


def told(page: Page, faults: list[str], said: str) -> None:
    """Wait until a fault that says `said` is among the faults; then forget them all."""
    for _ in range(400):
        if any(said in fault.lower() for fault in faults):
            break
        page.wait_for_timeout(25)
    assert any(said in fault.lower() for fault in faults), faults
    faults.clear()


def test_what_no_page_may_do_is_seen(visit: Visit) -> None:
    visitor = visit()
    page, faults = visitor.page, visitor.watched.faults
    page.goto("/demo/")
    assert faults == []

    page.evaluate("console.error('mine')")
    told(page, faults, "mine")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.com/x.png'}))"
    )
    told(page, faults, "content security policy")
    page.evaluate("document.body.setAttribute('onclick', 'this.ran = true'); document.body.click()")
    assert page.evaluate("document.body.ran") is None
    told(page, faults, "content security policy")
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    told(page, faults, "thrown")
    page.evaluate("console.error('the last')")  # whatever came late came before it
    told(page, faults, "the last")


def test_a_page_that_somebody_cannot_use_is_seen(visit: Visit) -> None:
    page = visit().page
    page.goto("/demo/")
    assert accessible(page) == []
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any("button-name" in finding for finding in accessible(page))


def test_everybody_can_be_signed_in(visit: Visit) -> None:
    for role in ("compliance", "adviser", "it"):
        page = visit(role=role).page
        assert "/demo" not in page.url
