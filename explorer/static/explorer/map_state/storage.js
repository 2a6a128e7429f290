/** What the map writes in the storages of the browser: its last address, where the person is, what they look for. Pure. */

/** @import {LonLat, MapState} from "./state.js" */
import { nearText } from "./state.js";

/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} KeyValueStorage */

const MAP = "portal-map";
const LOCATION = "portal-me";
const SUBJECT = "portal-nearby";

/**
 * Write a value, or nothing where the storage is full.
 *
 * @param {KeyValueStorage} storage
 * @param {string} key
 * @param {object} value
 */
function write(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    storage.removeItem(key);
  }
}

/**
 * Read an object; empty where there is none, or one that is not ours.
 *
 * @param {KeyValueStorage} storage
 * @param {string} key
 * @returns {Record<string, unknown>}
 */
function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

/**
 * Store the address of the map (query string and fragment) of this tab under the person it belongs to; "" is nobody in
 * particular.
 *
 * @param {KeyValueStorage} storage
 * @param {string} person
 * @param {string} address
 */
export function storeAddress(storage, person, address) {
  write(storage, MAP, { person, address });
}

/**
 * The address stored for this person, for who comes back by a bare link, or ""; that of another person is forgotten.
 *
 * @param {KeyValueStorage} storage
 * @param {string} person
 */
export function restoreAddress(storage, person) {
  const stored = read(storage, MAP);
  if (stored.person === person && typeof stored.address === "string") return stored.address;
  storage.removeItem(MAP);
  return "";
}

/**
 * Store where the person said to be, for as long as the tab lives: it tells whether « here » is them or a point of a link.
 *
 * @param {KeyValueStorage} storage
 * @param {LonLat} point
 * @param {number} accuracy - in metres
 */
export function storeUserLocation(storage, point, accuracy) {
  write(storage, LOCATION, { near: nearText(point), accuracy: Math.round(accuracy) });
}

/**
 * Where the person said to be, as the address writes it, and how sure it is in metres; or null.
 *
 * @param {KeyValueStorage} storage
 */
export function userLocation(storage) {
  const { near, accuracy } = read(storage, LOCATION);
  return typeof near === "string" && typeof accuracy === "number" ? { near, accuracy } : null;
}

/**
 * Whether the point that the map is asked with is where the person is.
 *
 * @param {KeyValueStorage} storage
 * @param {string} near
 */
export function isUserLocation(storage, near) {
  return near !== "" && userLocation(storage)?.near === near;
}

/**
 * Store what a person last looked for around them, on this device: who looks after playgrounds finds playgrounds first.
 *
 * @param {KeyValueStorage} storage
 * @param {string} person - "" is nobody in particular
 * @param {string} slug
 */
export function storeSubject(storage, person, slug) {
  write(storage, SUBJECT, { person, slug });
}

/**
 * What the person looks for around them: the layer of the sheet that is open, else the subject that they last looked for,
 * else "". What is on the screen comes before a habit: it counts neither when the map has a question or a subject of its
 * own, nor for a layer that is not `offered`.
 *
 * @param {KeyValueStorage} storage
 * @param {string} person
 * @param {Pick<MapState, "sujet" | "own" | "feature">} state
 * @param {string[]} offered - the layers that are on, or all that there are where nobody chose any
 */
export function usualSubject(storage, person, { sujet, own, feature }, offered) {
  if (sujet || Object.keys(own).length > 0) return "";
  if (feature) return feature.layer;
  const stored = read(storage, SUBJECT);
  const { slug } = stored;
  return stored.person === person && typeof slug === "string" && offered.includes(slug) ? slug : "";
}
