"use strict";

/* Copies what a button names: <code id="seal">…</code> <button class="btn small" data-copy="seal" hidden>Copy</button>.
   The button is hidden until this runs, because without it there is nothing it could do. `data-done` is what it then says. */

function showCopyButtons(root) {
  for (const button of root.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = false;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  const source = button && document.getElementById(button.dataset.copy);
  if (!source) {
    return;
  }
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  const said = button.textContent;
  button.textContent = button.dataset.done || "✓";
  setTimeout(() => {
    button.textContent = said;
  }, 1500);
});

if (navigator.clipboard) {
  showCopyButtons(document);
  document.addEventListener("htmx:afterSwap", (event) => showCopyButtons(event.target));
}
