// Kinds on and off, remembered in this browser; the day whose pipelines are shown; the symbols as the map draws them.
/* global Pipes */
"use strict";

(() => {
  const STORE = "pipes-hidden";

  function remembered() {
    try {
      return new Set(JSON.parse(localStorage.getItem(STORE) ?? "[]"));
    } catch {
      return new Set();
    }
  }

  function unfold(button) {
    const list = document.getElementById(button.dataset.unfolds);
    list.hidden = !list.hidden;
    button.setAttribute("aria-expanded", String(!list.hidden));
  }

  class Legend {
    constructor(hidden, changed) {
      this.hidden = hidden;
      this.changed = changed;
      this.kinds = [...document.querySelectorAll("[data-kind]")];
      this.majors = [...document.querySelectorAll("[data-major]")];
      this.badge = Pipes.part("hidden-count");
      this.kinds.forEach((box) => box.addEventListener("change", () => this.set([box], box.checked)));
      this.majors.forEach((box) => box.addEventListener("change", () => this.set(this.below(box), box.checked)));
      document.querySelectorAll("[data-all-kinds]").forEach((button) => {
        button.addEventListener("click", () => this.set(this.kinds, button.dataset.allKinds === "on"));
      });
      document.querySelectorAll("[data-unfolds]").forEach((button) => button.addEventListener("click", () => unfold(button)));
      this.show();
    }

    below(major) {
      return this.kinds.filter((box) => box.dataset.kind.startsWith(`${major.dataset.major}/`));
    }

    set(boxes, isOn) {
      for (const box of boxes) this.hidden[isOn ? "delete" : "add"](box.dataset.kind);
      localStorage.setItem(STORE, JSON.stringify([...this.hidden]));
      this.show();
      this.changed();
    }

    show() {
      this.kinds.forEach((box) => { box.checked = !this.hidden.has(box.dataset.kind); });
      for (const box of this.majors) {
        const on = this.below(box).filter((kind) => kind.checked).length;
        box.checked = on > 0;
        box.indeterminate = on > 0 && on < this.below(box).length;
      }
      const off = this.kinds.filter((box) => !box.checked).length;
      this.badge.textContent = off || "";
      this.badge.hidden = off === 0;
    }

    // The kinds that are shown, as "JS/JP"; "JS" stands for a whole class.
    get shown() {
      const whole = this.majors.filter((box) => box.checked && !box.indeterminate).map((box) => box.dataset.major);
      const single = this.kinds.filter((box) => box.checked).map((box) => box.dataset.kind);
      return [...whole, ...single.filter((kind) => !whole.includes(kind.split("/")[0]) && !kind.endsWith("/"))];
    }

    drawSymbols() {
      for (const canvas of document.querySelectorAll("[data-symbol]")) {
        Pipes.symbols.draw(canvas.dataset.symbol, Pipes.cssColour("--ink"), Pipes.cssColour("--surface"), canvas);
      }
    }
  }

  Object.assign(Pipes, { Legend, rememberedHidden: remembered });
})();
