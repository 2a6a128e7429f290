/** What the server writes in the pages of a map, as `explorer/map/presenters.py` does. */

import { find, findOptional } from "../../interface/dom.js";

/** @import {Box} from "../../interface/map/geometry.js" */
/** @import {LayerConfig, MapConfig, RasterConfig} from "../../interface/map/view.js" */
/** @import {Variants} from "../../interface/map/sources.js" */
/** @import {Missing} from "./missing.js" */
/** @import {LinkState, Shape} from "./state.js" */

/**
 * @typedef {LayerConfig & { sheet: string, isOn: boolean, hasTime: boolean, isCounted: boolean }} PageLayer with
 *   the address of its sheets, as a template; points that are no density are counted by commune from afar
 * @typedef {RasterConfig & { isOn: boolean }} PageRaster
 */

/**
 * @typedef {object} OwnConfig
 * @property {string} person - whose map it is, as the list of their saved views says; "" without an account
 * @property {PageLayer[]} layers
 * @property {PageRaster[]} rasters
 * @property {string} counts - the address of the counts by commune, `LAYERS` being slugs with commas between
 * @property {string} rasterValues - addresses
 * @property {string} list
 *
 * @typedef {Omit<MapConfig, "layers" | "rasters"> & OwnConfig} PageConfig
 * @typedef {PageConfig & { missing: Missing }} ExplorerConfig
 * @typedef {ExplorerConfig & { queries: Record<string, string>, variants: Variants }} EmbedConfig
 * @typedef {PageConfig & { view: { zoom: number, latitude: number, longitude: number } | null, scale: number, box: Box | null }} PrintConfig
 */

/**
 * The configuration of the page.
 *
 * @template {PageConfig} Config
 * @returns {Config}
 */
export function readConfig() {
  const config = JSON.parse(find(document, "#map-config", HTMLScriptElement).text);
  config.person = findOptional(document, "[data-person]")?.dataset.person ?? "";
  const usual = Object.entries(config.usual ?? {});
  for (const layer of config.layers) {
    const own = Object.fromEntries(usual.map(([name, value]) => [name, ofLayer(value, layer)]));
    Object.assign(layer, { drawing: [], images: {}, ...own, ...layer }); // drawings are read when they are drawn
  }
  return config;
}

/**
 * A usual value of layers for one of them.
 *
 * @param {unknown} value
 * @param {{ slug: string, version: string }} layer
 */
const ofLayer = (value, { slug, version }) =>
  typeof value === "string" ? value.replace("LAYER", slug).replace("VERSION", version) : value;

/**
 * The layers and rasters that a map may draw.
 *
 * @param {Pick<PageConfig, "layers" | "rasters">} config
 */
export const drawableOf = ({ layers, rasters }) => [...layers, ...rasters];

/**
 * The state of a link, with the page's own choice of layers where it names none.
 *
 * @template {{ layers: LinkState["layers"] }} State
 * @param {State} state
 * @param {PageConfig} config
 * @returns {State & { layers: string[] }}
 */
export function withDefaultLayers(state, config) {
  const on = drawableOf(config).filter(({ isOn }) => isOn);
  return { ...state, layers: state.layers ?? on.map(({ slug }) => slug) };
}

/**
 * The shapes of layers and rasters, by slug.
 *
 * @param {{ slug: string, shape: Shape }[]} layers
 * @returns {Record<string, Shape>}
 */
export const shapesOf = (layers) => Object.fromEntries(layers.map(({ slug, shape }) => [slug, shape]));

/**
 * The ranks of their styles; rasters have none.
 *
 * @param {{ slug: string, rank?: number }[]} layers
 * @returns {Record<string, number | undefined>}
 */
export const ranksOf = (layers) => Object.fromEntries(layers.map(({ slug, rank }) => [slug, rank]));

/**
 * Their titles.
 *
 * @param {{ slug: string, title: string }[]} layers
 * @returns {Record<string, string>}
 */
export const titlesOf = (layers) => Object.fromEntries(layers.map(({ slug, title }) => [slug, title]));
