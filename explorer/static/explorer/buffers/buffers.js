/** Outlines around the objects that a question names, matched objects, links from its answers: asked of the server. */

import { PHONE_PX } from "../../interface/breakpoints.js";
import { find, findAll } from "../../interface/dom.js";
import { inPalette } from "../../interface/map/colours.js";
import { bboxText } from "../../interface/map/geometry.js";
import { writeQuestion } from "../map_state/state.js";
import { beyondLayers, linkLayers, outlineLayers, relatedLayers, sidesOf } from "./drawing.js";

/** @import {SourceSpecification} from "maplibre-gl" */
/** @import {Palette} from "../../interface/map/colours.js" */
/** @import {MapView} from "../../interface/map/view.js" */
/** @import {DrawnState, Store} from "../map_state/state.js" */
/** @import {BufferFeature} from "./drawing.js" */

/**
 * What the server draws of some layers, and why it does not draw the rest.
 *
 * @typedef {object} Buffers
 * @property {BufferFeature[]} features
 * @property {Record<string, string>} notes - by outline of the legend
 * @property {boolean} isWhole - whether it answered about all of the layers
 */

const NAME = "surroundings";
const BEYOND = "surroundings-beyond";
const LINKS = "surroundings-links"; // over the names and the veil: an answer may be at the border
const DEBOUNCE_MS = 250;

/**
 * Draw the buffers of the question of the store, again when it or the view changes.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {Store} store
 */
export function bindBuffers(root, view, store) {
  follow(root, view, () => store.state);
}

/**
 * Draw the buffers of a state, again when the view changes.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {DrawnState} state
 * @param {RequestInit} options
 */
export function followBuffers(root, view, state, options) {
  follow(root, view, () => state, options);
}

/** @param {HTMLElement} root @param {MapView} view @param {() => DrawnState} stateOf @param {RequestInit} [options] */
function follow(root, view, stateOf, options) {
  const layer = new BufferLayer(root, view, stateOf, options);
  root.addEventListener("portal:drawn", () => layer.refresh());
  view.map.on("moveend", () => layer.refresh());
  layer.refresh();
}

/**
 * Draw the buffers of a state on a map that does not move, and say in the legend of `root` what is not drawn.
 *
 * @param {HTMLElement} root
 * @param {MapView} view
 * @param {DrawnState} state
 */
export async function drawBuffers(root, view, state) {
  const buffers = await read(addressesOf(root, view, state));
  draw(view, buffers.features, state);
  writeLegend(root, buffers);
}

class BufferLayer {
  #root;
  #view;
  #stateOf;
  #options;
  #timer = 0;
  #turn = 0;
  #drawn = "";
  /** @type {Buffers} */
  #buffers = { features: [], notes: {}, isWhole: true };

  /** @param {HTMLElement} root @param {MapView} view @param {() => DrawnState} stateOf @param {RequestInit} [options] */
  constructor(root, view, stateOf, options) {
    this.#root = root;
    this.#view = view;
    this.#stateOf = stateOf;
    this.#options = options;
  }

  refresh() {
    writeLegend(this.#root, this.#buffers); // the page may have written its legend again
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), DEBOUNCE_MS);
  }

  async #load() {
    const addresses = addressesOf(this.#root, this.#view, this.#stateOf());
    if (addresses.join(" ") === this.#drawn) return;
    this.#turn += 1;
    const turn = this.#turn;
    const buffers = await read(addresses, this.#options);
    if (turn !== this.#turn) return;
    this.#drawn = addresses.join(" ");
    this.#buffers = buffers;
    draw(this.#view, buffers.features, this.#stateOf());
    writeLegend(this.#root, buffers);
  }
}

/** @param {HTMLElement} root @param {MapView} view @param {DrawnState} state */
function addressesOf(root, view, state) {
  const template = root.dataset.surroundings ?? "";
  return relatedLayers(state).map((slug) => {
    const address = new URL(template.replace("LAYER", slug), document.baseURI);
    const parameters = writeQuestion(state);
    parameters.set("bbox", bboxText(view.map.getBounds().toArray()));
    address.search = String(parameters);
    return address.href;
  });
}

/** @param {string[]} addresses @param {RequestInit} [options] @returns {Promise<Buffers>} */
async function read(addresses, options) {
  const answers = await Promise.all(
    addresses.map(async (address) => {
      const response = await fetch(address, options).catch(() => null);
      return response?.ok ? /** @type {Pick<Buffers, "features" | "notes">} */ (await response.json()) : null;
    }),
  );
  const known = answers.filter((answer) => answer !== null);
  return {
    features: known.flatMap(({ features }) => features),
    notes: Object.assign({}, ...known.map(({ notes }) => notes)),
    isWhole: known.length === answers.length,
  };
}

/** @param {MapView} view @param {BufferFeature[]} features @param {DrawnState} state */
function draw(view, features, state) {
  const isNarrow = view.map.getContainer().clientWidth <= PHONE_PX;
  const { subject, other } = sidesOf(state);
  /** @type {SourceSpecification} */
  const source = { type: "geojson", data: { type: "FeatureCollection", features } };
  /** @param {Palette} palette */
  const colourOf = (palette) => (/** @type {string} */ token) => inPalette(`@${token}`, palette);
  view.drawOwn(
    NAME,
    { [NAME]: source },
    (palette) => outlineLayers(NAME, features, palette, colourOf(palette)),
    { slug: other },
  );
  view.drawOwn(
    BEYOND,
    { [BEYOND]: source },
    (palette) => beyondLayers(BEYOND, features, palette, colourOf(palette)),
    { isAbove: true, slug: other },
  );
  view.drawOwn(
    LINKS,
    { [LINKS]: source },
    (palette) => linkLayers(LINKS, features, palette, colourOf(palette), { isNarrow }),
    { isAbove: true, slug: subject },
  );
  view.map.getContainer().dataset.surroundings = String(features.length);
}

/**
 * Say beside each outline of a legend why it is not drawn; nothing beside one that is.
 *
 * @param {HTMLElement} root
 * @param {Buffers} buffers
 */
function writeLegend(root, { notes, isWhole }) {
  for (const line of findAll(root, "[data-outline]")) {
    const { outline = "", failed = "" } = line.dataset;
    const text = notes[outline] ?? (isWhole ? "" : failed);
    const note = find(line, "[data-outline-note]");
    if (note.textContent === text) continue;
    note.textContent = text;
    line.classList.toggle("is-out", text !== "");
  }
}
