// Draws the classes of a style with MapLibre; `bench.drawings.run` calls `drawClasses` in a page.
import * as maplibregl from "/static/vendor/maplibre-gl/maplibre-gl.mjs";

maplibregl.setWorkerUrl("/static/vendor/maplibre-gl/maplibre-gl-worker.mjs");

/** Wait until everything is there and drawn. */
const idle = (map) => new Promise((done) => map.once("idle", done));

/** Return the ink of the picture, in pixels of full colour, and its mean colour. */
function measured(map) {
  const canvas = map.getCanvas();
  const flat = document.createElement("canvas");
  flat.width = canvas.width;
  flat.height = canvas.height;
  const context = flat.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, flat.width, flat.height);
  let ink = 0;
  const sums = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    ink += alpha;
    for (let channel = 0; channel < 3; channel += 1) sums[channel] += data[at + channel] * alpha;
  }
  return [ink / 255, ...sums.map((sum) => (ink ? sum / ink : 0))];
}

window.drawClasses = async ({ style, classes, windows }) => {
  const container = document.getElementById("map");
  const map = new maplibregl.Map({
    container,
    style,
    fadeDuration: 0,
    attributionControl: false,
    interactive: false,
    pixelRatio: 1,
    center: [windows[0].longitude, windows[0].latitude],
    zoom: windows[0].zoom,
    canvasContextAttributes: { preserveDrawingBuffer: true, antialias: true },
  });
  await idle(map);
  const pictures = [];
  for (const { longitude, latitude, zoom } of windows) {
    map.jumpTo({ center: [longitude, latitude], zoom });
    await idle(map);
    const drawn = {};
    for (const [name, ids] of Object.entries(classes)) {
      for (const { id } of style.layers) {
        map.setLayoutProperty(id, "visibility", ids.includes(id) ? "visible" : "none");
      }
      map.triggerRepaint();
      await idle(map);
      drawn[name] = measured(map);
    }
    pictures.push(drawn);
  }
  map.remove();
  return pictures;
};
