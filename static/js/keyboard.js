// The whole job without a mouse: / searches, g and a letter goes, j and k walk the rows, ? shows the list.
// The list (layouts/keyboard.html) is the definition of the g keys and carries the switch that turns single keys off.
"use strict";

(() => {
  const help = document.getElementById("keyboard");
  const search = document.getElementById("search");
  const switchBox = document.querySelector("[data-shortcuts-on]");
  const STORE = "single-keys";
  const PATIENCE = 1200; // milliseconds between g and its letter
  let goingSince = 0;

  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, [data-rows] > li")];
  const currentRow = () => document.querySelector("[data-rows] .is-current");

  function typing(element) {
    return element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=tree], [data-map]");
  }

  function walk(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(currentRow());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    all[at]?.classList.remove("is-current");
    next.classList.add("is-current");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a[data-row-link]")?.focus({ preventScroll: true });
  }

  function go(letter) {
    const link = help.querySelector(`[data-shortcut="${CSS.escape(letter)}"]`);
    if (link) window.location.assign(link.href);
  }

  const keys = {
    "/": () => { search?.focus(); search?.select(); }, // what was asked before makes room for what is typed
    "?": () => help.showModal(),
    j: () => walk(1),
    k: () => walk(-1),
    x: () => currentRow()?.querySelector("[data-select]")?.click(),
    g: () => { goingSince = Date.now(); },
    Enter: () => currentRow()?.querySelector("a[data-row-link]")?.click(),
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return event.target.closest("dialog") ? undefined : event.target.blur?.();
    if (typing(event.target) || document.querySelector("dialog[open]") || !switchBox.checked) return;
    if (Date.now() - goingSince < PATIENCE) {
      goingSince = 0;
      return go(event.key);
    }
    // A focused control keeps its own Enter.
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  switchBox.checked = localStorage.getItem(STORE) !== "off";
  switchBox.addEventListener("change", () => localStorage.setItem(STORE, switchBox.checked ? "on" : "off"));
  document.addEventListener("keydown", press);
})();
