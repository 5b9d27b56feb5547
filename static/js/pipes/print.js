// A sheet to scale: its frame moves with the map; the server draws the PDF.
/* global Pipes, ol */
"use strict";

(() => {
  class Print {
    constructor(map, panels, plane, look, legend, frames) {
      Object.assign(this, { map, plane, legend, frames });
      this.form = Pipes.part("print-form");
      this.size = Pipes.part("print-size");
      this.layer = new ol.layer.Vector({ source: new ol.source.Vector(), style: () => look.frame(), zIndex: 14, visible: false });
      map.addLayer(this.layer);
      panels.own("print", { opened: () => this.toggle(true), closed: () => this.toggle(false) });
      this.form.addEventListener("change", () => this.draw());
      this.form.addEventListener("submit", (event) => this.fill(event));
      map.getView().on("change:center", () => this.layer.getVisible() && this.draw());
    }

    toggle(isOpen) {
      this.layer.setVisible(isOpen);
      if (!isOpen) return;
      this.draw();
      const frame = this.layer.getSource().getExtent();
      if (!ol.extent.containsExtent(this.map.getView().calculateExtent(), frame)) this.map.getView().fit(frame, { padding: [24, 24, 24, 24] });
    }

    // Width and height of what the sheet shows, in metres on the ground.
    ground() {
      const { paper, orientation, scale } = this.form.elements;
      const sides = this.frames[paper.value][orientation.value];
      return sides.map((millimetres) => millimetres * Number(scale.value) / 1000);
    }

    draw() {
      const [width, height] = this.ground();
      const [x, y] = [width / 2, height / 2];
      const ring = this.plane.around(this.map.getView().getCenter(), [[-x, -y], [x, -y], [x, y], [-x, y], [-x, -y]]);
      this.layer.getSource().clear();
      this.layer.getSource().addFeature(new ol.Feature(new ol.geom.Polygon([ring])));
      this.size.textContent = `${Pipes.figure(width, 0)} × ${Pipes.figure(height, 0)} m`;
    }

    // A sheet without kinds would be taken for a sheet of all.
    fill(event) {
      if (!this.legend.shown.length) {
        event.preventDefault();
        this.size.textContent = Pipes.say("nothing_shown");
        return;
      }
      const [lon, lat] = ol.proj.toLonLat(this.map.getView().getCenter());
      this.form.elements.lon.value = lon.toFixed(8);
      this.form.elements.lat.value = lat.toFixed(8);
      Pipes.part("print-kinds").replaceChildren(...this.legend.shown.map((kind) => {
        const input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "kinds", value: kind });
        return input;
      }));
    }
  }

  Pipes.Print = Print;
})();
