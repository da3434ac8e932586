/* What pages do in the browser beside htmx. Everything here only adds: pages work without it. */
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector, from = document) => Array.from(from.querySelectorAll(selector));

  /* Relative times: the server's words, kept true while the page stays open. Same steps as the server's. */
  const STEPS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
  const FEWEST_UNITS = 2;
  const JUST_NOW_SECONDS = 0.85 * 60;
  const inWords = new Intl.RelativeTimeFormat(root.lang || "en", { numeric: "always" });

  function updateTimes() {
    find("time[data-relative]").forEach((time) => {
      const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
      if (Math.abs(seconds) < JUST_NOW_SECONDS) return;
      const step = STEPS.find(([, length]) => Math.abs(seconds) / length >= FEWEST_UNITS) || STEPS.at(-1);
      const count = Math.max(1, Math.round(Math.abs(seconds) / step[1]));
      time.textContent = inWords.format(seconds < 0 ? -count : count, step[0]);
    });
  }

  /* Keyboards can only scroll what they can reach: a table wider than its card gets a tab stop. */
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest(".table-responsive");
      if (box.scrollWidth > box.clientWidth) box.setAttribute("tabindex", "0");
      else box.removeAttribute("tabindex");
    }
  });

  function refresh() {
    updateTimes();
    find(".table-responsive, .table-responsive > table").forEach((one) => resized.observe(one));
  }

  /* Messages, in the live region of the page. */
  function say(text, tone) {
    const template = document.getElementById(`toast-${tone}`);
    const toasts = document.getElementById("toasts");
    if (!template || !toasts) return;
    const toast = template.content.cloneNode(true);
    toast.querySelector("[data-text]").textContent = text || toast.querySelector("[data-text]").textContent;
    toasts.replaceChildren(toast);
  }

  /* One click, one act: a form on its way is not sent again. */
  function guardSubmit(event) {
    const form = event.target;
    if (form.hasAttribute("data-repeatable") || form.target) return;
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return; // htmx sends this one
    markBusy(form, event.submitter, true);
    root.classList.add("is-busy");
  }

  function markBusy(form, button, busy) {
    if (busy) form.setAttribute("aria-busy", "true");
    else form.removeAttribute("aria-busy");
    if (button) button.classList.toggle("is-busy", busy);
  }

  function forgetBusy() {
    root.classList.remove("is-busy");
    find("form[aria-busy]").forEach((form) => markBusy(form, null, false));
    find(".btn.is-busy").forEach((button) => button.classList.remove("is-busy"));
  }

  async function copy(button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("is-done");
    say(button.dataset.copied, "success");
  }

  function openDialog(event, opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return; // the link then opens the page
    event.preventDefault();
    dialog.showModal();
  }

  function toggleSidebar(button) {
    const open = document.getElementById(button.getAttribute("aria-controls")).classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    find("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    if (on("[data-dialog]")) openDialog(event, on("[data-dialog]"));
    else if (on("[data-dialog-close]")) on("dialog").close();
    else if (event.target.matches("dialog")) event.target.close(); // the backdrop
    else if (on("[data-copy]")) copy(on("[data-copy]"));
    else if (on("[data-dismiss]")) on(".alert").remove();
    else if (on("[data-sidebar-toggle]")) toggleSidebar(on("[data-sidebar-toggle]"));
    else if (on("[data-print]")) print();
  });

  /* An address names only the filters that are on. */
  function dropEmpty(data) {
    Array.from(data.entries()).forEach(([name, value]) => value === "" && data.delete(name));
  }

  document.addEventListener("submit", guardSubmit);
  document.addEventListener("formdata", (event) => {
    if (event.target.matches("form.filters")) dropEmpty(event.formData);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosubmit]");
    if (form && !event.target.matches("[type=search], [type=text]")) form.requestSubmit();
  });
  addEventListener("pageshow", forgetBusy); // also when the back button brings the page back as it was

  /* htmx: our CSRF token, and a sign that something happens. What is said when it does not: states.js. */
  const token = document.querySelector("meta[name=csrf-token]");
  document.addEventListener("htmx:configRequest", (event) => {
    if (token) event.detail.headers["X-CSRFToken"] = token.content;
    if (event.target.matches("form.filters")) dropEmpty(event.detail.formData);
  });
  const asksByItself = (event) => event.detail.elt.matches("[data-quiet]"); // a part that stays true while it is looked at
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (asksByItself(event)) return;
    root.classList.add("is-busy");
    const form = event.target.closest("form");
    if (form && form === event.target) markBusy(form, form.querySelector("[type=submit]"), true);
  });
  document.addEventListener("htmx:afterRequest", forgetBusy);
  document.addEventListener("htmx:afterSettle", refresh);

  refresh();
  setInterval(updateTimes, 30000);
})();
