// The rail of tools: one panel is open at a time. Whoever owns a panel hears when it opens and closes.
/* global Pipes */
"use strict";

(() => {
  class Panels {
    constructor() {
      this.frame = Pipes.part("panels");
      this.buttons = [...document.querySelectorAll("[data-panel]")];
      this.owners = new Map();
      this.open = null;
      this.buttons.forEach((button) => button.addEventListener("click", () => this.toggle(button.dataset.panel)));
      this.frame.addEventListener("click", (event) => event.target.closest("[data-close-panel]") && this.close());
      this.frame.addEventListener("keydown", (event) => this.press(event));
    }

    own(name, { opened = () => {}, closed = () => {} }) {
      this.owners.set(name, { opened, closed });
    }

    panel(name) {
      return document.getElementById(`panel-${name}`);
    }

    button(name) {
      return this.buttons.find((button) => button.dataset.panel === name);
    }

    toggle(name) {
      if (this.open === name) this.close();
      else this.show(name, true);
    }

    show(name, takeFocus = false) {
      if (this.open && this.open !== name) this.close(false);
      this.open = name;
      this.panel(name).hidden = false;
      this.frame.hidden = false;
      this.button(name)?.setAttribute("aria-expanded", "true");
      if (takeFocus) this.panel(name).querySelector("h2").focus();
      this.owners.get(name)?.opened();
    }

    close(giveFocus = true) {
      const name = this.open;
      if (!name) return;
      this.open = null;
      this.panel(name).hidden = true;
      this.frame.hidden = true;
      this.button(name)?.setAttribute("aria-expanded", "false");
      if (giveFocus) this.button(name)?.focus();
      this.owners.get(name)?.closed();
    }

    press(event) {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      event.stopPropagation();
      this.close();
    }
  }

  Pipes.Panels = Panels;
})();
