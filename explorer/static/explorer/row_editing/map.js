/** The map of the page: the layer, the row that is open, and its shape. */

import { find } from "../../interface/dom.js";
import { onSchemeChange } from "../../interface/map/palette.js";
import { bindPointer } from "../../interface/map/pointer.js";
import { createMap } from "../../interface/map/view.js";
import { ShapeEditor } from "./shape-editor.js";

/** @import { RequestTransformFunction } from "maplibre-gl" */
/** @import { MapConfig, MapView } from "../../interface/map/view.js" */
/** @import { LonLat } from "./shape.js" */

/** @typedef {MapConfig & { kind: string }} RowsMapConfig */

const EDGE = 24; // pixels around what is framed

/** The map; `view` is null where it could not be drawn. */
export class RowsMap {
  /** @type {MapView | null} */
  view = null;
  /** @type {ShapeEditor | null} */
  #shape = null;
  isOpen = false; // a row is edited on it
  #slug;

  /** @param {string} slug */
  constructor(slug) {
    this.#slug = slug;
  }

  /**
   * Draw the map; `onPick` takes the id of a row that is touched.
   *
   * @param {HTMLElement} root
   * @param {RowsMapConfig} config
   * @param {Record<string, string>} words
   * @param {(pk: number) => void} onPick
   */
  async start(root, config, words, onPick) {
    /** @type {RequestTransformFunction} */
    const transformRequest = (url, type) => (type === "Tile" ? { url, cache: "no-cache" } : { url });
    try {
      const view = createMap(find(root, "[data-map]"), config, { transformRequest });
      await view.start([this.#slug]);
      view.draw({ layers: [this.#slug] });
      onSchemeChange((palette) => view.repaint(palette));
      bindPointer(view, config.layers ?? [], ([choice]) => {
        if (choice?.id !== undefined) onPick(Number(choice.id));
      });
      const bar = find(root, "[data-shape-bar]");
      view.padding = () => ({ top: EDGE, left: EDGE, right: EDGE, bottom: EDGE + bar.offsetHeight });
      this.#shape = new ShapeEditor(view, config.kind, bar, words);
      this.view = view;
    } catch (error) {
      find(root, "[data-map-error]").hidden = false;
      console.warn(error);
    }
  }

  /** Light a row. @param {number | null} pk */
  hover(pk) {
    this.view?.hover(pk === null ? null : { layer: this.#slug, id: pk });
  }

  /**
   * Edit the shape of the row of a form.
   *
   * @param {number | null} pk
   * @param {HTMLTextAreaElement | null} text
   * @param {{ isLocked: boolean, isFramed: boolean, onSplit: ((at: LonLat) => void) | null }} options
   */
  open(pk, text, options) {
    this.view?.draw({ selected: pk === null ? null : { layer: this.#slug, id: pk } });
    this.isOpen = this.view !== null;
    if (text) this.#shape?.open(text, options);
    else this.#shape?.close();
  }

  /** Nothing is open any more. */
  close() {
    this.view?.draw({ selected: null });
    this.isOpen = false;
    this.#shape?.close();
  }

  /** Read the tiles of the layer again, after a change. */
  refresh() {
    const map = this.view?.map;
    if (!map) return;
    for (const [id, { type }] of Object.entries(map.getStyle().sources))
      if (type === "vector") map.refreshTiles(id);
  }
}
