/** How the rows that a version adds, changes, moves or removes are drawn. Pure: GeoJSON and colours in, values out. */

/** @import { Feature, FeatureCollection, Geometry, LineString, Point, Position } from "geojson" */
/** @import { AddLayerObject, ExpressionSpecification } from "maplibre-gl" */

/** Rows that a version adds, changes, moves or removes; a move is a line. @typedef {FeatureCollection<Geometry, { change?: string, move?: boolean }>} Changes */

const DEGREES = 180 / Math.PI;

/**
 * The colour of a row by its property `change`, as an expression of MapLibre.
 *
 * @param {Record<string, string>} palette
 * @returns {ExpressionSpecification}
 */
export function changeColours({ ok, warn, bad, brand }) {
  return ["match", ["get", "change"], "added", ok, "changed", warn, "removed", bad, brand];
}

/**
 * Where each move begins and where its arrow points, as points: `end` is start or arrow, `bearing` in degrees.
 *
 * @param {Changes} changes
 * @returns {FeatureCollection<Point>}
 */
export function endsOfMoves({ features }) {
  const lines = features.filter(({ properties }) => properties.move);
  return {
    type: "FeatureCollection",
    features: lines.flatMap(({ geometry }) => {
      const [start, end] = /** @type {LineString} */ (geometry).coordinates;
      return [point(start, { end: "start" }), point(end, { end: "arrow", bearing: bearing(start, end) })];
    }),
  };
}

/**
 * @param {Position} coordinates
 * @param {{ end: string, bearing?: number }} properties
 * @returns {Feature<Point>}
 */
function point(coordinates, properties) {
  return { type: "Feature", properties, geometry: { type: "Point", coordinates } };
}

/**
 * The direction from one place to another on the map, clockwise from the north.
 *
 * @param {Position} start
 * @param {Position} end
 */
function bearing([west, south], [east, north]) {
  const across = (east - west) * Math.cos((south + north) / 2 / DEGREES);
  return (Math.atan2(across, north - south) * DEGREES + 360) % 360;
}

/**
 * The ring where a move begins and the arrowhead (`image`) where it ends.
 *
 * @param {string} source
 * @param {string} image
 * @param {Record<string, string>} palette
 * @returns {AddLayerObject[]}
 */
export function moveLayers(source, image, { warn, paper }) {
  return [
    {
      id: `${source}:start`,
      type: "circle",
      source,
      filter: ["==", ["get", "end"], "start"],
      paint: {
        "circle-color": paper,
        "circle-radius": 4,
        "circle-stroke-color": warn,
        "circle-stroke-width": 2,
      },
    },
    {
      id: `${source}:arrow`,
      type: "symbol",
      source,
      filter: ["==", ["get", "end"], "arrow"],
      layout: {
        "icon-image": image,
        "icon-rotate": ["get", "bearing"],
        "icon-rotation-alignment": "map",
        "icon-anchor": "top",
        "icon-offset": [0, 5],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
  ];
}
