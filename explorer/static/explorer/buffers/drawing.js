/** Which layers have buffers, and how these are drawn. Pure: a state or a palette in, addresses or style layers out. */

/** @import {Feature, Geometry} from "geojson" */
/** @import {CircleLayerSpecification, ExpressionSpecification} from "maplibre-gl" */
/** @import {FillLayerSpecification, LineLayerSpecification} from "maplibre-gl" */
/** @import {DataDrivenPropertyValueSpecification, SymbolLayerSpecification} from "maplibre-gl" */
/** @import {Palette} from "../../interface/map/colours.js" */
/** @import {FieldValues} from "../map_state/state.js" */

/** @typedef {{ kind: "outline" | "matched" | "link" | "label", token: string, text?: string, short?: string, name?: string, isBeyond?: boolean }} Properties - beyond
 * the place of the question, where the tiles dim what lies */
/** @typedef {Feature<Geometry, Properties>} BufferFeature */
/** @typedef {(token: string) => string} ColourOf the colour of a layer or of a class by its token */
/** @typedef {DataDrivenPropertyValueSpecification<string>} Colour */

const FONT = ["Map Label Semibold"];
const CLEAR = "rgba(0, 0, 0, 0)";
// From afar points are dots: their rings are smaller, and the answers are larger dots than the others.
const [AFAR, NEAR] = [12, 15];
/** @type {ExpressionSpecification} */
const RING = ["interpolate", ["linear"], ["zoom"], AFAR, 8, NEAR, 14];
const DOT = 5.5;
const DOTS_UNTIL = 13.5;
// Words are placed before pictograms, and would take their place: they leave the room of one, of an answer or in a ring.
/** @type {ExpressionSpecification} */
const BESIDE = ["step", ["zoom"], 1.1, DOTS_UNTIL, 2];

// The length alone from afar; beside a pictogram the answer is named too.
/** @type {ExpressionSpecification} */
const LABEL = [
  "step",
  ["zoom"],
  ["get", "text"],
  DOTS_UNTIL,
  ["concat", ["get", "name"], " ", ["get", "text"]],
];

/** @type {ExpressionSpecification} */
const SHORT = ["coalesce", ["get", "short"], ["get", "text"]];

/**
 * The layers that are on of which a relation with another one is drawn: all but being far from what has no distance.
 *
 * @param {{ layers: string[], own: FieldValues }} state
 */
export function relatedLayers({ layers, own }) {
  /** @param {string} text */
  const isFar = (text) => /^[^?]*@\d/.test(text);
  return layers.filter(
    (slug) => own[`${slug}.touching`]?.length || (own[`${slug}.disjoint`] ?? []).some(isFar),
  );
}

/**
 * The layers that marks are of, for the divider: links and answers are of the subject, outlines of the only layer that it is
 * related to; "" where there are several.
 *
 * @param {{ layers: string[], own: FieldValues }} state
 */
export function sidesOf(state) {
  const subjects = relatedLayers(state);
  const texts = subjects.flatMap((slug) => [
    ...(state.own[`${slug}.touching`] ?? []),
    ...(state.own[`${slug}.disjoint`] ?? []),
  ]);
  const others = new Set(texts.map((text) => text.split(/[@/*?]/)[0]));
  return {
    subject: subjects.length === 1 ? subjects[0] : "",
    other: others.size === 1 ? [...others][0] : "",
  };
}

/** @param {Properties["kind"]} kind @returns {ExpressionSpecification} */
const isOf = (kind) => ["==", ["get", "kind"], kind];
/** @param {"Point" | "Polygon"} type @returns {ExpressionSpecification} */
const isShape = (type) => ["==", ["geometry-type"], type];

/**
 * The colour of each feature by its token.
 *
 * @param {BufferFeature[]} features
 * @param {Palette} palette
 * @param {ColourOf} colourOf
 * @returns {Colour}
 */
function colours(features, palette, colourOf) {
  const [first, ...rest] = new Set(features.map(({ properties }) => properties.token));
  if (first === undefined) return palette.ink;
  const cases = rest.flatMap((token) => [token, colourOf(token)]);
  return ["match", ["get", "token"], first, colourOf(first), ...cases, palette.ink];
}

/**
 * The style layers of outlines and of matched objects, from the lowest: surfaces have a strong edge and a band inside it,
 * points a ring, so that nothing over or under them is hidden.
 *
 * @param {string} source
 * @param {BufferFeature[]} features
 * @param {Palette} palette
 * @param {ColourOf} colourOf
 * @returns {(LineLayerSpecification | CircleLayerSpecification)[]}
 */
export function outlineLayers(source, features, palette, colourOf) {
  const colour = colours(features, palette, colourOf);
  /**
   * @param {string} id
   * @param {ExpressionSpecification} filter
   * @param {LineLayerSpecification["paint"]} paint
   * @returns {LineLayerSpecification}
   */
  const line = (id, filter, paint) => ({
    id: `${source}:${id}`,
    type: "line",
    source,
    filter,
    layout: { "line-join": "round" },
    paint: { "line-color": colour, ...paint },
  });
  /** @type {ExpressionSpecification} */
  const matched = ["all", isOf("matched"), ["!", isShape("Point")]];
  /** @type {ExpressionSpecification} */
  const inside = ["all", isOf("matched"), isShape("Polygon")];
  return [
    line("inside", inside, { "line-width": 9, "line-offset": 4.5, "line-opacity": 0.28 }),
    line("casing", matched, { "line-color": palette.paper, "line-width": 4.5, "line-opacity": 0.8 }),
    line("matched", matched, { "line-width": 2.5 }),
    line("outline", isOf("outline"), { "line-width": 1.6, "line-dasharray": [3, 2] }),
    {
      id: `${source}:ring`,
      type: "circle",
      source,
      filter: ["all", isOf("matched"), isShape("Point")],
      paint: {
        "circle-color": CLEAR,
        "circle-radius": RING,
        "circle-stroke-color": colour,
        "circle-stroke-width": 2.5,
      },
    },
  ];
}

/**
 * The style layers of the links of a source, of its answers from afar, of the names of matched points, and of lengths, each
 * at its answer.
 *
 * @param {string} source
 * @param {BufferFeature[]} features
 * @param {Palette} palette
 * @param {ColourOf} colourOf
 * @param {{ isNarrow?: boolean }} [options] - a narrow map has lengths without their error, which the list says
 * @returns {(LineLayerSpecification | CircleLayerSpecification | SymbolLayerSpecification)[]}
 */
export function linkLayers(source, features, palette, colourOf, { isNarrow = false } = {}) {
  /**
   * @param {string} id
   * @param {ExpressionSpecification} filter
   * @param {Colour} colour
   * @param {ExpressionSpecification} [words]
   * @returns {SymbolLayerSpecification}
   */
  const name = (id, filter, colour, words = ["get", "text"]) => ({
    id: `${source}:${id}`,
    type: "symbol",
    source,
    filter,
    layout: {
      "text-field": words,
      "text-font": FONT,
      "text-size": 12,
      "text-max-width": 11,
      "text-variable-anchor": ["left", "right", "bottom", "top"],
      "text-radial-offset": BESIDE,
      "text-padding": 2,
    },
    paint: { "text-color": colour, "text-halo-color": palette.paper, "text-halo-width": 1.6 },
  });
  /** @type {ExpressionSpecification} */
  const points = ["all", isOf("matched"), isShape("Point")];
  const matchedColour = colours(features, palette, colourOf);
  return [
    {
      id: `${source}:link`,
      type: "line",
      source,
      filter: isOf("link"),
      layout: { "line-cap": "round" },
      paint: { "line-color": palette.ink, "line-width": 2, "line-dasharray": [0, 2] },
    },
    {
      id: `${source}:answer`,
      type: "circle",
      source,
      maxzoom: DOTS_UNTIL,
      filter: isOf("label"),
      paint: {
        "circle-color": matchedColour,
        "circle-radius": DOT,
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 2,
      },
    },
    name("name", points, matchedColour),
    name("label", isOf("label"), palette.ink, isNarrow ? SHORT : LABEL),
  ];
}

/**
 * The style layers of matched surfaces beyond the place of the question, over the veil that dims what is there: filled and
 * named, as those inside are by their tiles.
 *
 * @param {string} source
 * @param {BufferFeature[]} features
 * @param {Palette} palette
 * @param {ColourOf} colourOf
 * @returns {(FillLayerSpecification | LineLayerSpecification | SymbolLayerSpecification)[]}
 */
export function beyondLayers(source, features, palette, colourOf) {
  const colour = colours(features, palette, colourOf);
  /** @type {ExpressionSpecification} */
  const filter = ["all", isOf("matched"), ["has", "isBeyond"], isShape("Polygon")];
  return [
    {
      id: `${source}:beyond`,
      type: "fill",
      source,
      filter,
      paint: { "fill-color": colour, "fill-opacity": 0.45 },
    },
    {
      id: `${source}:beyond-edge`,
      type: "line",
      source,
      filter,
      layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-width": 2.5 },
    },
    {
      id: `${source}:beyond-name`,
      type: "symbol",
      source,
      filter,
      layout: { "text-field": ["get", "text"], "text-font": FONT, "text-size": 12 },
      paint: { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 1.6 },
    },
  ];
}
