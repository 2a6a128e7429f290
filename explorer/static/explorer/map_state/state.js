/** What the map shows and asks, as a value that an address can hold. Pure: no DOM, no map. */

import { hereRadius } from "./here.js";

/**
 * @typedef {[longitude: number, latitude: number]} LonLat
 * @typedef {"point" | "line" | "surface" | "raster"} Shape
 * @typedef {{ layer: string, id: number }} FeatureRef
 * @typedef {{ layer: string, sort: string, columns: string[] }} TableState
 * @typedef {{ left: string, percent: number, right: string }} Swipe what is compared on each side, "" being all the rest
 * @typedef {{ zoom: number, center: LonLat }} Camera
 * @typedef {"lisse" | "exact"} Rendering
 * @typedef {Record<string, string[]>} FieldValues values by `layer.field`
 */

/**
 * The question: texts under the names of the address, empty when not asked.
 *
 * @typedef {object} Question
 * @property {string} commune - codes, joined by commas
 * @property {string} within - an area as WKT
 * @property {string} near - `longitude,latitude`
 * @property {string} radius - metres
 * @property {string} q
 * @property {string} sujet - the layer that is asked
 * @property {string} ordre - the order of its answers
 * @property {string} retrait - the layers that it set aside, joined by commas
 * @property {string} plan-date - the day at which plans are read
 * @property {FieldValues} own
 *
 * @typedef {Exclude<keyof Question, "own">} TextName
 */

/**
 * What is drawn otherwise than by default, and what is open on the map.
 *
 * @typedef {object} ViewState
 * @property {Record<string, number>} opacity - percents by layer
 * @property {Record<string, Rendering>} renderings - of rasters
 * @property {Record<string, number>} versions - drawn instead of what is online, by layer
 * @property {Swipe | null} swipe
 * @property {string} basemap
 * @property {FeatureRef | null} feature - of the sheet
 * @property {TableState | null} table
 * @property {Camera | null} camera
 */

/**
 * What is open around the map:
 *
 * | state | parameter | |
 * |---|---|---|
 * | `tab` | `onglet` | the tab of the panel; "" is the first one, and on a phone a closed panel |
 * | `filtersOf` | `filtres` | the layer whose filters show, when that tab does |
 * | `time` | `temps` | the layer whose bar of time is open |
 * | `statistics` | `reponse=statistiques`, `par` | the tab of the drawer, and what it counts by |
 * | `around` | `volet=voisinage` | the tab of the sheet |
 *
 * @typedef {object} ScreenState
 * @property {string} tab
 * @property {string} filtersOf
 * @property {string} time
 * @property {{ by: string } | null} statistics
 * @property {boolean} around
 */

/**
 * A link names its layers, or leaves them to the page (null); the map of a page has its own.
 *
 * @typedef {Question & ViewState & { layers: string[] | null }} LinkState
 * @typedef {Question & ViewState & { layers: string[] }} DrawnState
 * @typedef {DrawnState & ScreenState} MapState
 * @typedef {{ before: MapState, after: MapState }} StateChange
 */

const CAMERA = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;
const FEATURE = /^([a-z0-9-]+)\/(\d+)$/;
const OPACITY = /^([a-z0-9-]+):(\d{1,3})$/;
const RENDERING = /^([a-z0-9-]+):(lisse|exact)$/;
const OWN = /^[a-z0-9][a-z0-9-]*\.\w+$/;
const SWIPE = /^([^:]+):(\d{1,3})(?::([^:]+))?$/;
const SIDE = /^[a-z0-9-]+(?:@(?:v\d{1,9}|(?!\.\.$)[0-9-]{0,10}\.\.[0-9-]{0,10}))?$/;
const VERSION = /^([a-z0-9-]+):(\d{1,9})$/;

/**
 * Parameters of the API asked of every layer, under the names of the state.
 *
 * @satisfies {TextName[]}
 */
export const SHARED = /** @type {const} */ (["commune", "within", "near", "radius", "q"]);

/** The texts of the question, under the names of the address: what is asked, the order of its answers, what it set aside. */
export const TEXTS = /** @type {const} */ ([...SHARED, "sujet", "ordre", "retrait", "plan-date"]);

/** The parts of the state that change which features answer. */
export const QUESTION = /** @type {const} */ ([...SHARED, "sujet", "plan-date", "own"]);

/**
 * Whether an address asks anything but the layers, the commune and the view of a map.
 *
 * @param {string} search
 */
export function isQuestion(search) {
  const names = [...new URLSearchParams(search.split("#")[0]).keys()];
  return names.some((name) => ["sujet", "near", "within", "q"].includes(name) || OWN.test(name));
}

/**
 * Whether two values are written alike.
 *
 * @param {unknown} one
 * @param {unknown} other
 */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Read an address: `layers` is null when it names none, so that the page's own choice stands.
 *
 * @param {string} search
 * @param {string} hash
 * @returns {LinkState}
 */
export function readState(search, hash) {
  const parameters = new URLSearchParams(search);
  return {
    layers: parameters.has("couches") ? parameters.getAll("couches").filter(Boolean) : null,
    ...readQuestion(parameters),
    opacity: Object.fromEntries(parameters.getAll("opacite").flatMap(readOpacity)),
    renderings: Object.fromEntries(parameters.getAll("rendu").flatMap(readRendering)),
    versions: Object.fromEntries(parameters.getAll("version").flatMap(readVersion)),
    swipe: readSwipe(parameters.get("rideau") ?? ""),
    basemap: parameters.get("fond") ?? "",
    feature: readFeature(parameters.get("objet") ?? ""),
    table: readTable(parameters),
    camera: readCamera(hash),
  };
}

/**
 * Read what is asked: texts by shared name (empty when not asked), and lists of values by `layer.field`.
 *
 * @param {URLSearchParams} parameters
 * @returns {Question}
 */
export function readQuestion(parameters) {
  const texts = /** @type {Record<TextName, string>} */ (
    Object.fromEntries(TEXTS.map((name) => [name, parameters.get(name) ?? ""]))
  );
  if (hereRadius(parameters)) texts.near = texts.radius = ""; // no point yet: the position is asked for
  texts.commune = parameters.getAll("commune").filter(Boolean).join(","); // the boxes of a form come one by one
  const names = [...new Set(parameters.keys())].filter((name) => OWN.test(name));
  const own = Object.fromEntries(names.map((name) => [name, parameters.getAll(name).filter(Boolean)]));
  return { ...texts, own };
}

/** @param {string} text @returns {[string, number][]} */
function readOpacity(text) {
  const match = OPACITY.exec(text);
  return match && Number(match[2]) <= 100 ? [[match[1], Number(match[2])]] : [];
}

/** @param {string} text @returns {[string, Rendering][]} */
function readRendering(text) {
  const match = RENDERING.exec(text);
  return match ? [[match[1], /** @type {Rendering} */ (match[2])]] : [];
}

/** @param {string} text @returns {[string, number][]} */
function readVersion(text) {
  const match = VERSION.exec(text);
  return match ? [[match[1], Number(match[2])]] : [];
}

/**
 * Read `side:percent` or `side:percent:side` as a divider, or null; a side is `layer`, `layer@v2` or `layer@from..to`.
 *
 * @param {string} text
 * @returns {Swipe | null}
 */
export function readSwipe(text) {
  const match = SWIPE.exec(text);
  if (!match || Number(match[2]) > 100) return null;
  if (![match[1], match[3] ?? match[1]].every((side) => SIDE.test(side))) return null;
  return { left: match[1], percent: Number(match[2]), right: match[3] ?? "" };
}

/**
 * Read which layer's table is open, its sort and its columns, or null.
 *
 * @param {URLSearchParams} parameters
 * @returns {TableState | null}
 */
export function readTable(parameters) {
  const layer = parameters.get("tableau");
  if (!layer) return null;
  const columns = (parameters.get("colonnes") ?? "").split(",").filter(Boolean);
  return { layer, sort: parameters.get("tri") ?? "", columns };
}

/**
 * Read `layer/12` as a layer and an id, or null.
 *
 * @param {string | undefined} text
 * @returns {FeatureRef | null}
 */
export function readFeature(text) {
  const match = FEATURE.exec(text ?? "");
  return match ? { layer: match[1], id: Number(match[2]) } : null;
}

/**
 * Read `#zoom/latitude/longitude` as a camera, or null when it is not one.
 *
 * @param {string} hash
 * @returns {Camera | null}
 */
export function readCamera(hash) {
  const match = CAMERA.exec(hash);
  if (!match) return null;
  const [zoom, latitude, longitude] = match.slice(1).map(Number);
  const isOnEarth = zoom <= 22 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
  return isOnEarth ? { zoom, center: [longitude, latitude] } : null;
}

/**
 * Write a state as the query string and the fragment of an address that opens the same view.
 *
 * @param {DrawnState} state
 */
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
  return search + (state.camera ? `#${cameraText(state.camera)}` : "");
}

/** @param {URLSearchParams} parameters @param {TableState} table */
function writeTable(parameters, { layer, sort, columns = [] }) {
  parameters.set("tableau", layer);
  if (sort) parameters.set("tri", sort);
  if (columns.length) parameters.set("colonnes", columns.join(","));
}

/**
 * Write the layers that are on and what is asked of them, as the server reads it.
 *
 * @param {{ layers: string[] } & Partial<Question>} state
 */
export function writeQuestion({ layers, own = {}, ...texts }) {
  const parameters = new URLSearchParams();
  for (const slug of layers.length ? layers : [""]) parameters.append("couches", slug);
  for (const name of TEXTS) {
    const text = texts[name];
    if (text) parameters.set(name, text);
  }
  for (const [name, values] of Object.entries(own))
    for (const value of values) parameters.append(name, value);
  return parameters;
}

/**
 * Add to an address which versions are drawn, and what the divider compares.
 *
 * @param {URLSearchParams} parameters
 * @param {Partial<Pick<ViewState, "versions" | "swipe">>} view
 */
export function writeVariants(parameters, { versions = {}, swipe }) {
  for (const [slug, number] of Object.entries(versions)) parameters.append("version", `${slug}:${number}`);
  if (!swipe) return;
  const { left, percent, right } = swipe;
  parameters.set("rideau", [left, percent, right].filter((part) => part !== "").join(":"));
}

/** @param {URLSearchParams} parameters */
const readable = (parameters) =>
  parameters
    .toString()
    .replaceAll("%2F", "/")
    .replaceAll("%2C", ",")
    .replaceAll("%3A", ":")
    .replaceAll("%40", "@");

/**
 * Write a camera as `zoom/latitude/longitude`.
 *
 * @param {Camera} camera
 */
export function cameraText({ zoom, center: [longitude, latitude] }) {
  return `${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
}

/**
 * Write a point as the address of the map does, to about a metre.
 *
 * @param {LonLat} point
 */
export function nearText([longitude, latitude]) {
  return `${longitude.toFixed(5)},${latitude.toFixed(5)}`;
}

// The list is under the question: `liste` is its older name.
const TABS = new Map([
  ["couches", "tab-layers"],
  ["liste", "tab-filters"],
  ["filtres", "tab-filters"],
  ["vues", "tab-views"],
  ["autour", "tab-nearby"],
]);
const TAB_NAMES = new Map([...TABS].map(([name, id]) => [id, name]));

/**
 * Read what an address says of the screen; a layer that is not among `slugs` has no filters.
 *
 * Saved views are those of an account: who has none opens the answers of a link that was made on that tab.
 *
 * @param {string} search
 * @param {string[]} slugs
 * @param {{ hasViews?: boolean }} [options]
 * @returns {ScreenState}
 */
export function readScreen(search, slugs, { hasViews = true } = {}) {
  const parameters = new URLSearchParams(search);
  const tab = TABS.get(parameters.get("onglet") ?? "") ?? "";
  const asks = parameters.has("sujet") || [...parameters.keys()].some((name) => OWN.test(name));
  const isCounted = parameters.get("reponse") === "statistiques" && parameters.has("tableau");
  return {
    tab: hasViews || tab !== TABS.get("vues") ? tab : asks ? "tab-filters" : "",
    filtersOf: slugs.find((slug) => slug === parameters.get("filtres")) ?? "",
    time: slugs.find((slug) => slug === parameters.get("temps")) ?? "",
    statistics: isCounted ? { by: parameters.get("par") ?? "" } : null,
    around: parameters.get("volet") === "voisinage" && parameters.has("objet"),
  };
}

/**
 * Add the screen of a state to its address, which ends with the place of the camera.
 *
 * @param {string} address
 * @param {ScreenState & Pick<ViewState, "table" | "feature">} state
 */
export function withScreen(address, { tab, filtersOf, time, statistics, around, table, feature }) {
  const parameters = new URLSearchParams();
  const name = TAB_NAMES.get(tab);
  if (name) parameters.set("onglet", name);
  if (tab === TABS.get("filtres") && filtersOf) parameters.set("filtres", filtersOf);
  if (time) parameters.set("temps", time);
  if (table && statistics) parameters.set("reponse", "statistiques");
  if (table && statistics?.by) parameters.set("par", statistics.by);
  if (feature && around) parameters.set("volet", "voisinage");
  if (parameters.size === 0) return address;
  const [search, ...camera] = address.split("#");
  return [`${search}&${parameters}`, ...camera].join("#");
}

/**
 * What `draw()` of a map takes, but for the queries, which the server writes.
 *
 * @param {Pick<DrawnState, "layers" | "opacity" | "renderings" | "commune" | "feature" | "swipe">} state
 */
export function drawingOf({ layers, opacity, renderings, commune, feature, swipe }) {
  const communes = commune ? commune.split(",") : [];
  return { layers, opacity, renderings, swipe, selected: feature, communes };
}

/**
 * The layer of a side of the divider.
 *
 * @param {string} side
 */
export const layerOfSide = (side) => side.split("@")[0];

/**
 * The divider among the sides that are there: gone without its left side, comparing with all the rest without its right one.
 *
 * @param {Swipe | null} swipe
 * @param {(side: string) => boolean} isThere
 * @returns {Swipe | null}
 */
export function swipeAmong(swipe, isThere) {
  if (!swipe || !isThere(swipe.left)) return null;
  return swipe.right && !isThere(swipe.right) ? { ...swipe, right: "" } : swipe;
}

const DEPTH = { point: 0, line: 1, surface: 2, raster: 3 };
const MOST_RANKS = 10_000; // those of styles go from -1,000 to 1,000

/**
 * Switch a layer on: above the layers of its shape and of larger ones unless their rank is higher, below the smaller ones.
 *
 * @param {string[]} slugs
 * @param {string} slug
 * @param {Record<string, Shape>} shapes
 * @param {Record<string, number | undefined>} [ranks] - of the styles; rasters have none
 */
export function withLayer(slugs, slug, shapes, ranks = {}) {
  if (slugs.includes(slug)) return slugs;
  /** @param {string} one */
  const depth = (one) => (DEPTH[shapes[one]] ?? 0) * MOST_RANKS - (ranks[one] ?? 0);
  const index = slugs.findIndex((one) => depth(one) >= depth(slug));
  return index < 0 ? [...slugs, slug] : slugs.toSpliced(index, 0, slug);
}

/**
 * Layers in the order of the drawing: rasters lie under every feature.
 *
 * @param {string[]} slugs
 * @param {Record<string, Shape>} shapes
 */
export function withRastersBelow(slugs, shapes) {
  /** @param {string} slug */
  const isRaster = (slug) => shapes[slug] === "raster";
  return [...slugs.filter((slug) => !isRaster(slug)), ...slugs.filter(isRaster)];
}

/**
 * Whether a part of the state is not what it was.
 *
 * @param {StateChange} change
 * @param {(keyof MapState)[]} names
 */
export function hasChanged({ before, after }, ...names) {
  return names.some((name) => !same(before[name], after[name]));
}

/**
 * Whether other layers are on, whatever their order: the order changes how they are drawn and nothing else.
 *
 * @param {StateChange} change
 */
export function hasOtherLayers({ before, after }) {
  return !same(before.layers.toSorted(), after.layers.toSorted());
}

/**
 * Whether other versions are drawn, or other sides compared, wherever the divider is.
 *
 * @param {StateChange} change
 */
export function hasOtherVariants({ before, after }) {
  /** @param {MapState} state */
  const sides = ({ versions = {}, swipe }) => [versions, swipe?.left, swipe?.right];
  return !same(sides(before), sides(after));
}

/** @type {new () => TypedEventTarget<{ "portal:state": CustomEvent<StateChange> }>} */
const StateTarget = EventTarget;

/** A state that tells who listens when it changes: `portal:state`, with the state before and after. */
export class Store extends StateTarget {
  /** @type {Readonly<MapState>} */
  #state;

  /** @param {MapState} state */
  constructor(state) {
    super();
    this.#state = Object.freeze(state);
  }

  get state() {
    return this.#state;
  }

  /**
   * Change part of the state. Nothing is announced when nothing changes.
   *
   * @param {Partial<MapState>} patch
   */
  update(patch) {
    const before = this.#state;
    const after = Object.freeze({ ...before, ...patch });
    if (same(before, after)) return;
    this.#state = after;
    this.dispatchEvent(new CustomEvent("portal:state", { detail: { before, after } }));
  }

  /**
   * Ask several values of a field of a layer (`layer.field`); none removes the question.
   *
   * @param {string} name
   * @param {string[]} values
   */
  ask(name, values) {
    const own = { ...this.#state.own };
    delete own[name];
    if (values.length) own[name] = values;
    this.update({ own });
  }
}
