/** A small map of what a file holds or of what a version changes. */

import { boundsOf } from "../interface/map/geometry.js";
import { readGeoJson } from "../interface/map/ground.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";
import { putArrowhead } from "./arrowhead.js";
import { changeColours, endsOfMoves, moveLayers } from "./changes.js";

const PADDING = 30;
const ARROW = "arrowhead";

/** Draw the map that the page configures, when it does: `features` is the address of what it shows. */
export async function bindMap(root) {
  const config = root.getElementById("dataset-map");
  const figure = root.querySelector("[data-dataset-map]");
  if (!config || !figure) return;
  try {
    await draw(figure, JSON.parse(config.textContent));
  } catch (error) {
    tell(figure, "error", "failed");
    throw error;
  }
}

async function draw(figure, config) {
  const features = await readGeoJson(config.features);
  const bounds = boundsOf(features);
  if (!bounds) return tell(figure, "empty", "empty");
  const view = createMap(figure.querySelector("[data-map]"), config, {
    bounds,
    fitBoundsOptions: { padding: PADDING, maxZoom: 16 },
    minZoom: 0, // a file may lie anywhere
    needsGround: false, // without its communes it still says what it has to
    cooperativeGestures: true,
  });
  await view.start();
  view.drawDocument("features", features, changeColours);
  drawMoves(view, endsOfMoves(features));
  onSchemeChange((palette) => view.repaint(palette));
  view.map.once("idle", () => tell(figure, "ready", "ready"));
}

/** Draw where rows that move come from and go to, over their lines. */
function drawMoves(view, ends) {
  if (ends.features.length === 0) return;
  view.drawOwn("moves", { moves: { type: "geojson", data: ends } }, (palette) => {
    putArrowhead(view.map, ARROW, palette.warn, palette.paper);
    return moveLayers("moves", ARROW, palette);
  });
}

function tell(figure, state, words) {
  const caption = figure.querySelector("[data-map-words]");
  figure.dataset.state = state;
  caption.textContent = caption.dataset[words];
}
