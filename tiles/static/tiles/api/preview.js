/** The small map of a tileset: the layers or the raster that the page configures, on the communes. */
import { onSchemeChange } from "../../interface/map/palette.js";
import { createMap } from "../../interface/map/view.js";

const figure = document.querySelector("[data-tiles-map]");

async function draw() {
  const config = JSON.parse(document.getElementById("tiles-map").textContent);
  const view = createMap(figure.querySelector("[data-map]"), config, { cooperativeGestures: true });
  await view.start();
  view.draw({ layers: [...config.layers, ...config.rasters].map(({ slug }) => slug) });
  onSchemeChange((palette) => view.repaint(palette));
  figure.dataset.state = "ready";
}

if (figure)
  draw().catch((error) => {
    figure.hidden = true; // the page says the same in words
    console.warn(error);
  });
