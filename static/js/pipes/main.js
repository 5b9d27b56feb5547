// Puts the page together: facts from the server, the map, the tools.
/* global Pipes, ol */
"use strict";

(() => {
  const CHINA = [73, 18, 135, 54]; // degrees: west, south, east, north
  const VIEW = "pipes-view"; // kept for this tab only: a coordinate is nobody else's business
  const WIDE = window.matchMedia("(min-width: 992px)");
  const frame = document.querySelector("[data-pipes]");

  function viewOf(extent) {
    const view = new ol.View({ projection: "EPSG:3857", minZoom: 4, maxZoom: 22, enableRotation: false });
    const kept = JSON.parse(sessionStorage.getItem(VIEW) ?? "null");
    if (kept) {
      view.setCenter(kept.center);
      view.setZoom(kept.zoom);
    } else {
      view.fit(ol.proj.transformExtent(extent ?? CHINA, "EPSG:4326", "EPSG:3857"), { size: [800, 600], padding: [30, 30, 30, 30], maxZoom: 17 });
    }
    return view;
  }

  const keep = (view) => sessionStorage.setItem(VIEW, JSON.stringify({ center: view.getCenter(), zoom: view.getZoom() }));

  function makeMap(extent) {
    const target = Pipes.part("map");
    const map = new ol.Map({ target, view: viewOf(extent), controls: [], keyboardEventTarget: target });
    map.on("moveend", () => keep(map.getView()));
    return map;
  }

  function makeLines(look, messages) {
    const source = (day) => Pipes.tiles.source(Pipes.tiles.pipelines(day), (error) => messages.fault(error));
    const lines = new ol.layer.VectorTile({
      source: source(""),
      style: (feature, resolution) => look.style(feature, resolution),
      declutter: "map",
      renderMode: "hybrid",
      zIndex: 6,
      renderOrder: null,
    });
    return { lines, source };
  }

  function wireZoom(map, extent) {
    const view = map.getView();
    const steps = { in: 1, out: -1 };
    for (const button of document.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => {
        if (steps[button.dataset.zoom]) view.animate({ zoom: view.getZoom() + steps[button.dataset.zoom], duration: 120 });
        else view.fit(ol.proj.transformExtent(extent ?? CHINA, "EPSG:4326", "EPSG:3857"), { padding: [30, 30, 30, 30], maxZoom: 17 });
      });
    }
  }

  function wireDay({ lines, source }, card) {
    document.getElementById("field-as_of")?.addEventListener("change", (event) => {
      const day = event.target.value.trim();
      if (day && !/^\d{4}-\d{2}-\d{2}$/.test(day)) return;
      lines.setSource(source(day));
      card.highlight.setSource(lines.getSource());
      card.close();
    });
  }

  function wireTheme(map, { look, ground, legend, lines }) {
    document.addEventListener("theme", () => {
      look.refresh();
      ground.refresh();
      legend.drawSymbols();
      lines.changed();
      map.getLayers().forEach((layer) => layer.changed());
    });
  }

  // What the page's address asks for: an area, one segment, or a survey with its findings.
  async function showWanted({ saved, card, survey, panels, messages }) {
    const { area, segment } = frame.dataset;
    try {
      if (frame.dataset.survey) await survey.show(frame.dataset.survey);
      if (area) {
        if (WIDE.matches) panels.show("saved");
        await saved.showOne(area);
      }
      if (segment) {
        const { shape } = await Pipes.read(`/pipelines/segments/${encodeURIComponent(segment)}.json`);
        card.show(new ol.format.GeoJSON().readGeometry(shape, { featureProjection: "EPSG:3857" }), Number(segment));
      }
    } catch (error) {
      messages.fault(error);
    }
  }

  function build(config, messages) {
    const plane = new Pipes.Plane(config.plane);
    const hidden = Pipes.rememberedHidden();
    const look = new Pipes.Look(config, hidden);
    Pipes.underway = new Set(config.underway);
    const map = makeMap(config.extent);
    const { lines, source } = makeLines(look, messages);
    map.addLayer(lines);
    const ground = new Pipes.Ground(map, config.base, (error) => messages.fault(error));
    const panels = new Pipes.Panels();
    const legend = new Pipes.Legend(hidden, () => lines.changed());
    const card = new Pipes.Card(map, look, messages);
    card.over(lines);
    const measure = new Pipes.Measure(map, panels, plane, look, messages);
    const area = new Pipes.Area(map, panels, plane, look, messages);
    const saved = new Pipes.Saved(map, panels, look, messages);
    new Pipes.Locate(map, look, messages);
    new Pipes.Print(map, panels, plane, look, legend, config.frames);
    new Pipes.Status(map, plane);
    const survey = new Pipes.Survey(map, messages);
    const sketches = [measure.sketch, area.sketch];
    new Pipes.Keys(map, sketches, (coordinate) => card.at(coordinate));
    map.on("singleclick", (event) => {
      const isBusy = sketches.some((one) => one.isDrawing || one.modify);
      if (!isBusy && !survey.pressed(event.pixel)) card.at(event.coordinate);
    });
    wireZoom(map, config.extent);
    wireDay({ lines, source }, card);
    wireTheme(map, { look, ground, legend, lines });
    legend.drawSymbols();
    if (WIDE.matches && !frame.dataset.area) panels.show("legend");
    return { saved, card, survey, panels, messages };
  }

  async function start() {
    const messages = new Pipes.Messages();
    try {
      const config = await Pipes.read(frame.dataset.config);
      Pipes.learn(config.labels);
      const parts = build(config, messages);
      Pipes.part("empty").hidden = config.has_lines;
      frame.dataset.state = "ready";
      await showWanted(parts);
    } catch (error) {
      console.error(error);
      frame.dataset.state = "failed";
      Pipes.part("failed").hidden = false;
    }
  }

  start();
})();
