// A click, or Enter over the cross-hair, asks what lies there; the server answers with the card.
/* global Pipes, ol */
"use strict";

(() => {
  const WIDE = window.matchMedia("(min-width: 992px)"); // the card lies beside the map, not over its lower half
  const REACH = 8; // pixels around the place that still count

  // From a place to a point or a line, in units of the map.
  function distance(feature, [x, y]) {
    const [flat, step] = [feature.getFlatCoordinates(), feature.getStride()];
    let least = Math.hypot(flat[0] - x, flat[1] - y);
    for (let at = 0; at + step < flat.length; at += step) {
      const [dx, dy] = [flat[at + step] - flat[at], flat[at + step + 1] - flat[at + 1]];
      const along = ((x - flat[at]) * dx + (y - flat[at + 1]) * dy) / (dx * dx + dy * dy || 1);
      const part = Math.min(Math.max(along, 0), 1);
      least = Math.min(least, Math.hypot(flat[at] + part * dx - x, flat[at + 1] + part * dy - y));
    }
    return least;
  }

  const numberOf = (feature) => feature.get("fid") ?? feature.getId();

  class Card {
    constructor(map, look, messages) {
      this.map = map;
      this.look = look;
      this.messages = messages;
      this.frame = Pipes.part("card");
      this.body = Pipes.part("card-body");
      this.mark = new ol.layer.Vector({ source: new ol.source.Vector(), zIndex: 20 });
      this.chosen = null;
      this.asked = 0;
      map.addLayer(this.mark);
      this.frame.querySelector("[data-close-card]").addEventListener("click", () => this.close());
      this.frame.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.close();
      });
    }

    // Tiles come and go, so the mark is a second layer over the same source that shows one number only.
    over(lines) {
      this.lines = lines;
      this.highlight = new ol.layer.VectorTile({
        source: lines.getSource(),
        renderMode: "vector",
        zIndex: 5,
        style: (feature) => (this.isChosen(feature) ? this.look.chosen(feature) : null),
      });
      this.map.addLayer(this.highlight);
    }

    async at(coordinate) {
      const turn = ++this.asked;
      const [lon, lat] = ol.proj.toLonLat(coordinate);
      const reach = REACH * this.map.getView().getResolution() * Pipes.groundScale(coordinate);
      this.choose(coordinate);
      this.open(coordinate);
      try {
        const answer = await Pipes.postForm("/pipelines/at", { lon: lon.toFixed(8), lat: lat.toFixed(8), radius_m: reach.toFixed(2) });
        if (turn === this.asked) this.fill(await answer.text());
      } catch (error) {
        if (turn === this.asked) this.fail(error);
      }
    }

    // The nearest thing drawn within reach; points go before the lines that meet in them.
    choose(coordinate) {
      const reach = REACH * this.map.getView().getResolution();
      const near = this.lines.getFeaturesInExtent(ol.extent.buffer([...coordinate, ...coordinate], reach))
        .map((feature) => ({ feature, isLine: feature.get("layer") === "segment", far: distance(feature, coordinate) }))
        .filter(({ feature, far }) => far <= reach && this.look.isShown(feature, this.map.getView().getZoom()))
        .sort((one, other) => one.isLine - other.isLine || one.far - other.far);
      const best = near[0]?.feature;
      this.chosen = best ? { number: numberOf(best), layer: best.get("layer") } : null;
      this.highlight.changed();
    }

    // One segment, by its number, in the middle of the map with its card.
    async show(line, number) {
      this.map.getView().fit(line, { padding: WIDE.matches ? [80, 430, 80, 80] : [80, 40, 320, 40], maxZoom: 20 });
      await this.at(line.getCoordinateAt?.(0.5) ?? ol.extent.getCenter(line.getExtent()));
      this.chosen = { number, layer: "segment" };
      this.highlight.changed();
    }

    isChosen(feature) {
      return this.chosen !== null && numberOf(feature) === this.chosen.number && feature.get("layer") === this.chosen.layer;
    }

    open(coordinate) {
      this.mark.getSource().clear();
      this.mark.getSource().addFeature(new ol.Feature(new ol.geom.Point(coordinate)));
      this.mark.setStyle(this.look.place());
      this.body.setAttribute("aria-busy", "true");
      this.frame.hidden = false;
    }

    fill(content) {
      this.body.innerHTML = content;
      this.body.removeAttribute("aria-busy");
      window.htmx?.process(this.body);
      this.body.scrollTop = 0;
      this.frame.querySelector("h2").focus({ preventScroll: true });
      this.uncover();
    }

    // Move the map where the card would hide what it tells of.
    uncover() {
      const place = this.mark.getSource().getFeatures()[0].getGeometry().getCoordinates();
      const [x, y] = this.map.getPixelFromCoordinate(place);
      const map = this.map.getTargetElement().getBoundingClientRect();
      const card = this.frame.getBoundingClientRect();
      const [left, top] = [card.left - map.left, card.top - map.top];
      if (x < left || y < top || y > top + card.height) return;
      this.map.getView().centerOn(place, this.map.getSize(), WIDE.matches ? [left / 2, y] : [x, top / 2]);
    }

    fail(error) {
      this.close();
      this.messages.fault(error);
    }

    close() {
      if (this.frame.hidden) return;
      const hadFocus = this.frame.contains(document.activeElement);
      this.frame.hidden = true;
      this.body.replaceChildren();
      this.body.removeAttribute("aria-busy");
      this.mark.getSource().clear();
      this.chosen = null;
      this.highlight.changed();
      if (hadFocus) this.map.getTargetElement().focus();
    }
  }

  Pipes.Card = Card;
})();
