"""A reader without a mouse: goes from stop to stop with Tab, and asserts at each that it can be seen where they are."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from playwright.sync_api import Page

FOCUSED = """
() => {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const line = (each, part) => {
    const style = getComputedStyle(each, part);
    const outline = style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 1 ? '' : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
    return [outline, style.boxShadow, style.borderColor].join(' ');
  };
  const shape = () => [element, element.parentElement, element.parentElement?.parentElement]
    .map((each) => each ? [null, '::before', '::after'].map((part) => line(each, part)).join(' ') : '').join('|');
  const focused = shape();
  // Where the browser itself puts the focus, as in a dialog, the element says so of itself.
  window.__stops ??= new Map();
  if (!window.__stops.has(element)) window.__stops.set(element, window.__stops.size);
  const stop = window.__stops.get(element);
  // A date would begin again with its day: its outline alone is looked at.
  const parts = /^(date|time|datetime-local|month|week)$/.test(element.type ?? '');
  if (!parts) element.blur();
  const blurred = parts ? '' : shape();
  if (!parts) element.focus();
  const name = element.getAttribute('aria-label') || element.labels?.[0]?.innerText || element.innerText || element.value || element.placeholder || '';
  const box = element.getBoundingClientRect();
  return {
    stop, name: name.trim().replace(/\\s+/g, ' '), tag: element.tagName.toLowerCase(), seen: parts ? getComputedStyle(element).outlineStyle !== 'none' : focused !== blurred,
    inside: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    html: element.outerHTML.slice(0, 120), row: element.closest('tr')?.innerText ?? '',
  };
}
"""

REACHABLE = """
() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((element) => {
    if (element.disabled || element.type === 'hidden' || element.tabIndex < 0 || !element.checkVisibility({visibilityProperty: true})) return false;
    if (element.type === 'radio') {  // a group of them is one stop
      const group = `${element.form?.id} ${element.name}`;
      if (groups.has(group)) return false;
      groups.add(group);
    }
    return !element.closest('[inert]');
  }).length;
}
"""


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the focus is."""

    stop: int
    name: str
    tag: str
    seen: bool
    inside: bool
    html: str
    row: str
    """The row of a table that it stands in."""


def focused(page: Page) -> Stop | None:
    """The element that has the focus; None when none has."""
    found = page.evaluate(FOCUSED)
    return None if found is None else Stop(**found)


def next_stop(page: Page) -> Stop | None:
    """Press Tab once; the stop, which can be seen."""
    page.keyboard.press("Tab")
    stop = focused(page)
    if stop is not None:
        assert stop.seen, f"{page.url}: the focus cannot be seen on {stop.html}"
        assert stop.inside, f"{page.url}: the focus is outside the window on {stop.html}"
    return stop


def labelled(name: str) -> re.Pattern[str]:
    """What is called `name`, be it optional or not."""
    return re.compile(rf"^\s*{re.escape(name)}(?:\s*[(（].*)?$")


def tab_to(page: Page, name: str, *, most: int = 250) -> int:
    """Press Tab until the element called `name` has the focus; how many times that was. Fails when it is not reached."""
    passed: list[str] = []
    for presses in range(1, most + 1):
        stop = next_stop(page)
        if stop is not None:
            if labelled(name).match(stop.name):
                return presses
            passed.append(stop.name[:40])
    raise AssertionError(f"{page.url}: {name!r} cannot be reached with Tab; passed {passed[-60:]}")


def go_round(page: Page, *, most: int = 1200) -> int:
    """Tab through the whole page, out of it and in again; how many stops there were. Fails where the focus is caught or lost."""
    expected: int = page.evaluate(REACHABLE)
    stops: list[int] = []
    for _ in range(most):
        stop = next_stop(page)
        if stop is None or (stops and stop.stop == stops[-1]):
            continue  # the browser's own buttons; the parts of a date
        if stops and stop.stop == stops[0]:
            break
        assert stop.stop not in stops, f"{page.url}: the focus goes back to {stop.html}"
        stops.append(stop.stop)
    else:
        raise AssertionError(f"{page.url}: after {most} presses of Tab the page is not left")
    assert len(stops) >= expected, f"{page.url}: {len(stops)} of {expected} can be reached with Tab"
    return len(stops)


def heard(page: Page) -> tuple[str, str]:
    """What a screen reader is told of where the focus is, down to the part of a date: its role and its name."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    at = [
        each
        for each in nodes
        if any(one["name"] == "focused" and one["value"]["value"] for one in each.get("properties", ()))
    ]
    return (at[-1]["role"]["value"], " ".join(at[-1].get("name", {}).get("value", "").split())) if at else ("", "")


def hear(page: Page, name: str, *roles: str, most: int = 250) -> int:
    """Press Tab until what is called `name` and is one of `roles` to a screen reader has the focus; how many times that was."""
    for presses in range(1, most + 1):
        stop = next_stop(page)
        if stop is not None and labelled(name).match(stop.name):
            said = heard(page)
            assert labelled(name).match(said[1]), f"{page.url}: {name!r} is called {said[1]!r}"
            if said[0] in roles:
                return presses
    raise AssertionError(
        f"{page.url}: a {' or '.join(roles)} {name!r} cannot be reached with Tab; at the end of it {heard(page)}"
    )


def write(page: Page, label: str, text: str) -> None:
    """Write into a line of text, as an input method does: a word at once."""
    hear(page, label, "textbox", "combobox")
    page.keyboard.insert_text(text)


def write_day(page: Page, label: str, day: date) -> None:
    """Type a day as it is asked for: part by part, in the order of the browser's own language."""
    parts = {"Year": f"{day:%Y}", "Month": f"{day:%m}", "Day": f"{day:%d}"}
    tab_to(page, label)
    for _ in range(2 * len(parts)):
        part = heard(page)[1].split(" ")[0]
        if part in parts:
            page.keyboard.type(parts.pop(part))
        else:
            page.keyboard.press("ArrowRight")  # a part that is full goes on by itself, the year does not
        if not parts:
            return
    raise AssertionError(f"{page.url}: {label!r} never asked for {list(parts)}")


def pick(page: Page, label: str) -> None:
    """Choose one of a group with the arrows: the focus is on one of them."""
    for _ in range(20):
        if heard(page) == ("radio", label):
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{page.url}: {label!r} is not among the choices")
