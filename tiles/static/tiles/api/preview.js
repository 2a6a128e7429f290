/** The small map of a tileset: the layers or the raster that the page configures, on the communes. */

import { find, findOptional } from "../../interface/dom.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";

/** @import {LayerConfig, MapConfig, RasterConfig} from "../../interface/map/view.js" */

/** @param {HTMLElement} figure */
async function draw(figure) {
  /** @type {MapConfig & { layers: LayerConfig[], rasters: RasterConfig[] }} */
  const config = JSON.parse(find(document, "#tiles-map", HTMLScriptElement).text);
  const view = createMap(find(figure, "[data-map]"), config, { cooperativeGestures: true });
  await view.start();
  view.draw({ layers: [...config.layers, ...config.rasters].map(({ slug }) => slug) });
  onSchemeChange((palette) => view.repaint(palette));
  figure.dataset.state = "ready";
}

const figure = findOptional(document, "[data-tiles-map]");
if (figure)
  draw(figure).catch((error) => {
    figure.hidden = true; // the page says the same in words
    console.warn(error);
  });
