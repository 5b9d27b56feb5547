// A place on a plain graticule in degrees (CGCS2000 and WGS 84 look alike at this scale); no tile is ever fetched.
// Points come with the element; with two inputs named, a click or Enter sets them.
/* global ol */
"use strict";

(() => {
  const CHINA = [73, 18, 135, 54]; // degrees: west, south, east, north
  const CLOSE = 15; // zoom at a single point

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function dot(fill, radius) {
    return new ol.style.Circle({
      radius,
      fill: new ol.style.Fill({ color: fill }),
      stroke: new ol.style.Stroke({ color: colour("--surface"), width: 2 }),
    });
  }

  function label(text) {
    return new ol.style.Text({
      text,
      offsetY: -14,
      font: `13px ${colour("--font")}`,
      fill: new ol.style.Fill({ color: colour("--ink") }),
      stroke: new ol.style.Stroke({ color: colour("--surface"), width: 3 }),
    });
  }

  function graticule() {
    const line = new ol.style.Stroke({ color: colour("--line-strong"), width: 1 });
    const text = (place) => new ol.style.Text({
      ...place,
      font: `11px ${colour("--font")}`,
      fill: new ol.style.Fill({ color: colour("--ink-soft") }),
      stroke: new ol.style.Stroke({ color: colour("--surface"), width: 3 }),
    });
    return new ol.layer.Graticule({
      strokeStyle: line,
      showLabels: true,
      wrapX: false,
      lonLabelPosition: 1,
      intervals: [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001],
      lonLabelStyle: text({ textBaseline: "top", offsetY: 4 }),
      latLabelStyle: text({ textAlign: "end", offsetX: -4 }),
      lonLabelFormatter: (degrees) => `${+degrees.toFixed(4)}°`,
      latLabelFormatter: (degrees) => `${+degrees.toFixed(4)}°`,
    });
  }

  function feature(point) {
    const made = new ol.Feature(new ol.geom.Point([Number(point.longitude), Number(point.latitude)]));
    made.setProperties({ label: point.label || "", href: point.href || "" });
    return made;
  }

  class PlaceMap {
    constructor(element) {
      this.element = element;
      this.inputs = [element.dataset.longitude, element.dataset.latitude].map((id) => id && document.getElementById(id));
      this.given = new ol.source.Vector({ features: JSON.parse(element.dataset.points).map(feature) });
      this.chosen = new ol.source.Vector();
      this.view = new ol.View({ projection: "EPSG:4326", maxZoom: 20 });
      this.map = new ol.Map({ target: element, view: this.view, controls: this.controls(), layers: this.layers() });
      this.windowInput = document.getElementById(element.dataset.window || "");
      this.readInputs();
      this.show();
      this.listen();
    }

    controls() {
      const { zoomIn, zoomOut } = this.element.dataset;
      return [
        new ol.control.Zoom({ zoomInTipLabel: zoomIn, zoomOutTipLabel: zoomOut }),
        new ol.control.ScaleLine(),
        new ol.control.MousePosition({ coordinateFormat: ol.coordinate.createStringXY(5), placeholder: "" }),
      ];
    }

    layers() {
      const given = (shown) => new ol.style.Style({ image: dot(colour("--accent"), 6), text: label(shown.get("label")) });
      const chosen = () => new ol.style.Style({ image: dot(colour("--bad"), 8) });
      return [
        graticule(),
        new ol.layer.Vector({ source: this.given, style: given }),
        new ol.layer.Vector({ source: this.chosen, style: chosen }),
      ];
    }

    show() {
      const features = [...this.given.getFeatures(), ...this.chosen.getFeatures()];
      if (this.element.dataset.extent) return this.view.fit(this.element.dataset.extent.split(",").map(Number));
      const extent = features.length ? ol.extent.createEmpty() : [...CHINA];
      for (const one of features) ol.extent.extend(extent, one.getGeometry().getExtent());
      this.view.fit(extent, { padding: [40, 40, 40, 40], maxZoom: CLOSE });
    }

    listen() {
      this.element.closest("details")?.addEventListener("toggle", () => {
        this.map.updateSize(); // folded up, it had none
        this.show();
      });
      this.map.on("moveend", () => this.tellWindow());
      this.map.on("singleclick", (event) => this.click(event));
      this.element.addEventListener("keydown", (event) => {
        if (event.key === "Enter") this.choose(this.view.getCenter());
      });
      this.inputs.forEach((input) => input?.addEventListener("change", () => this.readInputs() && this.show()));
      document.addEventListener("theme", () => this.map.setLayers(this.layers()));
    }

    tellWindow() {
      if (!this.windowInput || !this.map.getSize()?.every(Boolean)) return;
      this.windowInput.value = this.view.calculateExtent(this.map.getSize()).map((one) => one.toFixed(6)).join(",");
    }

    click(event) {
      if (this.inputs[0]) return this.choose(event.coordinate);
      const hit = this.map.forEachFeatureAtPixel(event.pixel, (one) => one.get("href"), { hitTolerance: 6 });
      if (hit) window.location.assign(hit);
    }

    choose(place) {
      if (!this.inputs[0]) return;
      this.inputs.forEach((input, axis) => {
        input.value = place[axis].toFixed(6);
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      this.readInputs();
    }

    readInputs() {
      const texts = this.inputs.map((input) => input?.value.trim());
      const place = texts.map(Number);
      const sound = texts.every(Boolean) && Math.abs(place[0]) <= 180 && Math.abs(place[1]) <= 90;
      this.chosen.clear();
      if (sound) this.chosen.addFeature(new ol.Feature(new ol.geom.Point(place)));
      return sound;
    }
  }

  for (const element of document.querySelectorAll("[data-map]")) new PlaceMap(element);
})();
