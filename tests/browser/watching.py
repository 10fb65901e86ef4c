"""What a browser did while it showed a page, and what of that it should not have done."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page

from tests.browser.payloads import CANARY, TRAP

LISTEN = """
window.__muniment_violations = [];
addEventListener('securitypolicyviolation', (event) => {
  window.__muniment_violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`.slice(0, 200));
}, true);
"""
"""Runs before anything of the page does."""

BEYOND = """
() => {
  const root = document.documentElement, wide = root.clientWidth;
  const hidden = (element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (/auto|scroll|hidden|clip/.test(style.overflowX) && each !== element) return true;
      if (style.position === 'fixed' || style.display === 'none') return true;
    }
    return !element.checkVisibility();
  };
  const beyond = [];
  const out = (each) => each.getBoundingClientRect().right > wide + 1;
  if (root.scrollWidth > wide) for (const each of document.body.querySelectorAll('*')) {
    if (beyond.length < 5 && out(each) && ![...each.children].some(out) && !hidden(each))
      beyond.push(`<${each.parentElement.tagName.toLowerCase()} class="${each.parentElement.className}"><${each.tagName.toLowerCase()} class="${each.className}"> ${each.textContent.trim().slice(0, 30)}`);
  }
  return beyond;
}
"""
"""The elements that make a page wider than its window."""

LOOK = """
() => {
  const root = document.documentElement, wide = root.clientWidth;
  const covered = [];
  for (const head of [...document.querySelectorAll('h1, .rail .brand, .rail a, h2')].slice(0, 60)) {
    head.scrollIntoView({block: 'nearest', inline: 'nearest'});
    const box = head.getBoundingClientRect();
    if (box.width < 4 || box.height < 4 || !head.checkVisibility()) continue;  // for ears only, or in a menu that is closed
    for (const part of [0.1, 0.5, 0.9]) {
      const x = Math.min(box.left + Math.max(2, box.width * part), wide - 2), y = box.top + box.height / 2;
      if (x < 0 || y < 0 || y > innerHeight) continue;
      const hit = document.elementFromPoint(x, y);
      if (hit && !head.contains(hit) && !hit.contains(head)) covered.push(`${head.textContent.slice(0, 40)} by <${hit.tagName}>`);
    }
  }
  scrollTo(0, 0);
  const rows = [];
  for (const table of document.querySelectorAll('table')) {
    const across = (row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    const counts = new Set([...table.rows].map(across));
    if (counts.size > 1) rows.push([...counts].join('/'));
  }
  const beyond = BEYOND();
  const reach = [...document.querySelectorAll('a[href], form[action], iframe[src], img[src], audio[src], video[src], source[src], script[src], link[href], object[data], embed[src], base[href], area[href]')]
    .map((each) => each.href?.baseVal ?? each.href ?? each.src ?? each.data ?? each.getAttribute('action'))
    .filter((address) => address && !String(address).startsWith('data:image/')).map((address) => new URL(address, location.href))
    .filter((address) => address.origin !== location.origin).map((address) => address.href.slice(0, 120));
  const rail = document.querySelector('.rail')?.getBoundingClientRect();
  return {
    wide, scroll: root.scrollWidth, beyond, covered, rows, reach,
    rail: rail ? [rail.left, rail.top, rail.width] : null,
    violations: window.__muniment_violations, pwned: window.CANARY ?? null,
    scripts: [...document.scripts].filter((each) => !each.src && each.type !== 'application/json').length,
    styled: document.querySelectorAll('[style]').length,
    handlers: [...document.querySelectorAll('*')].filter((each) => [...each.attributes].some((one) => one.name.startsWith('on'))).length,
  };
}
""".replace("CANARY", CANARY).replace("BEYOND()", f"({BEYOND.strip()})()")


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it lies in the browser: its width, what is covered, where its rail stands."""

    wide: int
    scroll: int
    beyond: list[str]
    covered: list[str]
    rows: list[str]
    reach: list[str]
    rail: list[float] | None
    violations: list[str]
    pwned: int | None
    scripts: int
    styled: int
    handlers: int


@dataclass
class Watch:
    """Everything that a browser asked for and complained of since it was told to be watched."""

    origin: str
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def join(self, context: BrowserContext) -> None:
        """Watch every page of `context`."""
        context.add_init_script(LISTEN)
        context.on("request", lambda request: self.ask(request.url))
        context.on("page", self._page)
        context.on("dialog", self._dialog)

    def ask(self, url: str) -> None:
        """Note a request."""
        self.requests.append(url)
        parts = urlsplit(url)
        if parts.scheme in {"data", "blob"}:
            return
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"asked another host: {url[:120]}")
        elif parts.path.startswith(TRAP):
            self.faults.append(f"a canary was fetched: {url[:120]}")

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.faults.append(f"a script failed: {error}"))
        page.on("popup", lambda popup: self.faults.append(f"a window opened: {popup.url[:120]}"))

    def _dialog(self, dialog: Any) -> None:
        self.faults.append(f"a dialog: {dialog.message[:120]}")
        dialog.dismiss()

    def beyond(self, page: Page) -> list[str]:
        """What makes a page wider than its window."""
        found: list[str] = page.evaluate(BEYOND)
        return found

    def look(self, page: Page) -> Look:
        """How the page lies; asserts that nothing ran, left, complained or lost its shape."""
        found = Look(**page.evaluate(LOOK))
        self.judge(urlsplit(page.url).path, found)
        return found

    def judge(self, where: str, found: Look) -> None:
        """Assert it of a page that lies so."""
        assert self.faults == [], (where, self.faults)
        assert found.pwned is None, f"{where}: the canary {found.pwned} ran"
        assert found.violations == [], (where, found.violations)
        assert (found.scripts, found.styled, found.handlers) == (0, 0, 0), f"{where}: something inline: {found}"
        assert found.reach == [], f"{where}: leads out: {found.reach}"
        assert found.scroll <= found.wide, f"{where}: {found.scroll} px on {found.wide}: {found.beyond}"
        assert found.covered == [], f"{where}: {found.covered}"
        assert found.rows == [], f"{where}: a table's rows differ: {found.rows}"
