/** What surrounds the map: its tools, scale and coordinates, and the word that says whether it is still moving. */
import { BACKDROP } from "../../interface/map/backdrop.js";
import { drawingOf } from "../map_state/drawing.js";
import { bindBasemap } from "./basemap.js";
import { bindReadout, bindScale } from "./foot.js";
import { bindFold, bindMenus } from "./menus.js";
import { Overlay } from "./overlay.js";
import { bindSpatialFilter } from "./spatial-filter.js";

/** Make the buttons work, and draw the shape that is asked; returns the overlay of the map. */
export function bindTools(root, view, store) {
  const on = (name, act) => root.querySelector(`[data-${name}]`)?.addEventListener("click", act);
  const overlay = new Overlay(root.querySelector("[data-overlay]"), view.map);
  const closeMenus = bindMenus(root);
  const fold = bindFold(root);
  bindSpatialFilter(store, overlay);
  bindBasemap(root, view.map, store);
  bindScale(root, view.map);
  bindReadout(root, view.map);
  on("zoom-in", () => view.map.zoomIn());
  on("zoom-out", () => view.map.zoomOut());
  on("frame", () => view.frame(drawingOf(store.state).communes));
  bindPrint(root.querySelector("[data-print]"), view.map);
  bindFullScreen(root.querySelector("[data-full-screen]"));

  let toolbox = null;
  const loaded = async () => {
    if (!toolbox) {
      const { Toolbox } = await import("./toolbox.js");
      toolbox ??= new Toolbox(root, view.map, store, overlay);
    }
    return toolbox;
  };
  for (const button of root.querySelectorAll("[data-tool-name]")) {
    button.addEventListener("click", async () => {
      closeMenus();
      fold();
      (await loaded()).start(button.dataset.toolName);
    });
  }
  return overlay;
}

const SHEET_PX = [718, 700]; // the map on A4

/** The print page opens on what the map shows, made to fit the sheet: the question of the address, and the view. */
function bindPrint(link, map) {
  link?.addEventListener("click", () => {
    const { clientWidth, clientHeight } = map.getContainer();
    const shrink = Math.min(SHEET_PX[0] / clientWidth, SHEET_PX[1] / clientHeight, 1);
    const { lng, lat } = map.getCenter();
    const zoom = Math.max(0, map.getZoom() + Math.log2(shrink));
    const address = new URL(link.href);
    address.search = location.search;
    address.searchParams.delete("objet");
    address.searchParams.set("vue", `${zoom.toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
    link.href = address.href;
  });
}

function bindFullScreen(button) {
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = false;
  const stage = document.querySelector("[data-explorer]");
  button.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen(),
  );
  document.addEventListener("fullscreenchange", () => {
    button.ariaPressed = String(Boolean(document.fullscreenElement));
  });
}

/** Keep `data-state` on the page: `moving`, then `ready` once everything is drawn; an error stays said. */
export function tellState(root, map) {
  const tell = (word) => {
    if (root.dataset.state !== "error") root.dataset.state = word;
  };
  map.on("movestart", () => tell("moving"));
  map.on("dataloading", ({ sourceId }) => sourceId !== BACKDROP && tell("moving")); // it comes after the data
  map.on("idle", () => tell("ready"));
  map.triggerRepaint();
}
