// One thing drawn on the map at a time, by pointer or by keys: line, polygon, box or circle.
/* global Pipes, ol */
"use strict";

(() => {
  const LEAST = 1e-3; // metres of the map below which a drawing is a slip

  function typeOf(kind) {
    if (kind !== "Box") return { type: kind };
    return { type: "Circle", geometryFunction: ol.interaction.Draw.createBox() };
  }

  // Box and circle from two places, for whoever draws by keys.
  function between(kind, first, second) {
    if (kind === "Box") return ol.geom.Polygon.fromExtent(ol.extent.boundingExtent([first, second]));
    return new ol.geom.Circle(first, Math.hypot(second[0] - first[0], second[1] - first[1]));
  }

  class Sketch {
    constructor(map, style, changed) {
      this.map = map;
      this.style = style;
      this.changed = changed;
      this.source = new ol.source.Vector({ wrapX: false });
      this.layer = new ol.layer.Vector({ source: this.source, style, zIndex: 15 });
      map.addLayer(this.layer);
    }

    get isDrawing() {
      return Boolean(this.draw);
    }

    get geometry() {
      return this.source.getFeatures()[0]?.getGeometry() ?? null;
    }

    begin(kind, { editable = false } = {}) {
      this.stop();
      this.kind = kind;
      this.editable = editable;
      this.draw = new ol.interaction.Draw({ ...typeOf(kind), source: this.source, style: this.style, stopClick: true });
      this.draw.on("drawstart", (event) => this.started(event.feature));
      this.draw.on("drawend", (event) => this.ended(event.feature));
      this.map.addInteraction(this.draw);
      this.map.getTargetElement().classList.add("is-drawing");
    }

    started(feature) {
      this.source.clear();
      this.changed(null);
      feature.getGeometry().on("change", (event) => this.changed(event.target, false));
    }

    ended(feature) {
      const geometry = feature.getGeometry();
      const extent = geometry.getExtent();
      // The interaction adds the feature after this event.
      setTimeout(() => {
        if (ol.extent.getWidth(extent) + ol.extent.getHeight(extent) < LEAST) return this.clear();
        if (this.editable) this.edit();
        return this.changed(geometry, true);
      });
    }

    // What was drawn can be pulled into shape.
    edit() {
      this.stop();
      const source = this.source;
      this.modify = new ol.interaction.Modify({ source });
      this.modify.on("modifyend", () => this.changed(this.geometry, true));
      this.map.addInteraction(this.modify);
    }

    set(geometry) {
      this.source.clear();
      this.source.addFeature(new ol.Feature(geometry));
    }

    // By keys: the middle of the map is the next corner.
    put(coordinate) {
      if (this.kind === "LineString" || this.kind === "Polygon") return this.draw.appendCoordinates([coordinate]);
      if (!this.anchor) {
        this.anchor = coordinate;
        return this.set(new ol.geom.Point(coordinate));
      }
      const geometry = between(this.kind, this.anchor, coordinate);
      this.anchor = null;
      this.set(geometry);
      return this.ended(this.source.getFeatures()[0]);
    }

    finish() {
      this.draw.finishDrawing();
    }

    undo() {
      this.draw.removeLastPoint();
    }

    cancel() {
      this.draw.abortDrawing();
      this.anchor = null;
      this.source.clear();
      this.changed(null);
    }

    clear() {
      this.source.clear();
      this.changed(null);
    }

    stop() {
      if (this.draw) this.map.removeInteraction(this.draw);
      if (this.modify) this.map.removeInteraction(this.modify);
      this.draw = this.modify = this.anchor = null;
      this.map.getTargetElement().classList.remove("is-drawing");
    }
  }

  Pipes.Sketch = Sketch;
})();
