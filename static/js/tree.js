// The WAI-ARIA tree pattern over links: arrows walk and unfold, Home and End jump, Enter follows the link.
// A branch is fetched by htmx the first time it opens (its group waits for the event "expand").
"use strict";

(() => {
  const ITEM = "[role=treeitem]";
  const groupOf = (item) => document.getElementById(item.getAttribute("aria-owns"));
  const isOpen = (item) => item.getAttribute("aria-expanded") === "true";
  const hasBranch = (item) => item.hasAttribute("aria-expanded");
  const parentOf = (item) => {
    const group = item.closest("[role=group]");
    return group && document.querySelector(`[aria-owns="${CSS.escape(group.id)}"]`);
  };

  function shown(tree) {
    return [...tree.querySelectorAll(ITEM)].filter((item) => !item.closest("[role=group][hidden]"));
  }

  function fold(item, open) {
    const group = groupOf(item);
    item.setAttribute("aria-expanded", String(open));
    group.hidden = !open;
    if (open) group.dispatchEvent(new CustomEvent("expand"));
  }

  // One stop of the Tab key for the whole tree: the item last visited.
  function visit(tree, item, focus = true) {
    if (!item) return;
    for (const other of tree.querySelectorAll(`${ITEM}[tabindex="0"]`)) other.tabIndex = -1;
    item.tabIndex = 0;
    if (focus) item.focus();
  }

  function beside(tree, item, step) {
    const all = shown(tree);
    return all[all.indexOf(item) + step];
  }

  const moves = {
    ArrowDown: (tree, item) => beside(tree, item, 1),
    ArrowUp: (tree, item) => beside(tree, item, -1),
    Home: (tree) => shown(tree)[0],
    End: (tree) => shown(tree).at(-1),
    ArrowRight: (tree, item) => {
      if (!hasBranch(item)) return item;
      if (isOpen(item)) return beside(tree, item, 1);
      fold(item, true);
      return item;
    },
    ArrowLeft: (tree, item) => {
      if (!hasBranch(item) || !isOpen(item)) return parentOf(item) || item;
      fold(item, false);
      return item;
    },
  };

  function press(event) {
    const item = event.target.closest(ITEM);
    const tree = event.currentTarget;
    if (!item || !moves[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    visit(tree, moves[event.key](tree, item));
  }

  // Only the twist unfolds; the name is a link to the record.
  function click(event) {
    const item = event.target.closest(ITEM);
    if (!item || !event.target.closest("[data-twist]") || !hasBranch(item)) return;
    event.preventDefault();
    fold(item, !isOpen(item));
    visit(event.currentTarget, item);
  }

  // The answer to "load more" takes the place of the link that had the focus: hand the focus to what came.
  function keepFocus(event) {
    const link = event.target.closest(".is-more");
    if (!link) return;
    const before = link.closest("li").previousElementSibling;
    document.addEventListener("htmx:afterSettle", () => {
      const fresh = before?.nextElementSibling?.querySelector(ITEM);
      if (fresh) visit(fresh.closest("[data-tree]"), fresh);
    }, { once: true });
  }

  function set(tree) {
    const first = tree.querySelector(`${ITEM}[aria-current]`) || tree.querySelector(ITEM);
    visit(tree, first, false);
    tree.addEventListener("keydown", press);
    tree.addEventListener("click", click);
    tree.addEventListener("htmx:beforeRequest", keepFocus);
  }

  document.querySelectorAll("[data-tree]").forEach(set);
})();
