/**
 * Labels of surfaces whose middle is out of view: once each, in the largest part that is seen. The tiles give the label of a
 * surface at its middle alone (`<layer>:anchors`).
 */

/** @import { AddLayerObject, GeoJSONFeature, GeoJSONSource, Map as MapLibreMap } from "maplibre-gl" */
/** @import { Feature, Geometry, Point, Position } from "geojson" */
/** @import { LabelledSurfaces, Painter } from "./painter.js" */

/** @typedef {{ width: number, height: number }} Size */
/** @typedef {Position[][]} Rings - a surface: its outline, then its holes, in pixels */

const EDGE_PX = 14; // a middle nearer to the edge of the map has its label cut
const ROOM_PX = 11; // from a label to the nearest border
const STEPS = 9;
const MAX_PIECES = 3_000;
const ABOVE = "names";

/** Labels the parts of surfaces on a map; `refresh` when it is still. */
export class PartLabels {
  #map;
  #painter;
  /** @type {Map<string, string>} what is drawn, by the layer that it is of */
  #drawn = new Map();

  /** @param {MapLibreMap} map @param {Painter} painter */
  constructor(map, painter) {
    this.#map = map;
    this.#painter = painter;
  }

  /** Draw the labels of what is seen now. */
  refresh() {
    const labelled = this.#painter.labelledSurfaces;
    const ids = new Set(labelled.map(({ id }) => id));
    for (const id of this.#drawn.keys()) if (!ids.has(id)) this.#remove(id);
    for (const one of labelled) this.#draw(one);
  }

  /** Forget what is drawn, for other colours. */
  clear() {
    for (const id of this.#drawn.keys()) this.#remove(id);
  }

  /** @param {LabelledSurfaces} one */
  #draw({ id, source, slug, label }) {
    const isSeen = this.#map.getZoom() >= (label.minzoom ?? 0);
    const features = isSeen ? this.#parts(source, slug) : [];
    const text = JSON.stringify(features);
    const name = nameOf(id);
    if ((this.#drawn.get(id) ?? "[]") === text) return;
    const data = /** @type {const} */ ({ type: "FeatureCollection", features });
    if (this.#drawn.has(id)) {
      /** @type {GeoJSONSource} */ (this.#map.getSource(name)).setData(data);
    } else {
      this.#map.addSource(name, { type: "geojson", data });
      const { "source-layer": _tiles, ...layer } = label;
      const part = { ...layer, id: name, source: name };
      this.#map.addLayer(/** @type {AddLayerObject} */ (/** @type {unknown} */ (part)), ABOVE);
    }
    this.#drawn.set(id, text);
  }

  /** @param {string} id */
  #remove(id) {
    this.#map.removeLayer(nameOf(id));
    this.#map.removeSource(nameOf(id));
    this.#drawn.delete(id);
  }

  /**
   * The surfaces of a source without their middle in view, each at a point of its largest visible part.
   *
   * @param {string} source
   * @param {string} slug
   * @returns {Feature<Point>[]}
   */
  #parts(source, slug) {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    /** @param {Position} position @returns {Position} */
    const pixel = (position) => {
      const { x, y } = this.#map.project(/** @type {[number, number]} */ (position));
      return [x, y];
    };
    const anchors = this.#map.querySourceFeatures(source, { sourceLayer: `${slug}:anchors` });
    const named = new Set(
      anchors.filter((one) => isInside(pixel(positionOf(one)), width, height)).map(({ id }) => id),
    );
    const pieces = this.#map.querySourceFeatures(source, { sourceLayer: slug });
    if (pieces.length > MAX_PIECES) return [];
    /** @type {Map<GeoJSONFeature["id"], { properties: Record<string, unknown>, surfaces: Rings[] }>} */
    const surfaces = new Map();
    for (const { id, properties, geometry } of pieces) {
      if (id === undefined || named.has(id)) continue;
      /** @type {{ properties: Record<string, unknown>, surfaces: Rings[] }} */
      const own = surfaces.get(id) ?? { properties, surfaces: [] };
      own.surfaces.push(...ringsOf(geometry).map((rings) => rings.map((ring) => ring.map(pixel))));
      surfaces.set(id, own);
    }
    return [...surfaces.values()].flatMap(({ properties, surfaces: own }) => {
      const point = visiblePoint(own, { width, height });
      if (!point) return [];
      const { lng, lat } = this.#map.unproject(/** @type {[number, number]} */ (point));
      const coordinates = [Number(lng.toFixed(6)), Number(lat.toFixed(6))];
      // MapLibre sends plain objects alone to its worker.
      return [{ type: "Feature", properties: { ...properties }, geometry: { type: "Point", coordinates } }];
    });
  }
}

/** @param {string} id */
const nameOf = (id) => `${id}:part-labels`;

/** @param {{ geometry: Geometry }} feature @returns {Position} */
const positionOf = ({ geometry }) => /** @type {Point} */ (geometry).coordinates;

/** @param {Position} position @param {number} width @param {number} height */
const isInside = ([x, y], width, height) =>
  x >= EDGE_PX && y >= EDGE_PX && x <= width - EDGE_PX && y <= height - EDGE_PX;

/** @param {Geometry} geometry @returns {Position[][][]} */
function ringsOf(geometry) {
  if (geometry.type === "Polygon") return [geometry.coordinates];
  return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
}

/**
 * A point of the largest visible part of a surface, far from its borders and from the edges of the map; null where it has
 * no room for a label. Pure.
 *
 * @param {Rings[]} surfaces - its parts, in pixels
 * @param {Size} size - of the map
 * @returns {Position | null}
 */
export function visiblePoint(surfaces, { width, height }) {
  const parts = surfaces
    .map((rings) => rings.map((ring) => clipped(ring, width, height)).filter((ring) => ring.length > 2))
    .filter((rings) => rings.length > 0)
    .toSorted(([one], [other]) => area(other) - area(one));
  return parts.length ? innermost(parts[0]) : null;
}

/**
 * The part of a ring inside the map (Sutherland and Hodgman).
 *
 * @param {Position[]} ring
 * @param {number} width
 * @param {number} height
 */
function clipped(ring, width, height) {
  /** @type {[axis: number, limit: number, sign: number][]} */
  const sides = [
    [0, 0, 1],
    [0, width, -1],
    [1, 0, 1],
    [1, height, -1],
  ];
  return sides.reduce((points, [axis, limit, sign]) => {
    /** @type {Position[]} */
    const inside = [];
    for (const [at, point] of points.entries()) {
      const before = points.at(at - 1) ?? point;
      const [isIn, wasIn] = [point, before].map((one) => (one[axis] - limit) * sign >= 0);
      if (isIn !== wasIn) {
        const share = (limit - before[axis]) / (point[axis] - before[axis]);
        inside.push(before.map((value, index) => value + share * (point[index] - value)));
      }
      if (isIn) inside.push(point);
    }
    return inside;
  }, ring);
}

/** @param {Position[]} ring */
function area(ring) {
  const doubled = ring.reduce((sum, [x, y], at) => {
    const [left, top] = ring.at(at - 1) ?? [x, y];
    return sum + left * y - x * top;
  }, 0);
  return Math.abs(doubled) / 2;
}

/** The point of a grid over a surface that is furthest from its borders, the nearest to its middle of some. @param {Rings} rings @returns {Position | null} */
function innermost(rings) {
  const [xs, ys] = [0, 1].map((axis) => rings[0].map((point) => point[axis]));
  const [west, east, north, south] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  /** @param {Position} point */
  const fromMiddle = ([x, y]) => Math.hypot(x - (west + east) / 2, y - (north + south) / 2);
  const steps = Array.from({ length: STEPS }, (_, at) => (at + 0.5) / STEPS);
  const points = steps.flatMap((across) =>
    steps.map((down) => [west + across * (east - west), north + down * (south - north)]),
  );
  const ranked = points
    .filter((point) => holds(rings, point))
    .map((point) => ({ point, room: Math.min(...rings.map((ring) => distanceTo(ring, point))) }))
    .filter(({ room }) => room > ROOM_PX)
    .map(({ point, room }) => ({ point, score: room - fromMiddle(point) / 20 }))
    .toSorted((one, other) => other.score - one.score);
  return ranked[0]?.point ?? null;
}

/** @param {Rings} rings @param {Position} point */
function holds(rings, [x, y]) {
  let isIn = false;
  for (const ring of rings)
    for (const [at, [right, bottom]] of ring.entries()) {
      const [left, top] = ring.at(at - 1) ?? [right, bottom];
      if (bottom > y !== top > y && x < ((left - right) * (y - bottom)) / (top - bottom) + right)
        isIn = !isIn;
    }
  return isIn;
}

/** @param {Position[]} ring @param {Position} point */
function distanceTo(ring, [x, y]) {
  return Math.min(
    ...ring.map(([right, bottom], at) => {
      const [left, top] = ring.at(at - 1) ?? [right, bottom];
      const [across, down] = [right - left, bottom - top];
      const length = across ** 2 + down ** 2;
      const share = length ? Math.min(Math.max(((x - left) * across + (y - top) * down) / length, 0), 1) : 0;
      return Math.hypot(left + share * across - x, top + share * down - y);
    }),
  );
}
