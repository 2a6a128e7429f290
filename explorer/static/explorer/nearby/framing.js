/** What the map draws and frames around a person. Pure: points in degrees, metres, boxes and layers out. */

/** @import {LonLat, MapState, Shape} from "../map_state/state.js" */
import { withLayer } from "../map_state/state.js";

/** @typedef {[west: number, south: number, east: number, north: number]} Box */

const DEGREE_M = 111_320;
const RING = 12;
const TOO_FAR_M = 20_000; // out of the territory: what answers is framed, and not the way to it

/**
 * The box of a circle of `radius` metres.
 *
 * @param {LonLat} centre
 * @param {number} radius
 * @returns {Box}
 */
export function circleBox([longitude, latitude], radius) {
  const north = radius / DEGREE_M;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  return [longitude - east, latitude - north, longitude + east, latitude + north];
}

/**
 * The box of the circle, and of the nearest point where it is beyond; that of this point alone when it is far away.
 *
 * @param {LonLat} centre
 * @param {number} radius
 * @param {LonLat | null} nearest
 * @returns {Box}
 */
export function boxToFrame(centre, radius, nearest) {
  const box = circleBox(centre, radius);
  if (!nearest) return box;
  const [west, south, east, north] = circleBox(centre, TOO_FAR_M);
  const [longitude, latitude] = nearest;
  if (longitude < west || longitude > east || latitude < south || latitude > north)
    return circleBox(nearest, radius);
  const away = Math.hypot(longitude - centre[0], latitude - centre[1]) * DEGREE_M;
  const around = circleBox(nearest, away / RING); // its ring is seen whole
  return [
    Math.min(box[0], around[0]),
    Math.min(box[1], around[1]),
    Math.max(box[2], around[2]),
    Math.max(box[3], around[3]),
  ];
}

/**
 * The layers that are on (`slugs`) with the subject: over the rest, so that it lies under nothing; a point comes first, a
 * line or a surface where its shape goes.
 *
 * @param {string[]} slugs
 * @param {string} slug
 * @param {{ slug: string, shape: Shape, rank: number }[]} layers
 */
export function withSubject(slugs, slug, layers) {
  const shapes = Object.fromEntries(layers.map((layer) => [layer.slug, layer.shape]));
  const ranks = Object.fromEntries(layers.map((layer) => [layer.slug, layer.rank]));
  if (shapes[slug] !== "point") return withLayer(slugs, slug, shapes, ranks);
  return [slug, ...slugs.filter((one) => one !== slug)];
}

/**
 * What the state of the map becomes when it looks for a subject; nothing new for "".
 *
 * @param {string} slug
 * @param {string[]} slugs
 * @param {Parameters<typeof withSubject>[2]} layers
 * @returns {Partial<Pick<MapState, "sujet" | "layers">>}
 */
export function subjectPatch(slug, slugs, layers) {
  return slug ? { sujet: slug, layers: withSubject(slugs, slug, layers) } : {};
}
