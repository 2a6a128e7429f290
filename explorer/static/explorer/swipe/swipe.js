/** The divider that compares a raster with what is under it, or with another layer: the buttons and what they change. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { boundsOf } from "../../interface/map/geometry.js";
import { layerOfSide, same, swipeAmong } from "../map_state/state.js";
import { fairPercent, HALF, SwipeHandle } from "./handle.js";

/** @import {MapView} from "../../interface/map/view.js" */
/** @import {Store} from "../map_state/state.js" */

/**
 * The parts of the divider in the page.
 *
 * @param {HTMLElement} box
 */
export const handleIn = (box) => ({
  box,
  line: find(box, "[data-swipe-line]"),
  handle: find(box, "[data-swipe-handle]"),
});

/**
 * Bind the divider over the map and the buttons of the panel.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {Store} store
 * @param {{ slug: string, title: string }[]} layers - of the page, rasters included
 */
export function bindSwipe(root, view, store, layers) {
  const swipe = new SwipeControl(root, view, store, layers);
  store.addEventListener("portal:state", () => swipe.follow());
  root.addEventListener("portal:drawn", () => swipe.follow());
  swipe.follow();
}

class SwipeControl {
  #root;
  #view;
  #store;
  #titles;
  #box;
  #bar;
  #handle;
  #right;
  #compared = "";

  /** @param {HTMLElement} root @param {MapView} view @param {Store} store @param {{ slug: string, title: string }[]} layers */
  constructor(root, view, store, layers) {
    this.#root = root;
    this.#view = view;
    this.#store = store;
    this.#titles = new Map(layers.map(({ slug, title }) => [slug, title]));
    this.#box = find(root, "[data-swipe]");
    this.#handle = new SwipeHandle(handleIn(this.#box), {
      onMove: (percent) => this.#view.sides.move(percent),
      onSettle: (percent) => this.#patch({ percent }),
      onEscape: () => this.#close(),
    });
    this.#bar = find(root, "[data-swipe-bar]");
    this.#right = find(this.#bar, "[data-swipe-right]", HTMLSelectElement);
    this.#right.addEventListener("change", () => this.#patch({ right: this.#right.value }));
    find(this.#bar, "[data-swipe-close]").addEventListener("click", () => this.#close());
    root.addEventListener("click", (event) => {
      const slug = closest(event, "[data-swipe-with]")?.dataset.swipeWith;
      if (slug) this.#toggle(slug);
    });
  }

  /** @param {{ percent: number } | { right: string }} patch */
  #patch(patch) {
    const { swipe } = this.#store.state;
    if (swipe) this.#store.update({ swipe: { ...swipe, ...patch } });
  }

  /**
   * Begin or end the comparison of a raster; one that is off is switched on.
   *
   * @param {string} slug
   */
  #toggle(slug) {
    const { swipe, layers } = this.#store.state;
    if (swipe?.left === slug) {
      this.#close();
      return;
    }
    this.#store.update({
      layers: layers.includes(slug) ? layers : [...layers, slug],
      swipe: { left: slug, percent: HALF, right: "" },
    });
    if (find(this.#root, ".bottom-bar").offsetParent) this.#root.dataset.panel = "closed"; // a phone: the map is behind
    this.#handle.focus();
  }

  #close() {
    const { swipe } = this.#store.state;
    this.#store.update({ swipe: null });
    const button = swipe && findOptional(this.#root, `[data-swipe-with="${swipe.left}"]`);
    const opener = button?.checkVisibility() ? button : this.#view.map.getCanvas();
    opener.focus({ preventScroll: true });
  }

  /** Put the divider where each side has something of its own, once what they have is drawn. */
  #placeFairly() {
    const { map, pickable } = this.#view;
    const { swipe } = this.#store.state;
    if (!swipe?.right || swipe.percent !== HALF) return;
    const { clientWidth, clientHeight } = map.getContainer();
    /** @param {string} side */
    const across = (side) => {
      const layers = pickable.filter((id) => id.split(/[:?<>]/)[0] === layerOfSide(side));
      const features = layers.length ? map.queryRenderedFeatures({ layers }) : [];
      const points = features.flatMap((feature) => {
        const box = boundsOf({ type: "FeatureCollection", features: [feature] });
        return box ? [map.project([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])] : [];
      });
      return points
        .filter(({ x, y }) => x > 0 && x < clientWidth && y > 0 && y < clientHeight)
        .map(({ x }) => x);
    };
    const percent = fairPercent(across(swipe.left), across(swipe.right), clientWidth);
    if (percent !== HALF) this.#patch({ percent });
  }

  /** Draw what the state says: gone with its raster, without the other layer when that is off. */
  follow() {
    const { swipe, layers } = this.#store.state;
    const there = swipeAmong(swipe, (side) => layers.includes(layerOfSide(side)));
    if (!same(there, swipe)) {
      this.#store.update({ swipe: there });
      return;
    }
    this.#box.hidden = !swipe;
    this.#bar.hidden = !swipe;
    if (!swipe) this.#compared = "";
    for (const button of findAll(this.#root, "[data-swipe-with]"))
      button.ariaPressed = String(button.dataset.swipeWith === swipe?.left);
    if (!swipe) return;
    const { left, right, percent } = swipe;
    const compared = `${left} ${right}`;
    if (this.#compared !== compared && right) this.#view.map.once("idle", () => this.#placeFairly());
    this.#compared = compared;
    const title = this.#titleOf(left, false);
    find(this.#bar, "[data-swipe-left]").textContent = title;
    const rest = layers.filter((slug) => slug !== left && this.#titles.has(slug));
    const sides = !right || rest.includes(right) ? rest : [right, ...rest];
    const isOfBoth = layerOfSide(left) === layerOfSide(right);
    const options = sides.map((side) => new Option(this.#titleOf(side, isOfBoth && side === right), side));
    this.#right.replaceChildren(new Option(this.#box.dataset.under, ""), ...options);
    this.#right.value = right;
    this.#handle.show(percent, title);
  }

  /**
   * The words of a side: what the server says of a period or a version, the title of a layer.
   *
   * @param {string} side
   * @param {boolean} isShort - without the title, which is said on the left
   */
  #titleOf(side, isShort) {
    const variant = findOptional(this.#root, `[data-variant][data-text="${CSS.escape(side)}"]`)?.dataset;
    return (isShort && variant?.short) || variant?.words || this.#titles.get(layerOfSide(side)) || "";
  }
}
