/**
 * A divider on the map: one layer is drawn on its left alone, another one perhaps on its right alone.
 *
 * The same map draws both: before the style layers of a side, a layer of ours limits what is drawn to that side
 * (WebGL's scissor), and another one behind them lifts the limit. Nothing is loaded or drawn twice.
 */

/** The part of a drawing buffer on a side of the divider: left, bottom, width, height in pixels. Pure. */
export function sideBox(side, share, width, height) {
  const at = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return side === "left" ? [0, 0, at, height] : [at, 0, width - at, height];
}

/**
 * Where the layers of ours go among `order`, for the ids of a side: for each run of ids that follow one another, the first
 * one, and what follows the last. Pure.
 */
export function placesOf(ids, order) {
  const isOurs = (place) => ids.includes(order[place]);
  const starts = order.map((_, place) => place).filter((place) => isOurs(place) && !isOurs(place - 1));
  return starts.map((start) => {
    let end = start;
    while (isOurs(end)) end += 1;
    return { first: order[start], after: order[end] };
  });
}

/** Limits the drawing of layers on a map; `idsOf(slug, side)` are the style layers of a layer on a side. */
export class SwipeSides {
  #map;
  #idsOf;
  #swipe = null;
  #limits = [];

  constructor(map, idsOf) {
    this.#map = map;
    this.#idsOf = idsOf;
  }

  /** Divide as `swipe` says (`{ left, right, percent }`), or not at all. Call it again when style layers have moved. */
  place(swipe) {
    const isThere = this.#swipe !== null;
    this.#swipe = swipe ?? null;
    if (!isThere && !swipe) return;
    this.clear();
    if (!swipe) return;
    this.#enclose("left", swipe.left);
    if (swipe.right) this.#enclose("right", swipe.right);
  }

  /** Move the divider, everything else staying as it is. */
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

  #enclose(side, text) {
    const [slug] = text.split("@");
    const found = placesOf(this.#idsOf(slug, side), this.#map.getLayersOrder());
    found.forEach(({ first, after }, run) => {
      const id = `swipe:${side}:${run}`;
      this.#map.addLayer(this.#limit(`${id}:end`, null), after);
      this.#map.addLayer(this.#limit(id, side), first);
      this.#limits.push(id, `${id}:end`);
    });
  }

  #limit(id, side) {
    const render = (gl) => {
      if (side) {
        const share = (this.#swipe?.percent ?? 100) / 100;
        gl.enable(gl.SCISSOR_TEST);
        gl.scissor(...sideBox(side, share, gl.drawingBufferWidth, gl.drawingBufferHeight));
      } else {
        gl.disable(gl.SCISSOR_TEST);
      }
      this.#map.painter?.clearStencil?.(); // the masks of tiles were drawn for another part of the map
    };
    return { id, type: "custom", renderingMode: "2d", render };
  }
}
