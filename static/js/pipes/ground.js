// What lies under the pipelines: the office's own roads, blocks, buildings and water, or a service of its network.
/* global Pipes, ol */
"use strict";

(() => {
  const NAMES = 14.5; // zoom from which roads are named
  const STORE = "pipes-ground";
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

  function styler(colours) {
    const fixed = {
      block: new ol.style.Style({ fill: fill(colours.block), zIndex: 0 }),
      water: new ol.style.Style({ fill: fill(colours.water), stroke: stroke(colours.water, 1.5), zIndex: 1 }),
      building: new ol.style.Style({ fill: fill(colours.building), stroke: stroke(colours["building-edge"], 0.8), zIndex: 4 }),
    };
    return (feature, resolution) => {
      const layer = feature.get("layer");
      if (!layer.startsWith("road")) return fixed[layer];
      const zoom = Math.log2(156543.03392804097 / resolution);
      const styles = road(feature, zoom, colours);
      return isNamed(feature, zoom) ? [...styles, roadName(feature, colours)] : styles;
    };
  }

  const layerOf = {
    vector: ({ url }, onFault) => new ol.layer.VectorTile({
      source: Pipes.tiles.source(url, onFault),
      style: styler(palette()),
      renderMode: "vector",
      declutter: "map",
    }),
    xyz: ({ url }) => new ol.layer.Tile({ source: new ol.source.XYZ({ url, maxZoom: 18 }) }),
    // A WMTS is addressed by its template; the grid is the usual one of the web.
    wmts: ({ url, ...rest }) => layerOf.xyz({ ...rest, url: url.replace(/\{(\w+)\}/g, (whole, name) => (name in WMTS_PLACES ? `{${WMTS_PLACES[name]}}` : whole)) }),
  };

  class Ground {
    constructor(map, layers, onFault) {
      this.map = map;
      this.known = new Map(layers.map((one) => [String(one.id), one]));
      this.onFault = onFault;
      this.choices = [...document.querySelectorAll("[data-ground]")];
      this.choices.forEach((choice) => choice.addEventListener("change", () => this.choose(choice.value)));
      this.choose(this.remembered());
    }

    remembered() {
      const wanted = localStorage.getItem(STORE);
      return wanted === "none" || this.known.has(wanted) ? wanted : [...this.known.keys()][0] ?? "none";
    }

    choose(id) {
      localStorage.setItem(STORE, id);
      this.choices.forEach((choice) => { choice.checked = choice.value === id; });
      if (this.layer) this.map.removeLayer(this.layer);
      const wanted = this.known.get(id);
      this.layer = wanted && layerOf[wanted.kind]?.(wanted, this.onFault);
      if (this.layer) this.map.getLayers().insertAt(0, this.layer);
    }

    refresh() {
      if (this.layer instanceof ol.layer.VectorTile) this.layer.setStyle(styler(palette()));
    }
  }

  Pipes.Ground = Ground;
})();
