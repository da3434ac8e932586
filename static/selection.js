/* Ticks before rows: all of a page at once, how many there are, and the bar that says what to do with them. */
(() => {
  "use strict";
  const boxes = () => Array.from(document.querySelectorAll(".choose-cell input[name=id]"));

  function show() {
    const bar = document.querySelector("[data-selection]");
    if (!bar) return;
    const all = boxes();
    const chosen = all.filter((box) => box.checked).length;
    const words = bar.querySelector("[data-chosen]");
    words.textContent = words.dataset.chosen.replace("#", String(chosen));
    bar.classList.toggle("is-open", chosen > 0);
    const head = document.querySelector("[data-choose-all]");
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-choose-all]")) boxes().forEach((box) => { box.checked = event.target.checked; });
    if (event.target.closest(".choose-cell")) show();
  });
  document.addEventListener("htmx:afterSettle", show);
  addEventListener("pageshow", show); // the browser may bring ticks back
  show();
})();
