// The area of a query: drawn, typed or brought as a file, then sent; the answer is the page with its list.
/* global Pipes, ol */
"use strict";

(() => {
  const DRAWN = { rectangle: "Box", polygon: "Polygon", circle: "Circle", corridor: "LineString" };
  const PLACE = "/pipelines/areas";

  const degrees = (coordinate) => ol.proj.toLonLat(coordinate).map((one) => Number(one.toFixed(8)));

  const areaOf = (ring) => new ol.geom.Polygon([ring]).getArea();

  // A ring fills its own bounding box when it has kept its right angles.
  const isBox = (ring) => areaOf(ring) > 0.999999 * ol.extent.getArea(ol.extent.boundingExtent(ring));

  class Area {
    constructor(map, panels, plane, look, messages) {
      Object.assign(this, { map, panels, plane, look, messages });
      this.form = Pipes.part("area-form");
      this.figure = Pipes.part("area-figure");
      this.faults = Pipes.part("area-faults");
      this.sketch = new Pipes.Sketch(map, (feature) => this.style(feature.getGeometry()), (geometry, isDone) => this.show(geometry, isDone));
      panels.own("area", { opened: () => this.begin(), closed: () => this.sketch.stop() });
      this.form.addEventListener("change", (event) => event.target.name === "how" && this.begin(true));
      this.form.elements.distance_m.addEventListener("input", () => this.sketch.layer.changed());
      this.form.addEventListener("submit", (event) => this.submit(event));
      Pipes.part("area-clear").addEventListener("click", () => this.begin(true));
    }

    get how() {
      return this.form.elements.how.value;
    }

    get distance() {
      return Number(this.form.elements.distance_m.value) || 0;
    }

    begin(anew = false) {
      for (const part of this.form.querySelectorAll("[data-how]")) {
        part.hidden = !part.dataset.how.split(" ").includes(this.how);
      }
      this.say([]);
      if (anew) this.sketch.clear();
      if (this.sketch.geometry) this.sketch.edit();
      else if (DRAWN[this.how]) this.sketch.begin(DRAWN[this.how], { editable: true });
      else this.sketch.stop();
    }

    // A corridor is shown as wide as it will be.
    style(geometry) {
      const base = this.look.drawing();
      if (!(geometry instanceof ol.geom.LineString) || !this.distance) return base;
      const centre = this.map.getView().getCenter();
      const width = 2 * this.distance / (this.map.getView().getResolution() * Pipes.groundScale(centre));
      return [new ol.style.Style({ stroke: new ol.style.Stroke({ color: this.look.wash, width }) }), base];
    }

    show(geometry, isDone = false) {
      const text = geometry ? this.extentText(geometry) : Pipes.say("nothing_drawn");
      this.figure.textContent = text;
      if (isDone) this.messages.tell(Pipes.say("drawn", { figure: text }));
    }

    extentText(geometry) {
      if (geometry instanceof ol.geom.Circle) {
        const radius = this.radius(geometry);
        return `R ${Pipes.lengthText(radius)} · ${Pipes.areaText(Math.PI * radius ** 2)}`;
      }
      if (geometry instanceof ol.geom.LineString) return Pipes.lengthText(this.plane.length(geometry.getCoordinates()));
      const rings = geometry.getCoordinates?.() ?? [];
      return rings[0]?.length > 2 ? Pipes.areaText(this.plane.area(rings)) : "—";
    }

    radius(circle) {
      const [x, y] = circle.getCenter();
      return this.plane.length([[x, y], [x + circle.getRadius(), y]]);
    }

    shape(geometry) {
      if (geometry instanceof ol.geom.Circle) {
        return { type: "Circle", center: degrees(geometry.getCenter()), radius_m: Number(this.radius(geometry).toFixed(3)) };
      }
      if (geometry instanceof ol.geom.LineString) return { type: "LineString", coordinates: geometry.getCoordinates().map(degrees) };
      return { type: "Polygon", coordinates: geometry.getCoordinates().map((ring) => ring.map(degrees)) };
    }

    // A rectangle that was pulled out of its right angles is a polygon.
    drawn(geometry) {
      const bent = this.how === "rectangle" && !isBox(geometry.getCoordinates()[0]);
      return { how: bent ? "polygon" : this.how, shape: this.shape(geometry) };
    }

    corners() {
      const value = (name) => this.form.elements[name].value.trim();
      const [south, north, west, east] = ["north_from", "north_to", "east_from", "east_to"].map(value);
      if (![south, north, west, east].every(Boolean)) return null;
      return [[south, west], [south, east], [north, east], [north, west]].map((pair) => pair.join(",")).join("\n");
    }

    // What to send, or nothing if something is missing.
    content() {
      const { name, road, text } = this.form.elements;
      const common = { name: name.value.trim() };
      const distance = { distance_m: this.distance };
      if (this.how === "road") return road.value.trim() ? { ...common, how: "road", road: road.value.trim(), ...distance } : null;
      if (this.how === "corners") return this.corners() && { ...common, how: "coordinates", text: this.corners() };
      if (this.how === "points") return text.value.trim() ? { ...common, how: "coordinates", text: text.value } : null;
      const geometry = this.sketch.geometry;
      if (!geometry) return null;
      const drawn = this.drawn(geometry);
      if (this.how === "corridor") Object.assign(drawn.shape, distance);
      return { ...common, ...drawn, ...(this.how === "corridor" ? distance : {}) };
    }

    file() {
      const { boundary, name } = this.form.elements;
      if (!boundary.files.length) return null;
      const body = new FormData();
      body.append("file", boundary.files[0]);
      body.append("how", "file");
      body.append("name", name.value.trim());
      return body;
    }

    async submit(event) {
      event.preventDefault();
      const isFile = this.how === "file";
      const content = isFile ? this.file() : this.content();
      if (!content) return this.say([Pipes.say(`missing_${this.how}`)]);
      this.say([]);
      this.busy(true);
      try {
        const answer = isFile
          ? await Pipes.ask(PLACE, { method: "POST", body: content, headers: { Accept: "application/json" } })
          : await Pipes.postJson(PLACE, content);
        window.location.assign((await answer.json()).href);
      } catch (error) {
        this.busy(false);
        this.say(error.problems?.length ? error.problems.map((problem) => problem.message) : [Pipes.reason(error)]);
      }
      return undefined;
    }

    busy(isBusy) {
      this.form.querySelector("[type=submit]").disabled = isBusy;
      this.form.setAttribute("aria-busy", String(isBusy));
    }

    say(sentences) {
      this.faults.hidden = !sentences.length;
      this.faults.querySelector("ul").replaceChildren(...sentences.map((sentence) => {
        const item = document.createElement("li");
        item.textContent = sentence;
        return item;
      }));
      if (sentences.length) this.faults.focus();
    }
  }

  Pipes.Area = Area;
})();
