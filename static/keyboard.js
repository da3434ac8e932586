/* Keys: j k walk the rows of a list, x ticks one, / and s search, g with a letter goes to a page, ? tells all this. */
(() => {
  "use strict";
  const find = (selector) => Array.from(document.querySelectorAll(selector));
  const TYPED = "input, textarea, select, [contenteditable], dialog[open]";
  const SECOND_KEY_MS = 1500;
  let waitsForPlace = 0;

  function walkRows(step) {
    const links = find("[data-rows] [data-row-link]");
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? 0 : at + step];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function tickRow() {
    const box = document.activeElement.closest("tr")?.querySelector(".choose-cell input");
    if (box) box.click();
  }

  function focusOn(selector) {
    const field = find(selector).find((one) => one.offsetParent !== null);
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  }

  function openSearch() {
    if (!focusOn("[data-global-search]")) document.querySelector("[data-go='/']")?.click();
  }

  function goTo(key) {
    waitsForPlace = 0;
    find("[data-go]").find((link) => link.dataset.go === key)?.click();
  }

  const ACTS = {
    j: () => walkRows(1),
    k: () => walkRows(-1),
    x: tickRow,
    s: openSearch,
    "/": () => focusOn("[data-search]") || openSearch(),
    "?": () => document.getElementById("shortcuts")?.showModal(),
    "[": () => document.querySelector("[data-walk=previous]")?.click(),
    "]": () => document.querySelector("[data-walk=next]")?.click(),
    g: () => { waitsForPlace = Date.now() + SECOND_KEY_MS; },
  };

  function closeMenus() {
    find("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus();
    const isTick = event.target.matches("[type=checkbox], [type=radio]");
    if ((event.target.closest(TYPED) && !isTick) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Date.now() < waitsForPlace) {
      event.preventDefault();
      goTo(event.key);
    } else if (Object.hasOwn(ACTS, event.key)) {
      event.preventDefault();
      ACTS[event.key]();
    }
  });

  /* A list that comes anew keeps the reader in it. */
  let rowBefore = null;
  document.addEventListener("htmx:beforeSwap", () => {
    rowBefore = document.activeElement?.matches("[data-row-link]") ? document.activeElement.getAttribute("href") : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (rowBefore) find("[data-row-link]").find((link) => link.getAttribute("href") === rowBefore)?.focus();
    rowBefore = null;
  });
})();
