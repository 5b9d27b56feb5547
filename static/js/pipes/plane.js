// Metres of the plane system. Where its definition is secret or absent, a transverse Mercator laid through the place
// itself stands in: it is true to the ellipsoid there, so lengths are geodesic, and the page says which was used.
/* global Pipes, ol, proj4 */
"use strict";

(() => {
  const DEGREES = 5; // decimals: about a metre

  const local = ([longitude, latitude]) => proj4(
    `+proj=tmerc +lat_0=${latitude} +lon_0=${longitude} +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs`,
  );

  const figure = (number, decimals) => number.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });

  class Plane {
    constructor({ name, proj4: definition }) {
      this.name = name;
      this.system = definition ? proj4(definition) : null;
    }

    get isKnown() {
      return this.system !== null;
    }

    // How lengths were measured, in words.
    get way() {
      return this.isKnown ? Pipes.say("in_plane", { name: this.name }) : Pipes.say("geodesic");
    }

    // Coordinates of the map as [east, north] pairs in metres.
    metres(coordinates) {
      const degrees = coordinates.map((one) => ol.proj.toLonLat(one));
      const system = this.system ?? local(degrees[0]);
      return degrees.map((one) => system.forward(one));
    }

    // Map coordinates of places that lie [metres east, metres north] of one.
    around(coordinate, offsets) {
      const degrees = ol.proj.toLonLat(coordinate);
      const system = this.system ?? local(degrees);
      const [east, north] = system.forward(degrees);
      return offsets.map(([x, y]) => ol.proj.fromLonLat(system.inverse([east + x, north + y])));
    }

    length(coordinates) {
      const points = this.metres(coordinates);
      return points.slice(1).reduce((sum, [east, north], at) => {
        return sum + Math.hypot(east - points[at][0], north - points[at][1]);
      }, 0);
    }

    // A polygon's outer ring less its holes, in square metres.
    area(rings) {
      const [outer = 0, ...holes] = rings.map((ring) => Math.abs(this.signedArea(ring)));
      return outer - holes.reduce((sum, hole) => sum + hole, 0);
    }

    signedArea(ring) {
      const points = this.metres(ring);
      const [originEast, originNorth] = points[0];
      const near = points.map(([east, north]) => [east - originEast, north - originNorth]);
      return near.reduce((sum, [east, north], at) => {
        const [nextEast, nextNorth] = near[(at + 1) % near.length];
        return sum + (east * nextNorth - nextEast * north) / 2;
      }, 0);
    }

    // A map coordinate for people: X is north and Y is east, as surveyors write them.
    text(coordinate) {
      const [longitude, latitude] = ol.proj.toLonLat(coordinate);
      if (!this.isKnown) return `${longitude.toFixed(DEGREES)}°E  ${latitude.toFixed(DEGREES)}°N`;
      const [east, north] = this.system.forward([longitude, latitude]);
      return `X ${north.toFixed(2)}  Y ${east.toFixed(2)}`;
    }
  }

  const lengthText = (metres) => `${figure(metres, 2)} m`;

  const areaText = (square) => (square < 10000 ? `${figure(square, 1)} m²` : `${figure(square, 0)} m² · ${figure(square / 10000, 2)} ha`);

  // Metres on the ground for one unit of the map at that place.
  const groundScale = (coordinate) => ol.proj.getPointResolution("EPSG:3857", 1, coordinate, "m");

  Object.assign(Pipes, { Plane, lengthText, areaText, figure, groundScale });
})();
