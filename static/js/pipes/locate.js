// Go to a road, a point number or coordinates; the server reads what was typed.
/* global Pipes, ol */
"use strict";

(() => {
  const CLOSE = 19; // zoom at a single place

  class Locate {
    constructor(map, look, messages) {
      Object.assign(this, { map, look, messages });
      this.form = Pipes.part("locate");
      this.list = Pipes.part("locate-list");
      this.layer = new ol.layer.Vector({ source: new ol.source.Vector(), zIndex: 18 });
      map.addLayer(this.layer);
      this.form.addEventListener("submit", (event) => this.submit(event));
      this.form.addEventListener("keydown", (event) => event.key === "Escape" && this.close(event));
      document.addEventListener("click", (event) => !this.form.contains(event.target) && this.fill([]));
    }

    async submit(event) {
      event.preventDefault();
      const words = this.form.elements.q.value.trim();
      if (!words) return;
      try {
        this.answer(await Pipes.read(`/pipelines/locate.json?q=${encodeURIComponent(words)}`));
      } catch (error) {
        this.fill([], Pipes.reason(error));
      }
    }

    answer(places) {
      if (places.length === 1) {
        this.fill([]);
        this.go(places[0]);
        return;
      }
      const text = places.length ? Pipes.say("places_found", { n: places.length }) : Pipes.say("no_place");
      this.fill(places, places.length ? "" : text);
      this.messages.tell(text);
    }

    fill(places, text = "") {
      this.list.replaceChildren(...places.map((place) => this.choice(place)));
      if (text) {
        const line = document.createElement("li");
        line.className = "locate-none";
        line.textContent = text;
        this.list.append(line);
      }
      this.list.hidden = !this.list.children.length;
    }

    choice(place) {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const kind = document.createElement("span");
      button.type = "button";
      button.textContent = place.label;
      kind.className = "locate-kind";
      kind.textContent = Pipes.say(`place_${place.kind}`);
      button.append(kind);
      button.addEventListener("click", () => { this.fill([]); this.go(place); });
      item.append(button);
      return item;
    }

    go({ label, lon, lat, extent }) {
      const view = this.map.getView();
      const centre = ol.proj.fromLonLat([lon, lat]);
      const box = extent && ol.proj.transformExtent(extent, "EPSG:4326", "EPSG:3857");
      this.layer.getSource().clear();
      this.layer.getSource().addFeature(new ol.Feature(new ol.geom.Point(centre)));
      this.layer.setStyle(this.look.place());
      if (box) view.fit(box, { padding: [80, 80, 80, 80], maxZoom: CLOSE });
      else view.animate({ center: centre, zoom: Math.max(view.getZoom(), CLOSE), duration: 0 });
      this.messages.tell(Pipes.say("went_to", { label }));
      this.map.getTargetElement().focus();
    }

    close(event) {
      if (this.list.hidden) return;
      event.stopPropagation();
      this.fill([]);
      this.form.elements.q.focus();
    }
  }

  Pipes.Locate = Locate;
})();
