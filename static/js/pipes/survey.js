// The findings of a survey over the map: a mark at each place; pressing one goes to it in the report.
/* global Pipes, ol */
"use strict";

(() => {
  const COLOURS = { bad: "#c8102e", warning: "#b35900", info: "#1c5d99", muted: "#6b7280" };

  const markOf = (colour) => new ol.style.Style({
    image: new ol.style.RegularShape({
      points: 3,
      radius: 9,
      fill: new ol.style.Fill({ color: `${colour}cc` }),
      stroke: new ol.style.Stroke({ color: "#fff", width: 1.5 }),
    }),
  });

  const featureOf = ({ lon, lat, tone, text, href }) => {
    const feature = new ol.Feature({ geometry: new ol.geom.Point(ol.proj.fromLonLat([lon, lat])), text, href });
    feature.setStyle(markOf(COLOURS[tone] ?? COLOURS.info));
    return feature;
  };

  class Survey {
    constructor(map, messages) {
      this.map = map;
      this.messages = messages;
      this.source = new ol.source.Vector();
      this.layer = new ol.layer.Vector({ source: this.source, zIndex: 18 });
      map.addLayer(this.layer);
    }

    async show(version) {
      const { extent, findings } = await Pipes.read(`/pipelines/map/surveys/${encodeURIComponent(version)}.json`);
      this.source.addFeatures(findings.map(featureOf));
      const around = extent && ol.proj.transformExtent(extent, "EPSG:4326", "EPSG:3857");
      if (around) this.map.getView().fit(around, { padding: [40, 40, 40, 40], maxZoom: 18 });
      this.messages.tell(Pipes.say("findings_shown", { count: findings.length }));
    }

    // The mark under a pixel says what was found and leads to the report; true if there was one.
    pressed(pixel) {
      const [feature] = this.map.getFeaturesAtPixel(pixel, { layerFilter: (layer) => layer === this.layer, hitTolerance: 4 });
      if (!feature) return false;
      window.location.assign(feature.get("href"));
      return true;
    }
  }

  Pipes.Survey = Survey;
})();
