/** What the map shows and asks, as a value that an address can hold. Pure: no DOM, no map. */

import { readSwipe, readVersions, writeVariants } from "./variants.js";

const CAMERA = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;
const FEATURE = /^([a-z0-9-]+)\/(\d+)$/;
const OPACITY = /^([a-z0-9-]+):(\d{1,3})$/;
const RENDERING = /^([a-z0-9-]+):(lisse|exact)$/;
const OWN = /^[a-z0-9][a-z0-9-]*\.\w+$/;

/** Parameters of the API asked of every layer, under the names of the state. */
export const SHARED = ["commune", "within", "near", "radius", "q"];

/** The texts of the question, under the names of the address: the layer that is asked, and the order of its answers. */
export const TEXTS = [...SHARED, "sujet", "ordre"];

/** The parts of the state that change which features answer. */
export const QUESTION = [...SHARED, "sujet", "own"];

/** Read an address: `layers` is null when it names none, so that the page's own choice stands. */
export function readState(search, hash) {
  const parameters = new URLSearchParams(search);
  return {
    layers: parameters.has("couches") ? parameters.getAll("couches").filter(Boolean) : null,
    ...readQuestion(parameters),
    opacity: Object.fromEntries(parameters.getAll("opacite").flatMap(readOpacity)),
    renderings: Object.fromEntries(parameters.getAll("rendu").flatMap(readRendering)),
    versions: readVersions(parameters),
    swipe: readSwipe(parameters.get("rideau") ?? ""),
    basemap: parameters.get("fond") ?? "",
    feature: readFeature(parameters.get("objet") ?? ""),
    table: readTable(parameters),
    camera: readCamera(hash),
  };
}

/** Read what is asked: texts by shared name (empty when not asked), and lists of values by `layer.field`. */
export function readQuestion(parameters) {
  const shared = Object.fromEntries(TEXTS.map((name) => [name, parameters.get(name) ?? ""]));
  shared.commune = parameters.getAll("commune").filter(Boolean).join(","); // the boxes of a form come one by one
  const names = [...new Set(parameters.keys())].filter((name) => OWN.test(name));
  const own = Object.fromEntries(names.map((name) => [name, parameters.getAll(name).filter(Boolean)]));
  return { ...shared, own };
}

function readOpacity(text) {
  const match = OPACITY.exec(text);
  return match && Number(match[2]) <= 100 ? [[match[1], Number(match[2])]] : [];
}

function readRendering(text) {
  const match = RENDERING.exec(text);
  return match ? [[match[1], match[2]]] : [];
}

/** Read which layer's table is open, its sort and its columns, or null. */
export function readTable(parameters) {
  const layer = parameters.get("tableau");
  if (!layer) return null;
  const columns = (parameters.get("colonnes") ?? "").split(",").filter(Boolean);
  return { layer, sort: parameters.get("tri") ?? "", columns };
}

/** Read `layer/12` as a layer and an id, or null. */
export function readFeature(text) {
  const match = FEATURE.exec(text);
  return match ? { layer: match[1], id: Number(match[2]) } : null;
}

/** Read `#zoom/latitude/longitude` as a camera, or null when it is not one. */
export function readCamera(hash) {
  const match = CAMERA.exec(hash);
  if (!match) return null;
  const [zoom, latitude, longitude] = match.slice(1).map(Number);
  const isOnEarth = zoom <= 22 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
  return isOnEarth ? { zoom, center: [longitude, latitude] } : null;
}

/** Write a state as the query string and the fragment of an address that opens the same view. */
export function writeState(state) {
  const parameters = writeQuestion(state);
  for (const [slug, percent] of Object.entries(state.opacity ?? {}))
    if (percent < 100) parameters.append("opacite", `${slug}:${percent}`);
  for (const [slug, name] of Object.entries(state.renderings ?? {}))
    parameters.append("rendu", `${slug}:${name}`);
  writeVariants(parameters, state);
  if (state.basemap) parameters.set("fond", state.basemap);
  if (state.feature) parameters.set("objet", `${state.feature.layer}/${state.feature.id}`);
  if (state.table) writeTable(parameters, state.table);
  const search = `?${readable(parameters)}`;
  return search + (state.camera ? writeCamera(state.camera) : "");
}

function writeTable(parameters, { layer, sort, columns = [] }) {
  parameters.set("tableau", layer);
  if (sort) parameters.set("tri", sort);
  if (columns.length) parameters.set("colonnes", columns.join(","));
}

/** Write the layers that are on and what is asked of them, as the server reads it. */
export function writeQuestion({ layers, own = {}, ...state }) {
  const parameters = new URLSearchParams();
  for (const slug of layers.length ? layers : [""]) parameters.append("couches", slug);
  for (const name of TEXTS) if (state[name]) parameters.set(name, state[name]);
  for (const [name, values] of Object.entries(own))
    for (const value of values) parameters.append(name, value);
  return parameters;
}

const readable = (parameters) =>
  parameters
    .toString()
    .replaceAll("%2F", "/")
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replaceAll("%40", "@");

function writeCamera({ zoom, center: [longitude, latitude] }) {
  return `#${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
}

const RANK = { point: 0, line: 1, surface: 2, raster: 3 };
const MOST_RANKS = 10_000; // those of styles go from -1,000 to 1,000

/** Switch a layer on: above the layers of its shape and of larger ones unless their rank is higher, below the smaller ones. */
export function withLayer(slugs, slug, shapes, ranks = {}) {
  if (slugs.includes(slug)) return slugs;
  const depth = (one) => (RANK[shapes[one]] ?? 0) * MOST_RANKS - (ranks[one] ?? 0);
  const at = slugs.findIndex((one) => depth(one) >= depth(slug));
  return at < 0 ? [...slugs, slug] : slugs.toSpliced(at, 0, slug);
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Layers in the order of the drawing: rasters lie under every feature. */
export function withRastersBelow(slugs, shapes) {
  const isRaster = (slug) => shapes[slug] === "raster";
  return [...slugs.filter((slug) => !isRaster(slug)), ...slugs.filter(isRaster)];
}

/** Whether a part of the state is not what it was. */
export function hasChanged({ before, after }, ...names) {
  return names.some((name) => !same(before[name], after[name]));
}

/** Whether other layers are on, whatever their order: the order changes how they are drawn and nothing else. */
export function hasOtherLayers({ before, after }) {
  return !same(before.layers.toSorted(), after.layers.toSorted());
}

/** A state that tells who listens when it changes: `portal:state`, with the state before and after. */
export class Store extends EventTarget {
  #state;

  constructor(state) {
    super();
    this.#state = Object.freeze(state);
  }

  get state() {
    return this.#state;
  }

  /** Change part of the state. Nothing is announced when nothing changes. */
  update(patch) {
    const before = this.#state;
    const after = Object.freeze({ ...before, ...patch });
    if (same(before, after)) return;
    this.#state = after;
    this.dispatchEvent(new CustomEvent("portal:state", { detail: { before, after } }));
  }

  /** Ask several values of a field of a layer (`layer.field`); none removes the question. */
  ask(name, values) {
    const own = { ...this.#state.own };
    delete own[name];
    if (values.length) own[name] = values;
    this.update({ own });
  }
}
