// Lengths and areas on the ground, with each leg written along it.
/* global Pipes, ol */
"use strict";

(() => {
  const KINDS = { length: "LineString", area: "Polygon" };

  class Measure {
    constructor(map, panels, plane, look, messages) {
      this.plane = plane;
      this.look = look;
      this.messages = messages;
      this.sketch = new Pipes.Sketch(map, (feature) => this.style(feature.getGeometry()), (geometry, isDone) => this.show(geometry, isDone));
      this.figure = Pipes.part("measure-figure");
      this.second = Pipes.part("measure-second");
      this.choices = [...document.querySelectorAll("[name=measure]")];
      this.choices.forEach((choice) => choice.addEventListener("change", () => this.begin()));
      Pipes.part("measure-clear").addEventListener("click", () => this.begin());
      Pipes.part("measure-way").textContent = plane.way;
      panels.own("measure", { opened: () => this.begin(), closed: () => this.end() });
    }

    begin() {
      this.sketch.clear();
      this.sketch.begin(KINDS[this.choices.find((choice) => choice.checked).value]);
    }

    end() {
      this.sketch.stop();
      this.sketch.clear();
    }

    style(geometry) {
      const base = this.look.drawing();
      const path = geometry instanceof ol.geom.LineString ? geometry.getCoordinates() : null;
      return path ? [base, ...this.legs(path)] : base;
    }

    legs(path) {
      if (path.length < 3) return [];
      return path.slice(1).map((end, at) => new ol.style.Style({
        geometry: new ol.geom.LineString([path[at], end]),
        text: this.look.words(Pipes.lengthText(this.plane.length([path[at], end])), { placement: "line", textBaseline: "bottom", offsetY: -4 }),
      }));
    }

    show(geometry, isDone = false) {
      const [first, second] = geometry ? this.texts(geometry) : ["—", ""];
      this.figure.textContent = first;
      this.second.textContent = second;
      if (isDone) this.messages.tell(`${first} ${second}`);
    }

    texts(geometry) {
      if (geometry instanceof ol.geom.LineString) return [Pipes.lengthText(this.plane.length(geometry.getCoordinates())), ""];
      const ring = geometry.getCoordinates()[0] ?? [];
      const around = ring.length > 1 ? Pipes.lengthText(this.plane.length(ring)) : "—";
      return [Pipes.areaText(ring.length > 2 ? this.plane.area([ring]) : 0), Pipes.say("perimeter", { length: around })];
    }
  }

  Pipes.Measure = Measure;
})();
