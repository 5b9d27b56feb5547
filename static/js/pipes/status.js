// The line below the map: where the pointer is, the scale, and whether something is still coming.
/* global Pipes, ol */
"use strict";

(() => {
  const PIXEL = 0.0254 / 96; // metres of one CSS pixel

  class Status {
    constructor(map, plane) {
      this.map = map;
      this.plane = plane;
      this.coordinates = Pipes.part("pointer");
      this.scale = Pipes.part("scale");
      this.bar = Pipes.part("loading");
      map.addControl(new ol.control.ScaleLine({ target: Pipes.part("scale-line"), minWidth: 72 }));
      map.on("pointermove", (event) => !event.dragging && this.place(event.coordinate));
      map.on("moveend", () => this.moved());
      map.on("loadstart", () => { this.bar.hidden = false; });
      map.on("loadend", () => { this.bar.hidden = true; });
    }

    place(coordinate) {
      this.coordinates.textContent = this.plane.text(coordinate);
    }

    // Without a pointer, the middle of the map is what people look at.
    moved() {
      const view = this.map.getView();
      const centre = view.getCenter();
      this.place(centre);
      this.scale.textContent = `1:${Pipes.figure(view.getResolution() * Pipes.groundScale(centre) / PIXEL, 0)}`;
    }
  }

  Pipes.Status = Status;
})();
