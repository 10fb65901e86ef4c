"use strict";

/* The keyboard of the desk. Every key does what a visible link does too.

   /         to the search line: [data-search], else the place whose letter is s
   g + x     to the place of the rail with data-key="x"
   j, k      to the next, the previous [data-item]; it gets focus and aria-current="true"
   Enter     opens the item: the item itself if it is a link, else its [data-open] or first link
   ?         shows the key map, dialog#key-map; Escape closes it
   1 … 9     presses the visible button with data-digit="1" … (decisions)

   Never while somebody types, never with Ctrl, Alt or Meta, never inside a dialog. */

(() => {
  const PATIENCE = 1200; // milliseconds in which the letter after g must come
  let going = 0;

  const typing = (element) =>
    element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.closest("dialog") !== null;

  const visible = (element) => element.getClientRects().length > 0;

  const go = (letter) => {
    const place = document.querySelector(`.rail [data-key="${CSS.escape(letter)}"]`);
    place?.click();
    return Boolean(place);
  };

  const search = () => {
    const line = [...document.querySelectorAll("[data-search], input[type=search]")].find(visible);
    if (!line) {
      return go("s");
    }
    line.focus();
    line.select();
    return true;
  };

  const items = () => [...document.querySelectorAll("[data-item]")].filter(visible);

  const current = (list) => {
    const focused = list.findIndex((item) => item.contains(document.activeElement));
    return focused >= 0 ? focused : list.findIndex((item) => item.getAttribute("aria-current"));
  };

  const choose = (chosen) => {
    for (const item of document.querySelectorAll("[data-item][aria-current]")) {
      item.removeAttribute("aria-current");
    }
    chosen.setAttribute("aria-current", "true");
  };

  const move = (by) => {
    const list = items();
    if (list.length === 0) {
      return false;
    }
    const from = current(list);
    const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), list.length - 1);
    const item = list[to];
    if (!item.matches("a[href], button, [tabindex]")) {
      item.tabIndex = -1;
    }
    choose(item);
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
    return true;
  };

  const open = (target) => {
    const item = target.closest("[data-item]");
    if (!item || item !== target || item.matches("a[href], button")) {
      return false; // a focused link opens by itself
    }
    const link = item.querySelector("[data-open]") || item.querySelector("a[href]");
    link?.click();
    return Boolean(link);
  };

  const press = (digit) => {
    const button = [...document.querySelectorAll(`[data-digit="${digit}"]`)].find(visible);
    button?.click();
    return Boolean(button);
  };

  const map = () => {
    const dialog = document.getElementById("key-map");
    dialog?.showModal();
    return Boolean(dialog);
  };

  const answer = (event) => {
    const now = Date.now();
    const wasGoing = now - going < PATIENCE;
    going = 0;
    if (wasGoing && /^[a-z]$/.test(event.key)) {
      return go(event.key);
    }
    switch (event.key) {
      case "/":
        return search();
      case "?":
        return map();
      case "g":
        going = now;
        return true;
      case "j":
        return move(1);
      case "k":
        return move(-1);
      case "Enter":
        return open(event.target);
      default:
        return /^[1-9]$/.test(event.key) && press(event.key);
    }
  };

  document.addEventListener("click", (event) => {
    const item = event.target.closest("[data-item]");
    if (item) {
      choose(item);
    }
  });

  // On a phone the rail scrolls sideways: where one is, is seen.
  document.querySelector(".rail nav .on")?.scrollIntoView({ block: "nearest", inline: "center" });

  // A conversation that came into a pane is shown at the message that was asked for.
  document.addEventListener("htmx:afterSettle", (event) => {
    event.target.querySelector?.(".hitmsg")?.scrollIntoView({ block: "center" });
  });

  // What is fetched in place of a part of the page takes nobody's place away: who was on a link or button in it is on the same
  // one afterwards or, where that is gone, on what came.
  let left = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const at = document.activeElement;
    left = at !== document.body && event.detail.target.contains(at) ? { tag: at.tagName, said: at.textContent } : null;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (!left || document.activeElement !== document.body) {
      return;
    }
    const came = event.target;
    const same = [...came.querySelectorAll("a[href], button, summary")].find(
      (each) => each.tagName === left.tag && each.textContent === left.said,
    );
    const place = same ?? came.querySelector("[data-item]") ?? came;
    left = null;
    if (!place.matches("a[href], button, summary, [tabindex]")) {
      place.tabIndex = -1;
    }
    place.focus({ preventScroll: true });
  });

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (typing(event.target)) {
      if (event.key === "Escape" && !event.target.closest("dialog")) {
        event.target.blur();
      }
      return;
    }
    if (answer(event)) {
      event.preventDefault();
    }
  });
})();
