// What every page needs: the CSRF header of htmx, menus that close, dialogs, notices, the narrow filter, row clicks.
"use strict";

(() => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;

  document.addEventListener("htmx:configRequest", (event) => {
    event.detail.headers["X-CSRFToken"] = token;
  });

  function closeMenus(except) {
    for (const menu of document.querySelectorAll("[data-drop-menu][open]")) {
      if (menu !== except) menu.open = false;
    }
  }

  function openDialog(event, opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
  }

  // The first link of a row is the row's link; a click beside it does the same, unless the user selects text.
  function followRow(event) {
    const row = event.target.closest("[data-rows] tbody tr");
    const link = row?.querySelector("a[data-row-link]");
    const busy = event.target.closest("a, button, input, select, label, textarea, summary, form");
    if (!link || busy || String(window.getSelection())) return;
    if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
    else link.click();
  }

  function toggleFilters(button) {
    const open = button.closest("[data-filters]").classList.toggle("is-open");
    button.setAttribute("aria-expanded", String(open));
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    closeMenus(target.closest("[data-drop-menu]"));
    const opener = target.closest("[data-opens]");
    if (opener) return openDialog(event, opener);
    if (target.closest("[data-print]")) return window.print();
    if (target.closest("[data-closes]")) return target.closest("dialog").close();
    if (target.closest("[data-dismiss]")) return target.closest(".notice").remove();
    if (target.closest(".filters-toggle")) return toggleFilters(target.closest(".filters-toggle"));
    return followRow(event);
  });

  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("[data-drop-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
