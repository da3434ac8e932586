/* What is shown when the server cannot be reached, or a part of the page could not be brought. Nothing that is
   on the page is lost by it. The words are ours: the server's answer, or the templates in _states.html. */
(() => {
  "use strict";
  const AGAIN_MS = 3000;
  const QUIET_FAILURES = 2; // a part that asks by itself may fail once without a word
  const banner = document.getElementById("offline");
  const notices = new WeakMap(); // the element that was to be replaced → what is said in front of it
  const failures = new WeakMap();
  let asking = false;

  /* Offline means that the server does not answer: the browser's own word says nothing of a server nearby. */
  async function isReachable() {
    try {
      await fetch("/healthz", { cache: "no-store" });
      return true;
    } catch {
      return false;
    }
  }

  async function look() {
    if (asking) return;
    asking = true;
    banner.hidden = await isReachable();
    asking = false;
    if (!banner.hidden) setTimeout(look, AGAIN_MS);
  }

  /* Leaving the page now would end on the browser's own error page and lose what was typed. */
  function stay(event) {
    if (banner.hidden) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    banner.classList.remove("is-urgent");
    requestAnimationFrame(() => banner.classList.add("is-urgent"));
    look();
  }

  function leaves(event) {
    const link = event.target.closest("a[href]");
    return link && link.origin === location.origin && !link.getAttribute("href").startsWith("#");
  }

  /* Notices in place. */
  function answered(xhr) {
    const parsed = new DOMParser().parseFromString((xhr && xhr.responseText) || "", "text/html");
    return parsed.querySelector("[data-part-error]");
  }

  function ask(detail) {
    const { elt, target, pathInfo } = detail;
    if (elt.matches("form")) elt.requestSubmit();
    else if (elt.matches("a")) elt.click();
    else htmx.ajax("GET", pathInfo.finalRequestPath, { source: elt, target });
  }

  function notice(detail, template) {
    const said = answered(detail.xhr) || document.getElementById(template).content.firstElementChild.cloneNode(true);
    const again = document.getElementById("part-again").content.firstElementChild.cloneNode(true);
    again.addEventListener("click", () => ask(detail));
    if (!detail.elt.matches("[data-quiet]")) said.append(again);
    return said;
  }

  function place(template) {
    return ({ detail }) => {
      if (template === "part-unreachable") look();
      const target = detail.target || detail.elt;
      const count = (failures.get(target) || 0) + 1;
      failures.set(target, count);
      if (detail.elt.matches("[data-quiet]") && count < QUIET_FAILURES) return;
      forget(target);
      const said = notice(detail, template);
      notices.set(target, said);
      target.before(said);
      if (!detail.elt.matches("[data-quiet]")) said.scrollIntoView({ block: "nearest" });
    };
  }

  function forget(target) {
    notices.get(target)?.remove();
    notices.delete(target);
  }

  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (!detail.isError) forget(detail.target);
  });
  document.addEventListener("htmx:responseError", place("part-failed"));
  document.addEventListener("htmx:sendError", place("part-unreachable"));
  document.addEventListener("htmx:timeout", place("part-unreachable"));

  document.addEventListener("submit", stay, true);
  document.addEventListener("click", (event) => leaves(event) && stay(event), true);
  addEventListener("offline", look);
  addEventListener("online", look);
  if (!navigator.onLine) look();
})();
