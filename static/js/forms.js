// Forms: entries are not lost by accident, dates are typed fast, organisations are suggested, rows are chosen in bulk.
"use strict";

(() => {
  // --- unsaved entries -------------------------------------------------------------------------------------------
  const changed = new Set();

  function guard(form) {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", () => changed.clear());
    form.addEventListener("saved", () => changed.delete(form)); // the server kept what was typed so far
  }

  // What keeps a form must not fail in silence.
  function failed(event) {
    const said = event.target.closest?.("[data-failed]");
    if (said) said.textContent = said.dataset.failed;
  }
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);

  window.addEventListener("beforeunload", (event) => {
    if (changed.size) event.preventDefault();
  });

  // --- faults: the summary takes the focus, and its links go to the control, not only to its frame ---------------
  function goToField(event) {
    const frame = document.getElementById(event.currentTarget.hash.slice(1));
    const control = frame?.matches("input, select, textarea") ? frame : frame?.querySelector("input, select, textarea");
    if (!control) return;
    event.preventDefault();
    control.focus();
    control.scrollIntoView({ block: "center" });
  }

  // --- dates: 20260305, 2026.3.5 and 2026年3月5日 become 2026-03-05 --------------------------------------------------
  function plainDate(text) {
    const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text) || /^(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*$/.exec(text);
    return parts ? `${parts[1]}-${parts[2].padStart(2, "0")}-${parts[3].padStart(2, "0")}` : text;
  }

  function tidyDate(event) {
    event.target.value = plainDate(event.target.value.trim());
  }

  // The browser's calendar belongs to a date input; ours is a text field so that nothing typed is ever swallowed.
  function calendar(button) {
    const field = document.getElementById(button.dataset.picks);
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "date-native";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    picker.addEventListener("change", () => {
      field.value = picker.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    button.before(picker);
    button.hidden = false;
    button.addEventListener("click", () => {
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(field.value) ? field.value : "";
      picker.showPicker();
    });
  }

  // --- suggestions: the server answers with <option> elements ----------------------------------------------------
  const PAUSE = 250; // milliseconds after the last key

  function suggest(input) {
    let timer;
    const ask = async () => {
      const words = input.value.trim();
      if (words.length < 2) return;
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (answer.ok) input.list.innerHTML = await answer.text();
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
  }

  // --- rows in bulk ----------------------------------------------------------------------------------------------
  const boxes = (list) => [...document.querySelectorAll(`[data-select="${CSS.escape(list)}"]`)];

  function count(list) {
    const all = boxes(list);
    const chosen = all.filter((box) => box.checked).length;
    const head = document.querySelector(`[data-select-all="${CSS.escape(list)}"]`);
    const bar = document.querySelector(`[data-bulk="${CSS.escape(list)}"]`);
    if (head) {
      head.checked = chosen > 0 && chosen === all.length;
      head.indeterminate = chosen > 0 && chosen < all.length;
    }
    if (!bar) return;
    bar.classList.toggle("is-active", chosen > 0);
    bar.querySelector("[data-count]").textContent = chosen;
    for (const button of bar.querySelectorAll("button")) button.disabled = chosen === 0;
  }

  let lastBox; // with Shift a click chooses everything from here

  function chooseRange(event) {
    const box = event.target;
    const all = boxes(box.dataset.select);
    const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
    lastBox = box;
    count(box.dataset.select);
  }

  document.addEventListener("click", (event) => {
    if (event.target.matches?.("[data-select]")) chooseRange(event);
    const list = event.target.matches?.("[data-select-all]") && event.target.dataset.selectAll;
    if (!list) return;
    boxes(list).forEach((box) => { box.checked = event.target.checked; });
    count(list);
  });

  document.querySelectorAll("form[data-guard]").forEach(guard);
  document.querySelectorAll("[data-form-errors] a").forEach((link) => link.addEventListener("click", goToField));
  document.querySelector("[data-form-errors]")?.focus();
  document.querySelectorAll("[data-date]").forEach((field) => field.addEventListener("change", tidyDate));
  document.querySelectorAll("[data-picks]").forEach(calendar);
  document.querySelectorAll("[data-suggest]").forEach(suggest);
  document.querySelectorAll("[data-bulk]").forEach((bar) => count(bar.dataset.bulk));
})();
