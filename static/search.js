/* What the search box suggests while one types. Asked by fetch and not by htmx, which calls every answer that comes
   too late an error. The arrows walk the suggestions, Escape or a click elsewhere closes them. */
(() => {
  "use strict";
  const WAIT_MS = 150;
  const form = document.querySelector("[data-suggestions]");
  if (!form) return;
  const field = form.querySelector("input");
  const panel = form.querySelector(".suggestions");
  let waiting = 0;
  let asked = new AbortController();

  const close = () => panel.replaceChildren();

  async function ask() {
    asked.abort();
    asked = new AbortController();
    const address = `${form.dataset.suggestions}?${new URLSearchParams({ q: field.value })}`;
    try {
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.status !== 200 || answer.redirected) return close();
      const html = await answer.text();
      panel.replaceChildren(document.createRange().createContextualFragment(html));
    } catch {
      close(); // asked anew, left, or offline: Enter tells more
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    asked.abort();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      field.focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const stops = [field, ...panel.querySelectorAll("a")];
    const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    stops[Math.min(Math.max(at, 0), stops.length - 1)].focus();
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
})();
