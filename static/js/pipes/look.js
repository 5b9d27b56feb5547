// How lines and points look at each scale, on light and on dark ground. A kind that is switched off has no style.
/* global Pipes, ol */
"use strict";

(() => {
  const HALO = 16; // zooms from which each thing is drawn
  const LABELS = 17.25;
  const POINTS = 16.5;
  const ARROWS = 17.75;
  const NUMBERS = 19;
  const LARGE = 600; // millimetres from which a line is drawn heavier
  const ABANDONED = /废|^1$|abandoned/;

  const cssColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const zoomAt = (resolution) => Math.log2(156543.03392804097 / resolution);
  const keyOf = (major, minor) => `${major}/${minor}`;

  function widthAt(zoom, size) {
    const heavy = Number(/\d+/.exec(size ?? "")?.[0] ?? 0) >= LARGE ? 1.4 : 1;
    return heavy * Math.min(Math.max(0.75 + (zoom - 13.5) * 0.3, 0.75), 2.6);
  }

  function dashOf(feature, width) {
    if (ABANDONED.test(String(feature.get("status") ?? ""))) return [width * 2, width * 3];
    return Pipes.underway.has(feature.get("version_id")) ? [width * 6, width * 2.5] : undefined;
  }

  // The place halfway along the drawn part of a line, and the way it runs there.
  function middle(feature) {
    const [flat, step] = [feature.getFlatCoordinates(), feature.getStride()];
    let [best, longest] = [null, 0];
    for (let at = 0; at + step < flat.length; at += step) {
      const [x, y] = [flat[at + step] - flat[at], flat[at + step + 1] - flat[at + 1]];
      const length = Math.hypot(x, y);
      if (length <= longest) continue;
      longest = length;
      best = { place: [flat[at] + x / 2, flat[at + 1] + y / 2], angle: Math.atan2(x, y), length };
    }
    return best;
  }

  class Look {
    constructor({ kinds, materials }, hidden) {
      this.materials = materials;
      this.kinds = new Map(kinds.map((kind) => [keyOf(kind.major, kind.minor), kind]));
      this.majors = new Map(kinds.map((kind) => [kind.major, kind]).reverse());
      this.hidden = hidden;
      this.refresh();
    }

    // The theme's own colours, read anew when it changes.
    refresh() {
      this.isDark = document.documentElement.dataset.bsTheme === "dark";
      this.paper = cssColour("--map-ground");
      this.ink = cssColour("--ink");
      this.font = cssColour("--font");
      this.edge = cssColour("--map-line-edge");
      this.mark = cssColour("--map-mark");
      this.draft = cssColour("--map-draft");
      this.wash = cssColour("--map-wash");
    }

    kindOf(feature) {
      const major = feature.get("major");
      return this.kinds.get(keyOf(major, feature.get("minor") ?? "")) ?? this.majors.get(major);
    }

    isHidden(feature) {
      const key = keyOf(feature.get("major"), feature.get("minor") ?? "");
      return this.hidden.has(this.kinds.has(key) ? key : keyOf(feature.get("major"), ""));
    }

    isShown(feature, zoom) {
      return !this.isHidden(feature) && (zoom >= POINTS || feature.get("layer") !== "point");
    }

    colour(kind) {
      if (!kind) return this.ink;
      return this.isDark ? kind.dark_colour : kind.colour;
    }

    style(feature, resolution) {
      if (this.isHidden(feature)) return null;
      const zoom = zoomAt(resolution);
      return feature.get("layer") === "point" ? this.point(feature, zoom) : this.segment(feature, zoom, resolution);
    }

    segment(feature, zoom, resolution) {
      const kind = this.kindOf(feature);
      const colour = this.colour(kind);
      const width = widthAt(zoom, feature.get("size_raw"));
      const lineDash = dashOf(feature, width);
      const styles = [new ol.style.Style({ stroke: new ol.style.Stroke({ color: colour, width, lineDash, lineCap: "butt" }), zIndex: 1 })];
      if (zoom >= HALO) styles.unshift(this.halo(width, lineDash));
      if (zoom >= ARROWS && Number(feature.get("flow"))) styles.push(...this.arrow(feature, colour, resolution));
      if (zoom >= LABELS) styles.push(this.label(feature, kind));
      return styles;
    }

    // A thin edge keeps the standard's bright colours readable on paper, and crossings apart.
    halo(width, lineDash) {
      return new ol.style.Style({ stroke: new ol.style.Stroke({ color: this.edge, width: width + 1.4, lineDash, lineCap: "butt" }), zIndex: 0 });
    }

    arrow(feature, colour, resolution) {
      const found = middle(feature);
      if (!found || found.length < 40 * resolution) return [];
      const image = new ol.style.RegularShape({
        points: 3,
        radius: 6,
        scale: [0.75, 1],
        rotation: found.angle + (Number(feature.get("flow")) < 0 ? Math.PI : 0),
        rotateWithView: true,
        declutterMode: "none",
        fill: new ol.style.Fill({ color: colour }),
        stroke: new ol.style.Stroke({ color: this.edge, width: 0.8 }),
      });
      return [new ol.style.Style({ image, geometry: new ol.geom.Point(found.place), zIndex: 2 })];
    }

    label(feature, kind) {
      const depth = Number(feature.get("depth"));
      const material = feature.get("material");
      const deep = feature.get("depth") != null && Number.isFinite(depth) ? depth.toFixed(2) : "";
      const text = [kind?.name, feature.get("size_raw"), this.materials[material] ?? material, deep].filter(Boolean).join(" ");
      return new ol.style.Style({ text: this.words(text, { placement: "line", textBaseline: "bottom", offsetY: -3, maxAngle: 0.5 }) });
    }

    point(feature, zoom) {
      if (zoom < POINTS) return null;
      const name = Pipes.symbols.classOf(feature.get("appurtenance"), feature.get("feature"));
      const img = Pipes.symbols.image(name, this.isDark ? this.colour(this.kindOf(feature)) : this.inked(feature), this.paper);
      const size = Math.min(0.62 + (zoom - POINTS) * 0.19, 1.15) * Pipes.symbols.scale;
      const image = new ol.style.Icon({ img, scale: size, declutterMode: "none" });
      const text = zoom >= NUMBERS ? this.words(feature.get("point_no") ?? "", { offsetY: -15 }) : undefined;
      return new ol.style.Style({ image, text, zIndex: 3 });
    }

    // On paper, symbols in the standard's brightest colours are drawn a shade darker, or nobody sees a thin ring.
    inked(feature) {
      const colour = this.colour(this.kindOf(feature));
      const parts = /^#(..)(..)(..)$/.exec(colour)?.slice(1).map((part) => parseInt(part, 16));
      return parts ? `rgb(${parts.map((part) => Math.round(part * 0.72)).join(" ")})` : colour;
    }

    words(text, place) {
      return new ol.style.Text({
        text,
        font: `11px ${this.font}`,
        fill: new ol.style.Fill({ color: this.ink }),
        stroke: new ol.style.Stroke({ color: this.paper, width: 3 }),
        ...place,
      });
    }

    // What was clicked, under a broad mark.
    chosen(feature) {
      const isPoint = feature.get("layer") === "point";
      const stroke = new ol.style.Stroke({ color: this.mark, width: isPoint ? 3 : 9 });
      if (isPoint) return new ol.style.Style({ image: new ol.style.Circle({ radius: 12, stroke }) });
      return new ol.style.Style({ stroke });
    }

    // A place that was asked about or gone to.
    place() {
      const stroke = (color, width) => new ol.style.Stroke({ color, width });
      const ring = (radius, line) => new ol.style.Style({ image: new ol.style.Circle({ radius, stroke: line }) });
      return [ring(9, stroke(this.paper, 5)), ring(9, stroke(this.draft, 2))];
    }

    // What is being drawn.
    drawing() {
      const stroke = new ol.style.Stroke({ color: this.draft, width: 2 });
      const fill = new ol.style.Fill({ color: this.wash });
      const knob = new ol.style.Circle({ radius: 5, fill: new ol.style.Fill({ color: this.paper }), stroke });
      return new ol.style.Style({ stroke, fill, image: knob });
    }

    // An area that was kept.
    kept() {
      const stroke = new ol.style.Stroke({ color: this.draft, width: 2, lineDash: [8, 4] });
      return new ol.style.Style({ stroke, fill: new ol.style.Fill({ color: this.wash }) });
    }

    // The edge of a sheet to print.
    frame() {
      const stroke = new ol.style.Stroke({ color: this.ink, width: 1.5, lineDash: [6, 4] });
      return new ol.style.Style({ stroke });
    }
  }

  Object.assign(Pipes, { Look, keyOf, cssColour });
})();
