/**
 * A divider on the map: one layer is drawn on its left alone, another one perhaps on its right alone.
 *
 * The same map draws both: before the style layers of a side, a layer of ours limits what is drawn to that side
 * (WebGL's scissor), and another one behind them lifts the limit. Nothing is loaded or drawn twice.
 */

/** @import { CustomLayerInterface, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Side } from "./sources.js" */

/** @typedef {{ left: string, right: string, percent: number }} Swipe - a side is `layer`, `layer@v2` or `layer@from..to` */

/**
 * The part of a drawing buffer on a side of the divider: left, bottom, width, height in pixels. Pure.
 *
 * @param {Side} side
 * @param {number} share
 * @param {number} width
 * @param {number} height
 * @returns {[number, number, number, number]}
 */
export function sideBox(side, share, width, height) {
  const at = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return side === "left" ? [0, 0, at, height] : [at, 0, width - at, height];
}

/**
 * Where the layers of ours go among `order`, for the ids of a side: for each run of ids that follow one another, the first
 * one, and what follows the last. Pure.
 *
 * @param {string[]} ids
 * @param {string[]} order
 * @returns {{ first: string, after: string | undefined }[]}
 */
export function placesOf(ids, order) {
  /** @param {number} index */
  const isOurs = (index) => ids.includes(order[index]);
  const starts = order.map((_, index) => index).filter((index) => isOurs(index) && !isOurs(index - 1));
  return starts.map((start) => {
    let end = start;
    while (isOurs(end)) end += 1;
    return { first: order[start], after: order[end] };
  });
}

/**
 * MapLibre draws the masks of a source's tiles once for all the style layers that follow one another: those drawn within a
 * limit hold for one side alone. It has no option for it, so the next style layer after a limit draws its masks again.
 *
 * @param {Pick<MapLibreMap, "painter">} map
 */
export function redrawMasks({ painter }) {
  const draw = painter?.drawFunctions?.custom;
  if (!draw || patched.has(draw)) return;
  /** @type {typeof draw} */
  const custom = (...parameters) => {
    draw(...parameters);
    parameters[4].invalidateTileClippingMasks();
  };
  patched.add(custom);
  painter.drawFunctions = { ...painter.drawFunctions, custom };
}

const patched = new WeakSet();

/** Limits the drawing of layers on a map; `idsOf(slug, side)` are the style layers of a layer on a side. */
export class SwipeSides {
  #map;
  #idsOf;
  /** @type {Swipe | null} */
  #swipe = null;
  /** @type {string[]} */
  #limits = [];

  /** @param {MapLibreMap} map @param {(slug: string, side: Side) => string[]} idsOf */
  constructor(map, idsOf) {
    this.#map = map;
    this.#idsOf = idsOf;
  }

  /**
   * Divide as `swipe` says (`{ left, right, percent }`), or not at all. Call it again when style layers have moved.
   *
   * @param {Swipe | null} [swipe]
   */
  divide(swipe) {
    const isThere = this.#swipe !== null;
    this.#swipe = swipe ?? null;
    if (!isThere && !swipe) return;
    this.clear();
    if (!swipe) return;
    redrawMasks(this.#map);
    this.#enclose("left", swipe.left);
    if (swipe.right) this.#enclose("right", swipe.right);
  }

  /**
   * Move the divider, everything else staying as it is.
   *
   * @param {number} percent
   */
  move(percent) {
    if (!this.#swipe) return;
    this.#swipe = { ...this.#swipe, percent };
    this.#map.triggerRepaint();
  }

  /** Take the limits away. */
  clear() {
    for (const id of this.#limits) if (this.#map.getLayer(id)) this.#map.removeLayer(id);
    this.#limits = [];
  }

  /** @param {Side} side @param {string} text */
  #enclose(side, text) {
    const [slug] = text.split("@");
    const runs = placesOf(this.#idsOf(slug, side), this.#map.getLayersOrder());
    runs.forEach(({ first, after }, run) => {
      const id = `swipe:${side}:${run}`;
      this.#map.addLayer(this.#limit(`${id}:end`, null), after);
      this.#map.addLayer(this.#limit(id, side), first);
      this.#limits.push(id, `${id}:end`);
    });
  }

  /**
   * @param {string} id
   * @param {Side | null} side
   * @returns {CustomLayerInterface}
   */
  #limit(id, side) {
    /** @type {CustomLayerInterface["render"]} */
    const render = (gl) => {
      if (side) {
        const share = (this.#swipe?.percent ?? 100) / 100;
        gl.enable(gl.SCISSOR_TEST);
        gl.scissor(...sideBox(side, share, gl.drawingBufferWidth, gl.drawingBufferHeight));
      } else {
        gl.disable(gl.SCISSOR_TEST);
      }
    };
    return { id, type: "custom", renderingMode: "2d", render };
  }
}
