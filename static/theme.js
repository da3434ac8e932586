/* Chooses light or dark before anything is painted, and keeps the choice. Loaded in <head>, without defer. */
(() => {
  "use strict";
  const KEY = "stocktrace-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      return localStorage.getItem(KEY) || "auto";
    } catch {
      return "auto"; // storage can be switched off
    }
  }

  function apply() {
    const choice = kept();
    const theme = choice === "auto" ? (system.matches ? "dark" : "light") : choice;
    root.setAttribute("data-bs-theme", theme === "dark" ? "dark" : "light");
    document.querySelectorAll("[data-theme-choice]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    });
  }

  root.classList.add("js");
  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply); // another tab chose
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem(KEY, button.dataset.themeChoice);
    } catch {
      root.setAttribute("data-bs-theme", button.dataset.themeChoice === "dark" ? "dark" : "light");
      return;
    }
    apply();
  });
})();
