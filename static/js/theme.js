// Runs before the first paint: takes the theme from the cookie (auto, light, dark) and marks that scripts work.
"use strict";

(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const paper = window.matchMedia("print");

  const chosen = () => {
    const found = document.cookie.match(/(?:^|; )theme=(auto|light|dark)/);
    return found ? found[1] : root.dataset.themeChoice || "auto";
  };

  const apply = () => {
    const choice = chosen();
    const dark = choice === "dark" || (choice === "auto" && system.matches);
    // Paper is white whatever the screen shows.
    root.dataset.bsTheme = dark && !paper.matches ? "dark" : "light";
    root.dataset.themeChoice = choice;
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === choice));
    }
    document.dispatchEvent(new CustomEvent("theme"));
  };

  const choose = (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (!button) return;
    document.cookie = `theme=${button.dataset.themeSet}; path=/; max-age=31536000; samesite=lax`;
    apply();
  };

  root.classList.add("js");
  apply();
  system.addEventListener("change", apply);
  paper.addEventListener("change", apply);
  document.addEventListener("click", choose);
  document.addEventListener("DOMContentLoaded", apply);
})();
