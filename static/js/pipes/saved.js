// Areas that were kept under a name: show one on the map, open its list, rename and share it.
/* global Pipes, ol */
"use strict";

(() => {
  const PLACE = "/pipelines/areas.json";

  class Saved {
    constructor(map, panels, look, messages) {
      Object.assign(this, { map, panels, messages });
      this.list = Pipes.part("saved-list");
      this.state = Pipes.part("saved-state");
      this.template = Pipes.part("saved-item");
      this.layer = new ol.layer.Vector({ source: new ol.source.Vector(), style: () => look.kept(), zIndex: 12 });
      map.addLayer(this.layer);
      panels.own("saved", { opened: () => this.read() });
      this.list.addEventListener("submit", (event) => this.rename(event));
    }

    async read(query = "") {
      this.state.textContent = Pipes.say("loading");
      try {
        this.areas = await Pipes.read(PLACE + query);
      } catch (error) {
        this.state.textContent = Pipes.reason(error);
        return;
      }
      this.state.textContent = this.areas.length ? "" : Pipes.say("no_areas");
      this.list.replaceChildren(...this.areas.map((area) => this.item(area)));
    }

    item(area) {
      const made = this.template.content.firstElementChild.cloneNode(true);
      const fields = made.querySelector("form").elements;
      made.querySelector("[data-name]").textContent = area.name || Pipes.say("unnamed");
      made.querySelector("[data-size]").textContent = Pipes.areaText(area.square_metres);
      made.querySelector("[data-open]").href = area.href;
      made.querySelector("[data-show]").addEventListener("click", () => this.show(area));
      made.querySelector("form").action = `/pipelines/areas/${encodeURIComponent(area.id)}/name`;
      fields.name.value = area.name;
      fields.shared.checked = Boolean(area.shared);
      return made;
    }

    show(area) {
      const feature = new ol.format.GeoJSON().readFeature(
        { type: "Feature", properties: {}, geometry: area.shape },
        { featureProjection: "EPSG:3857" },
      );
      this.layer.getSource().clear();
      this.layer.getSource().addFeature(feature);
      this.map.getView().fit(feature.getGeometry(), { padding: [60, 60, 60, 60], maxZoom: 19 });
      this.messages.tell(Pipes.say("area_shown", { name: area.name || Pipes.say("unnamed") }));
    }

    // The area that the page's address asks for, named or not.
    async showOne(id) {
      await this.read(`?id=${encodeURIComponent(id)}`);
      const found = this.areas?.find((area) => String(area.id) === id);
      if (found) this.show(found);
      else if (this.areas) this.messages.fault(new Pipes.Refusal(404));
    }

    async rename(event) {
      event.preventDefault();
      const form = event.target;
      try {
        await Pipes.postForm(form.action, new FormData(form));
        await this.read();
        this.messages.tell(Pipes.say("saved"));
      } catch (error) {
        this.messages.fault(error);
      }
    }
  }

  Pipes.Saved = Saved;
})();
