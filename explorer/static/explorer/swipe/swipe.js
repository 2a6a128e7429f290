/** The divider that compares a raster with what is under it, or with another layer: moved by pointer, finger and keys. */

import { layerOfSide } from "../map_state/variants.js";
import { SwipeHandle } from "./handle.js";

const HALF = 50;

/** The divider of a state whose layers changed: gone with its raster, without the other layer when that is off. Pure. */
export function keptSwipe(swipe, layers) {
  const isOn = (side) => layers.includes(layerOfSide(side));
  if (!swipe || !isOn(swipe.left)) return null;
  return swipe.right && !isOn(swipe.right) ? { ...swipe, right: "" } : swipe;
}

/** Bind the divider over the map and the buttons of the panel; `layers` are those of the page, rasters included. */
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

  constructor(root, view, store, layers) {
    this.#root = root;
    this.#view = view;
    this.#store = store;
    this.#titles = new Map(layers.map(({ slug, title }) => [slug, title]));
    this.#box = root.querySelector("[data-swipe]");
    this.#handle = new SwipeHandle(this.#box, {
      onMove: (percent) => this.#view.sides.move(percent),
      onKeep: (percent) => store.update({ swipe: { ...store.state.swipe, percent } }),
      onEscape: () => this.#close(),
    });
    this.#bar = root.querySelector("[data-swipe-bar]");
    this.#right = this.#bar.querySelector("[data-swipe-right]");
    this.#bindButtons();
  }

  #bindButtons() {
    this.#right.addEventListener("change", () => {
      this.#store.update({ swipe: { ...this.#store.state.swipe, right: this.#right.value } });
    });
    this.#bar.querySelector("[data-swipe-close]").addEventListener("click", () => this.#close());
    this.#root.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-swipe-with]");
      if (button) this.#toggle(button.dataset.swipeWith);
    });
  }

  /** Begin or end the comparison of a raster; one that is off is switched on. */
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
    if (this.#root.querySelector(".dock").offsetParent) this.#root.dataset.panel = "closed"; // a phone: the map is behind
    this.#handle.focus();
  }

  #close() {
    const { swipe } = this.#store.state;
    this.#store.update({ swipe: null });
    const button = swipe && this.#root.querySelector(`[data-swipe-with="${swipe.left}"]`);
    (button?.checkVisibility() ? button : this.#view.map.getCanvas()).focus({ preventScroll: true });
  }

  /** Draw what the state says. */
  follow() {
    const { swipe, layers } = this.#store.state;
    const kept = keptSwipe(swipe, layers);
    if (JSON.stringify(kept) !== JSON.stringify(swipe)) {
      this.#store.update({ swipe: kept });
      return;
    }
    this.#box.hidden = !swipe;
    this.#bar.hidden = !swipe;
    for (const button of this.#root.querySelectorAll("[data-swipe-with]"))
      button.ariaPressed = String(button.dataset.swipeWith === swipe?.left);
    if (!swipe) return;
    this.#bar.querySelector("[data-swipe-left]").textContent = this.#titleOf(swipe.left);
    const others = layers.filter((slug) => slug !== swipe.left && this.#titles.has(slug));
    this.#offer(!swipe.right || others.includes(swipe.right) ? others : [swipe.right, ...others]);
    this.#right.value = swipe.right;
    this.#handle.show(swipe.percent, this.#titleOf(swipe.left));
  }

  /** The words of a side: what the server says of a period or a version, the title of a layer. */
  #titleOf(side) {
    const { left, right } = this.#store.state.swipe;
    const told = this.#root.querySelector(`[data-variant][data-text="${CSS.escape(side)}"]`)?.dataset;
    const isOfBoth = layerOfSide(left) === layerOfSide(right) && side === right; // its title is said on the left
    return (isOfBoth && told?.short) || told?.words || this.#titles.get(layerOfSide(side)) || "";
  }

  #offer(sides) {
    const options = sides.map((side) => new Option(this.#titleOf(side), side));
    this.#right.replaceChildren(new Option(this.#box.dataset.under, ""), ...options);
  }
}
