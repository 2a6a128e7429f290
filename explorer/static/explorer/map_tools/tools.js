/** What surrounds the map: its tools and their menus, basemap, scale and coordinates, and whether it is still moving. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { showBackdrop } from "../../interface/map/backdrop.js";
import { addBasemap, BASEMAP, removeBasemap } from "../../interface/map/rasters.js";
import { deviceStorage } from "../../interface/storage.js";
import { cameraText, drawingOf } from "../map_state/state.js";
import { writeDegrees, writePlane } from "./coordinates.js";
import { lengthText, metresPerPixel, scaleBar } from "./measures.js";
import { bindSpatialFilter, Overlay } from "./overlay.js";

/** @import {LngLat, Map as MapLibreMap} from "maplibre-gl" */
/** @import {MapView} from "../../interface/map/view.js" */
/** @import {Store} from "../map_state/state.js" */
/** @import {Plane} from "./projections.js" */
/** @import {ToolName} from "./tool-kinds.js" */
/** @import {Toolbox} from "./toolbox.js" */

/**
 * Make the buttons work, and draw the shape that is asked; returns the overlay of the map.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {Store} store
 */
export function bindTools(root, view, store) {
  /** @param {string} name @param {() => void} act */
  const on = (name, act) => findOptional(root, `[data-${name}]`)?.addEventListener("click", act);
  const overlay = new Overlay(find(root, "[data-overlay]", SVGSVGElement), view.map);
  const closeMenus = bindMenus(root);
  const fold = bindFold(root);
  bindSpatialFilter(store, overlay);
  bindBasemap(root, view.map, store);
  bindScale(root, view.map);
  bindReadout(root, view.map);
  on("zoom-in", () => view.map.zoomIn());
  on("zoom-out", () => view.map.zoomOut());
  on("frame", () => view.frame(drawingOf(store.state).communes));
  bindPrint(findOptional(root, "[data-print]", HTMLAnchorElement), view.map);
  bindFullScreen(root, findOptional(root, "[data-full-screen]"));

  /** @type {Toolbox | null} */
  let toolbox = null;
  const loaded = async () => {
    if (!toolbox) {
      const { Toolbox } = await import("./toolbox.js");
      toolbox ??= new Toolbox(root, view.map, store, overlay);
    }
    return toolbox;
  };
  for (const button of findAll(root, "[data-tool-name]")) {
    button.addEventListener("click", async () => {
      closeMenus();
      fold();
      (await loaded()).start(/** @type {ToolName} */ (button.dataset.toolName));
    });
  }
  return overlay;
}

const SHEET_PX = [718, 700]; // the map on A4

/**
 * The print page opens on what the map shows, made to fit the sheet: the question of the address, and the view.
 *
 * @param {HTMLAnchorElement | null} link
 * @param {MapLibreMap} map
 */
function bindPrint(link, map) {
  link?.addEventListener("click", () => {
    const { clientWidth, clientHeight } = map.getContainer();
    const shrink = Math.min(SHEET_PX[0] / clientWidth, SHEET_PX[1] / clientHeight, 1);
    const zoom = Math.max(0, map.getZoom() + Math.log2(shrink));
    const address = new URL(link.href);
    address.search = location.search;
    address.searchParams.delete("objet");
    address.searchParams.set("vue", cameraText({ zoom, center: map.getCenter().toArray() }));
    link.href = address.href;
  });
}

/** @param {HTMLElement} root @param {HTMLElement | null} button */
function bindFullScreen(root, button) {
  if (!button || !document.fullscreenEnabled) return;
  button.hidden = false;
  button.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen(),
  );
  document.addEventListener("fullscreenchange", () => {
    button.ariaPressed = String(Boolean(document.fullscreenElement));
  });
}

/**
 * Keep `data-state` on the page: `moving`, then `ready` once everything is drawn; an error stays.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 * @param {string[]} later - the sources that come after the data: nobody waits for them
 */
export function bindMapState(root, map, later) {
  /** @param {string} state */
  const set = (state) => {
    if (root.dataset.state !== "error") root.dataset.state = state;
  };
  map.on("movestart", () => set("moving"));
  map.on("dataloading", (event) => {
    if (!("sourceId" in event) || !later.includes(String(event.sourceId))) set("moving");
  });
  // Labels of parts of surfaces are read once the rest is still: then they are waited for.
  map.on("idle", () => map.loaded() && set("ready"));
  map.triggerRepaint();
}

/**
 * Make the button that a phone has instead of the column of tools show it, until the map is touched; returns what folds it.
 *
 * @param {HTMLElement} root
 */
function bindFold(root) {
  const column = find(root, "[data-tools]");
  const button = find(column, "[data-tools-fold]");
  /** @param {boolean} isOpen */
  const set = (isOpen) => {
    column.toggleAttribute("data-unfolded", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => set(!column.hasAttribute("data-unfolded")));
  document.addEventListener("pointerdown", (event) => {
    if (!closest(event, "[data-tools]", Element)) set(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !column.hasAttribute("data-unfolded")) return;
    set(false);
    if (button.checkVisibility()) button.focus();
  });
  return () => set(false);
}

/**
 * Make each button with `data-menu` open the menu it names: one open at a time, closed by a choice, by Escape, or by a press
 * elsewhere. Returns what closes them.
 *
 * @param {HTMLElement} root
 */
function bindMenus(root) {
  const menus = findAll(root, "[data-menu]").map((button) => ({
    button,
    menu: find(root, `#${button.getAttribute("aria-controls")}`),
  }));
  /** @param {typeof menus[number]} one @param {boolean} isOpen */
  const set = ({ button, menu }, isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    menu.hidden = !isOpen;
  };
  const close = () => {
    for (const one of menus) set(one, false);
  };
  const opened = () => menus.find(({ menu }) => !menu.hidden);

  for (const one of menus) {
    one.button.addEventListener("click", () => {
      const isOpen = opened() === one;
      close();
      set(one, !isOpen);
      // The ring of the focus is for who walks by keyboard; lib.dom does not know the option yet.
      const options = /** @type {FocusOptions} */ ({ focusVisible: false });
      if (!isOpen) findOptional(one.menu, "button, a, input")?.focus(options);
    });
    one.menu.addEventListener("click", (event) => {
      if (closest(event, "[data-closes]")) close();
    });
  }
  document.addEventListener(
    "keydown",
    (event) => {
      const one = opened();
      if (event.key !== "Escape" || !one) return;
      event.stopImmediatePropagation();
      close();
      one.button.focus();
    },
    { capture: true },
  );
  document.addEventListener("pointerdown", ({ target }) => {
    const one = opened();
    const isInside = target instanceof Node && (one?.menu.contains(target) || one?.button.contains(target));
    if (one && !isInside) close();
  });
  return close;
}

const ENOUGH_FAULTS = 4; // then the source is out of order: the backdrop comes back, and nothing is asked any more

/**
 * Keep the map, the choice of the menu and the credit in step with the state's basemap: the backdrop of the portal, one
 * that it relays in place of it, or nothing.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 * @param {Store} store
 */
function bindBasemap(root, map, store) {
  const choices = findAll(root, "[data-basemap]", HTMLInputElement);
  const credit = find(root, "[data-basemap-credit]");
  const night = matchMedia("(prefers-color-scheme: dark)");
  /** @type {HTMLInputElement | null} */
  let current = null;
  let faults = 0;

  const clear = () => {
    removeBasemap(map);
    showBackdrop(map, true);
  };
  /** @param {HTMLInputElement} choice */
  const draw = ({ dataset }) => {
    clear();
    const isRelayed = dataset.tiles !== undefined;
    if (isRelayed) addBasemap(map, dataset, { isDark: night.matches });
    showBackdrop(map, !isRelayed && dataset.bare === undefined);
    credit.textContent = dataset.credit ?? "";
  };
  /** @param {{ basemap: string }} state */
  const follow = ({ basemap }) => {
    const chosen = choices.find(({ value }) => value === basemap) ?? choices.find(({ value }) => !value);
    if (!chosen || chosen === current) return;
    current = chosen;
    faults = 0;
    chosen.checked = true;
    draw(chosen);
  };

  for (const choice of choices)
    choice.addEventListener("change", () => store.update({ basemap: choice.value }));
  map.on("error", (event) => {
    if (!("sourceId" in event) || event.sourceId !== BASEMAP) return;
    faults += 1;
    if (faults >= ENOUGH_FAULTS) clear();
    credit.textContent = credit.dataset.failed ?? "";
  });
  // The map is repainted first, on the same event: what lies under is put back under on the next frame.
  night.addEventListener("change", () => requestAnimationFrame(() => current && draw(current)));
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}

const WIDEST_PX = 110;
const SYSTEM = "portal:coordinates";

/**
 * Keep the scale bar true.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 */
function bindScale(root, map) {
  const bar = find(root, "[data-scale]");
  const text = find(root, "[data-scale-text]");
  const draw = () => {
    const { metres, pixels } = scaleBar(metresPerPixel(map.getZoom(), map.getCenter().lat), WIDEST_PX);
    bar.style.width = `${pixels.toFixed(0)}px`;
    text.textContent = lengthText(metres, document.documentElement.lang);
  };
  map.on("move", draw);
  draw();
}

/**
 * Write the coordinates under the pointer or at the centre in WGS 84 or in Lambert-93, as the person chose once for all.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 */
function bindReadout(root, map) {
  const text = find(root, "[data-readout]");
  const button = find(root, "[data-readout-system]");
  const name = find(root, "[data-readout-name]");
  let isLambert = deviceStorage.getItem(SYSTEM) === "lambert93";
  /** @type {Plane | null} */
  let plane = null;
  let point = map.getCenter().toArray();

  const write = () => {
    const { wgs84, lambert93 } = button.dataset;
    name.textContent = (isLambert ? lambert93 : wgs84) ?? "";
    if (!isLambert) text.textContent = writeDegrees(point);
    else if (plane)
      text.textContent = writePlane(plane.to("lambert93", point), document.documentElement.lang);
  };
  const load = async () => {
    if (isLambert) ({ plane } = await import("./plane.js"));
    write();
  };
  /** @param {LngLat} position */
  const follow = (position) => {
    point = position.toArray();
    write();
  };
  button.addEventListener("click", () => {
    isLambert = !isLambert;
    deviceStorage.setItem(SYSTEM, isLambert ? "lambert93" : "wgs84");
    load();
  });
  map.on("mousemove", ({ lngLat }) => follow(lngLat));
  map.on("moveend", () => follow(map.getCenter()));
  load();
}
