/* Paper: every disclosure is open and the theme light while a page is printed, and as before afterwards. */
(() => {
  "use strict";
  const root = document.documentElement;
  let closed = [];
  let theme = null;

  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("main details:not([open]):not(.menu):not(.chart-table)")];
    closed.forEach((one) => one.setAttribute("open", ""));
    theme = root.getAttribute("data-bs-theme");
    root.setAttribute("data-bs-theme", "light");
  });
  addEventListener("afterprint", () => {
    closed.forEach((one) => one.removeAttribute("open"));
    if (theme !== null) root.setAttribute("data-bs-theme", theme);
  });
})();
