// Areas that were kept under a name: show one on the map, or open its list.
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
    }

    async read() {
      this.state.textContent = Pipes.say("loading");
      try {
        this.areas = await Pipes.read(PLACE);
      } catch (error) {
        this.state.textContent = Pipes.reason(error);
        return;
      }
      this.state.textContent = this.areas.length ? "" : Pipes.say("no_areas");
      this.list.replaceChildren(...this.areas.map((area) => this.item(area)));
    }

    item(area) {
      const made = this.template.content.firstElementChild.cloneNode(true);
      made.querySelector("[data-name]").textContent = area.name || Pipes.say("unnamed");
      made.querySelector("[data-size]").textContent = Pipes.areaText(area.square_metres);
      made.querySelector("[data-open]").href = area.href;
      made.querySelector("[data-show]").addEventListener("click", () => this.show(area));
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
      this.show(await Pipes.read(`/pipelines/areas/${encodeURIComponent(id)}.json`));
    }
  }

  Pipes.Saved = Saved;
})();
