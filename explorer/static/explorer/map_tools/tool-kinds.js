/** What each tool draws, tells and asks, from the points put down. Pure: places in, items of the overlay and words out. */

import { nearText } from "../map_state/state.js";
import { areaText, lengthText, squareMetresText } from "./measures.js";
import { cleaned, faultOf, freehandRing, rectangle, toWkt } from "./shapes.js";

/** @import {LonLat, MapState} from "../map_state/state.js" */
/** @import {Earth} from "./geodesy.js" */
/** @import {Item} from "./overlay.js" */

/**
 * What is drawn with a tool: the points put down, the one under the pointer, and the radius of the bar in metres.
 *
 * @typedef {{ points: LonLat[], hover: LonLat | null, isFrozen: boolean, radius: number }} Sketch
 */

/**
 * A tool. It asks the map when it has `ask`, else it measures.
 *
 * @typedef {object} Tool
 * @property {number} limit - points at most; 0: none is put down by hand
 * @property {number} [least] - points at least
 * @property {boolean} [drags] - from the press of a pointer to its release
 * @property {boolean} [follows] - the pointer draws a line
 * @property {boolean} [hasRadius]
 * @property {boolean} [stays] - in use once it has asked
 * @property {boolean} [isTyped] - its point comes from coordinates
 * @property {(sketch: Sketch) => Item[]} draw
 * @property {(sketch: Sketch) => Result} measure
 * @property {(sketch: Sketch) => Answer} [ask]
 *
 * @typedef {{ result?: string, segments?: string[], message?: string }} Result what the bar shows, and what is said aloud
 * @typedef {{ fault: string, patch?: undefined } | { patch: Partial<MapState>, fault?: undefined }} Answer
 * @typedef {(key: string, values?: Record<string, string | number>) => string} Sentence
 * @typedef {"distance" | "area" | "rectangle" | "polygon" | "circle" | "freehand" | "radius" | "goto"} ToolName
 */

const NO_LIMIT = Number.POSITIVE_INFINITY;
const TOLERANCE_DEG = 2e-5;

/** @param {LonLat[]} points @returns {Item[]} */
const dots = (points) => points.map((point) => ({ shape: "dot", point, radius: 5, look: "is-draft" }));
/** @param {LonLat[]} points @returns {Item} */
const area = (points) => ({ shape: "area", points, look: "is-draft" });
/** @param {LonLat[]} points @returns {Item} */
const line = (points) => ({ shape: "line", points, look: "is-draft" });
/** @param {LonLat} one @param {LonLat} other @returns {LonLat} */
const middle = ([x, y], [otherX, otherY]) => [(x + otherX) / 2, (y + otherY) / 2];
/** @param {Sketch} sketch */
const withHover = ({ points, hover }) => (hover ? [...points, hover] : points);
/** @returns {Result} */
const nothing = () => ({});

/**
 * Return the tools by name.
 *
 * @param {{ earth: Earth, sentence: Sentence, language: string }} means - `earth` measures, `sentence` words, `language`
 *   writes numbers
 * @returns {Record<ToolName, Tool>}
 */
export function toolsOf({ earth, sentence, language }) {
  /** @param {number} metres */
  const length = (metres) => lengthText(metres, language);
  /** @param {LonLat[]} path @returns {Item[]} */
  const labels = (path) =>
    earth.segments(path).map((metres, index) => ({
      shape: "label",
      point: middle(path[index], path[index + 1]),
      text: length(metres),
    }));
  /** @param {LonLat[]} path */
  const segmentsOf = (path) =>
    earth
      .segments(path)
      .map((metres, index) => sentence("segment", { rank: index + 1, length: length(metres) }));
  /** @param {LonLat} centre @param {number} metres @returns {Item[]} */
  const circleItems = (centre, metres) => [
    ...(metres ? [area(earth.circle(centre, metres))] : []),
    ...dots([centre]),
  ];
  /** @param {Sketch} sketch */
  const radiusOf = ({ points: [centre, edge], hover }) => {
    const reached = edge ?? hover;
    return centre && reached ? Math.max(1, Math.round(earth.distance(centre, reached))) : 0;
  };
  /** @param {LonLat[]} ring @returns {Answer} */
  const within = (ring) => {
    const fault = faultOf(ring);
    return fault ? { fault } : { patch: { within: toWkt(ring), near: "", radius: "" } };
  };
  /** @param {LonLat} centre @param {number} metres @returns {Answer} */
  const around = (centre, metres) => ({
    patch: { near: nearText(centre), radius: String(metres), within: "" },
  });

  return {
    distance: {
      limit: NO_LIMIT,
      least: 2,
      draw: (sketch) => {
        const path = withHover(sketch);
        return [line(path), ...dots(sketch.points), ...labels(path)];
      },
      measure: ({ points }) => {
        const lengths = earth.segments(points);
        if (!lengths.length) return nothing();
        const total = length(lengths.reduce((sum, metres) => sum + metres, 0));
        return {
          result: sentence("distance.result", { total }),
          segments: segmentsOf(points),
          message: sentence("distance.said", {
            rank: points.length,
            last: length(lengths[lengths.length - 1]),
            total,
          }),
        };
      },
    },
    area: {
      limit: NO_LIMIT,
      least: 3,
      draw: (sketch) => [area(withHover(sketch)), ...dots(sketch.points)],
      measure: ({ points }) => {
        if (points.length < 3) return nothing();
        if (faultOf(cleaned(points)) === "crossed")
          return { result: sentence("fault.crossed"), message: sentence("fault.crossed") };
        const { area: squareMetres, perimeter } = earth.surface(points);
        const result = sentence("area.result", {
          area: areaText(squareMetres, language),
          metres: squareMetresText(squareMetres, language),
          perimeter: length(perimeter),
        });
        return { result, message: result, segments: segmentsOf([...points, points[0]]) };
      },
    },
    rectangle: {
      limit: 2,
      drags: true,
      draw: (sketch) => {
        const [from, to] = withHover(sketch);
        return from && to ? [area(rectangle(from, to)), ...dots([from])] : dots(sketch.points);
      },
      measure: nothing,
      ask: ({ points: [from, to] }) => within(cleaned(rectangle(from, to))),
    },
    polygon: {
      limit: NO_LIMIT,
      least: 3,
      draw: (sketch) => [area(withHover(sketch)), ...dots(sketch.points)],
      measure: ({ points }) => ({ message: sentence("polygon.said", { rank: points.length }) }),
      ask: ({ points }) => within(cleaned(points)),
    },
    circle: {
      limit: 2,
      drags: true,
      draw: (sketch) => (sketch.points.length ? circleItems(sketch.points[0], radiusOf(sketch)) : []),
      measure: (sketch) => {
        const metres = radiusOf(sketch);
        return metres ? { result: sentence("circle.result", { radius: length(metres) }) } : nothing();
      },
      ask: (sketch) => around(sketch.points[0], radiusOf(sketch)),
    },
    freehand: {
      limit: NO_LIMIT,
      least: 3,
      drags: true,
      follows: true,
      draw: ({ points }) => [area(points)],
      measure: nothing,
      ask: ({ points }) => within(freehandRing(points, TOLERANCE_DEG)),
    },
    radius: {
      limit: 1,
      hasRadius: true,
      stays: true,
      draw: ({ points, hover, radius }) => [
        ...points.flatMap((centre) => circleItems(centre, radius)),
        ...(hover && !points.length ? circleItems(hover, radius) : []),
      ],
      measure: ({ points, radius }) =>
        points.length ? { message: sentence("radius.said", { radius: length(radius) }) } : nothing(),
      ask: ({ points: [centre], radius }) => around(centre, radius),
    },
    goto: {
      limit: 0,
      hasRadius: true,
      isTyped: true,
      draw: ({ points }) => dots(points),
      measure: nothing,
      ask: ({ points: [centre], radius }) => around(centre, radius),
    },
  };
}
