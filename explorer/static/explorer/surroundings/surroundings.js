/** Outlines around the objects that a question names, and links from its answers to the nearest: asked of the server. */

import { inPalette } from "../../interface/map/colours.js";
import { bboxText } from "../../interface/map/geometry.js";
import { writeQuestion } from "../map_state/state.js";
import { linkLayers, measuredLayers, outlineLayers } from "./drawing.js";

const NAME = "surroundings";
const LINKS = "surroundings-links"; // over the names and the veil: an answer may be at the border
const PATIENCE_MS = 250;

/** Draw the surroundings of the question of the store, again when it or the view changes. */
export function bindSurroundings(root, view, store) {
  const drawn = new Surroundings(root.dataset.surroundings, view, store);
  root.addEventListener("portal:drawn", () => drawn.refresh());
  view.map.on("moveend", () => drawn.refresh());
  drawn.refresh();
}

/** Draw the surroundings of a state on a map that does not move; `template` is the address of those of a layer. */
export async function drawSurroundings(template, view, state) {
  show(view, await read(addressesOf(template, view, state)));
}

class Surroundings {
  #template;
  #view;
  #store;
  #timer = 0;
  #turn = 0;
  #shown = "";

  constructor(template, view, store) {
    this.#template = template;
    this.#view = view;
    this.#store = store;
  }

  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), PATIENCE_MS);
  }

  async #load() {
    const addresses = addressesOf(this.#template, this.#view, this.#store.state);
    if (addresses.join(" ") === this.#shown) return;
    this.#turn += 1;
    const turn = this.#turn;
    const features = await read(addresses);
    if (turn !== this.#turn) return;
    this.#shown = addresses.join(" ");
    show(this.#view, features);
  }
}

function addressesOf(template, view, state) {
  return measuredLayers(state).map((slug) => {
    const address = new URL(template.replace("LAYER", slug), document.baseURI);
    address.search = writeQuestion(state);
    address.searchParams.set("bbox", bboxText(view.map.getBounds().toArray()));
    return address.href;
  });
}

/** What the server draws of some layers; nothing of one that it does not answer about: the list says all of it. */
async function read(addresses) {
  const found = addresses.map(async (address) => {
    const response = await fetch(address).catch(() => null);
    return response?.ok ? (await response.json()).features : [];
  });
  return (await Promise.all(found)).flat();
}

function show(view, features) {
  const source = { type: "geojson", data: { type: "FeatureCollection", features } };
  const outlines = (palette) =>
    outlineLayers(NAME, features, palette, (token) => inPalette(`@${token}`, palette));
  view.drawOwn(NAME, { [NAME]: source }, outlines);
  view.drawOwn(LINKS, { [LINKS]: source }, (palette) => linkLayers(LINKS, palette), { isAbove: true });
  view.map.getContainer().dataset.surroundings = String(features.length);
}
