"""The watch over pages can say no: each thing that it looks for is brought about once and seen."""

from tests.browser.conftest import Visit, accessible


def test_what_no_page_may_do_is_seen(visit: Visit) -> None:
    visitor = visit()
    page, faults = visitor.page, visitor.watched.faults
    page.goto("/demo/")
    assert faults == []

    page.evaluate("console.error('mine')")
    page.wait_for_timeout(50)
    assert "mine" in faults.pop()
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.com/x.png'}))"
    )
    page.wait_for_timeout(200)
    assert any("content security policy" in fault or "Content Security Policy" in fault for fault in faults), faults
    faults.clear()
    page.evaluate("document.body.setAttribute('onclick', 'this.ran = true'); document.body.click()")
    page.wait_for_timeout(50)
    assert page.evaluate("document.body.ran") is None
    assert any("ontent" in fault for fault in faults), faults
    faults.clear()
    page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    page.wait_for_timeout(50)
    assert any("thrown" in fault for fault in faults), faults
    faults.clear()


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
