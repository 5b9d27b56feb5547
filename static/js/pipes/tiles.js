// Vector tiles of our own server. A tile that fails says why, once for each reason.
/* global Pipes, ol */
"use strict";

(() => {
  const FINEST = 19; // a tile's grid is then two centimetres: the survey is no finer

  function loader(onFault) {
    return (tile, url) => tile.setLoader(async (extent, _resolution, featureProjection) => {
      try {
        const answer = await Pipes.ask(url);
        const content = answer.status === 204 ? new ArrayBuffer(0) : await answer.arrayBuffer();
        tile.setFeatures(tile.getFormat().readFeatures(content, { extent, featureProjection }));
      } catch (error) {
        tile.onError();
        onFault(error);
      }
    });
  }

  function source(url, onFault) {
    return new ol.source.VectorTile({
      url,
      format: new ol.format.MVT(),
      maxZoom: FINEST,
      tileLoadFunction: loader(onFault),
    });
  }

  const pipelines = (day) => `/pipelines/tiles/{z}/{x}/{y}.mvt${day ? `?as_of=${encodeURIComponent(day)}` : ""}`;

  Pipes.tiles = { source, pipelines };
})();
