// The map by keys: arrows, + and − are OpenLayers' own; here is what draws and asks.
/* global Pipes */
"use strict";

(() => {
  class Keys {
    constructor(map, sketches, ask) {
      this.map = map;
      this.sketches = sketches;
      this.ask = ask;
      // Before the page's own keys, of which Escape would take the focus from the map.
      map.getTargetElement().addEventListener("keydown", (event) => this.press(event), true);
    }

    get sketch() {
      return this.sketches.find((one) => one.isDrawing);
    }

    get centre() {
      return this.map.getView().getCenter();
    }

    press(event) {
      const whileDrawing = { " ": () => this.sketch.put(this.centre), Enter: () => this.sketch.finish(), Escape: () => this.sketch.cancel(), Backspace: () => this.sketch.undo() };
      const otherwise = { Enter: () => this.ask(this.centre) };
      const act = (this.sketch ? whileDrawing : otherwise)[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      act();
    }
  }

  Pipes.Keys = Keys;
})();
