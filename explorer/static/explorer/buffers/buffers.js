/** Outlines around the objects that a question names, matched objects, links from its answers: asked of the server. */

import { inPalette } from "../../interface/map/colours.js";
import { bboxText } from "../../interface/map/geometry.js";
import { writeQuestion } from "../map_state/state.js";
import { linkLayers, outlineLayers, relatedLayers } from "./drawing.js";

const NAME = "surroundings";
const LINKS = "surroundings-links"; // over the names and the veil: an answer may be at the border
const PATIENCE_MS = 250;

/** Draw the surroundings of the question of the store, again when it or the view changes. */
export function bindSurroundings(root, view, store) {
  follow(root, view, () => store.state);
}

/** Draw the surroundings of a state, again when the view changes; `options` are those of `fetch`. */
export function followSurroundings(root, view, state, options) {
  follow(root, view, () => state, options);
}

function follow(root, view, stateOf, options) {
  const drawn = new Surroundings(root, view, stateOf, options);
  root.addEventListener("portal:drawn", () => drawn.refresh());
  view.map.on("moveend", () => drawn.refresh());
  drawn.refresh();
}

/** Draw the surroundings of a state on a map that does not move, and say in the legend of `root` what is not drawn. */
export async function drawSurroundings(root, view, state) {
  const found = await read(addressesOf(root.dataset.surroundings, view, state));
  show(view, found.features);
  tellLegend(root, found);
}

class Surroundings {
  #root;
  #view;
  #stateOf;
  #options;
  #timer = 0;
  #turn = 0;
  #shown = "";
  #found = { features: [], notes: {}, isWhole: true };

  constructor(root, view, stateOf, options) {
    this.#root = root;
    this.#view = view;
    this.#stateOf = stateOf;
    this.#options = options;
  }

  refresh() {
    tellLegend(this.#root, this.#found); // the page may have written its legend again
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), PATIENCE_MS);
  }

  async #load() {
    const addresses = addressesOf(this.#root.dataset.surroundings, this.#view, this.#stateOf());
    if (addresses.join(" ") === this.#shown) return;
    this.#turn += 1;
    const turn = this.#turn;
    const found = await read(addresses, this.#options);
    if (turn !== this.#turn) return;
    this.#shown = addresses.join(" ");
    this.#found = found;
    show(this.#view, found.features);
    tellLegend(this.#root, found);
  }
}

function addressesOf(template, view, state) {
  return relatedLayers(state).map((slug) => {
    const address = new URL(template.replace("LAYER", slug), document.baseURI);
    address.search = writeQuestion(state);
    address.searchParams.set("bbox", bboxText(view.map.getBounds().toArray()));
    return address.href;
  });
}

/** What the server draws of some layers, and what it does not; `isWhole` tells whether it answered about all of them. */
async function read(addresses, options) {
  const answers = addresses.map(async (address) => {
    const response = await fetch(address, options).catch(() => null);
    return response?.ok ? response.json() : null;
  });
  const found = await Promise.all(answers);
  const known = found.filter(Boolean);
  return {
    features: known.flatMap(({ features }) => features),
    notes: Object.assign({}, ...known.map(({ notes }) => notes)),
    isWhole: known.length === found.length,
  };
}

function show(view, features) {
  const source = { type: "geojson", data: { type: "FeatureCollection", features } };
  const inTheirs = (layers, name) => (palette) =>
    layers(name, features, palette, (token) => inPalette(`@${token}`, palette));
  view.drawOwn(NAME, { [NAME]: source }, inTheirs(outlineLayers, NAME));
  view.drawOwn(LINKS, { [LINKS]: source }, inTheirs(linkLayers, LINKS), { isAbove: true });
  view.map.getContainer().dataset.surroundings = String(features.length);
}

/** Say beside each outline of a legend why it is not drawn; nothing beside one that is. */
function tellLegend(root, { notes, isWhole }) {
  for (const line of root.querySelectorAll("[data-outline]")) {
    const said = notes[line.dataset.outline] ?? (isWhole ? "" : line.dataset.failed);
    const note = line.querySelector("[data-outline-note]");
    if (note.textContent === said) continue;
    note.textContent = said;
    line.classList.toggle("is-out", said !== "");
  }
}
