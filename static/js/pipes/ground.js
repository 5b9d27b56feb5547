// What lies under the pipelines: the office's own roads, blocks, buildings and water, and a service of its network.
/* global Pipes, ol */
"use strict";

(() => {
  const NAMES = 14.5; // zoom from which roads are named
  const STORE = "pipes-ground";
  const PLACE = "/pipelines/base/{z}/{x}/{y}.mvt";
  const WMTS_PLACES = { TileMatrix: "z", TileRow: "y", TileCol: "x" };

  const fill = (color) => new ol.style.Fill({ color });
  const stroke = (color, width) => new ol.style.Stroke({ color, width });

  function palette() {
    const names = ["road", "road-edge", "block", "building", "building-edge", "water", "label", "ground"];
    return Object.fromEntries(names.map((name) => [name, Pipes.cssColour(`--map-${name}`)]));
  }

  function roadName(feature, colours) {
    return new ol.style.Style({
      zIndex: 5,
      text: new ol.style.Text({
        text: feature.get("name") ?? "",
        placement: "line",
        font: `12px ${Pipes.cssColour("--font")}`,
        fill: fill(colours.label),
        stroke: stroke(colours.ground, 3),
        repeat: 600,
      }),
    });
  }

  // A road comes as its middle line, or as the ground between its edges with a line that only carries the name.
  function road(feature, zoom, colours) {
    if (feature.get("layer") === "road_line") return [];
    if (feature.getType().includes("Polygon")) {
      return [new ol.style.Style({ fill: fill(colours.road), stroke: stroke(colours["road-edge"], 1), zIndex: 2 })];
    }
    const width = Math.min(Math.max(1.8 ** (zoom - 13.2), 0.8), 30);
    return [
      new ol.style.Style({ stroke: stroke(colours["road-edge"], width + 1.5), zIndex: 2 }),
      new ol.style.Style({ stroke: stroke(colours.road, width), zIndex: 3 }),
    ];
  }

  const isNamed = (feature, zoom) => zoom >= NAMES && feature.get("name") && feature.getType().includes("Line");

  function styler(isOff) {
    const colours = palette();
    const fixed = {
      block: new ol.style.Style({ fill: fill(colours.block), zIndex: 0 }),
      water: new ol.style.Style({ fill: fill(colours.water), stroke: stroke(colours.water, 1.5), zIndex: 1 }),
      building: new ol.style.Style({ fill: fill(colours.building), stroke: stroke(colours["building-edge"], 0.8), zIndex: 4 }),
    };
    return (feature, resolution) => {
      const theme = feature.get("layer");
      if (isOff(theme.replace("_line", ""))) return null;
      if (!theme.startsWith("road")) return fixed[theme];
      const zoom = Math.log2(156543.03392804097 / resolution);
      const styles = road(feature, zoom, colours);
      return isNamed(feature, zoom) ? [...styles, roadName(feature, colours)] : styles;
    };
  }

  // A WMTS is addressed by its template; the grid is the usual one of the web.
  const tileTemplate = (url) => url.replace(/\{(\w+)\}/g, (whole, name) => (name in WMTS_PLACES ? `{${WMTS_PLACES[name]}}` : whole));

  const remembered = () => JSON.parse(localStorage.getItem(STORE) ?? "{}");

  class Ground {
    constructor(map, layers, onFault) {
      this.map = map;
      this.services = new Map(layers.filter((one) => one.kind !== "vector").map((one) => [String(one.id), one]));
      const { off = [], service = "none" } = remembered();
      this.off = new Set(off);
      this.boxes = [...document.querySelectorAll("[data-theme]")];
      this.choices = [...document.querySelectorAll("[data-service]")];
      if (layers.some((one) => one.kind === "vector")) this.addOwn(onFault);
      this.boxes.forEach((box) => box.addEventListener("change", () => this.toggle(box)));
      this.choices.forEach((choice) => choice.addEventListener("change", () => this.choose(choice.value)));
      this.boxes.forEach((box) => { box.checked = !this.off.has(box.dataset.theme); });
      this.choose(this.services.has(service) ? service : "none");
    }

    addOwn(onFault) {
      this.own = new ol.layer.VectorTile({
        source: Pipes.tiles.source(PLACE, onFault),
        declutter: "map",
        zIndex: 1,
      });
      this.map.addLayer(this.own);
      this.refresh();
    }

    toggle(box) {
      this.off[box.checked ? "delete" : "add"](box.dataset.theme);
      this.keep();
      this.own.changed();
    }

    choose(id) {
      this.service = id;
      this.keep();
      this.choices.forEach((choice) => { choice.checked = choice.value === id; });
      if (this.tiles) this.map.removeLayer(this.tiles);
      const wanted = this.services.get(id);
      this.tiles = wanted && new ol.layer.Tile({ source: new ol.source.XYZ({ url: tileTemplate(wanted.url), maxZoom: 18 }), zIndex: 0 });
      if (this.tiles) this.map.addLayer(this.tiles);
    }

    keep() {
      localStorage.setItem(STORE, JSON.stringify({ off: [...this.off], service: this.service }));
    }

    refresh() {
      this.own?.setStyle(styler((theme) => this.off.has(theme)));
    }
  }

  Pipes.Ground = Ground;
})();
