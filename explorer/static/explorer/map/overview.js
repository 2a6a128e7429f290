/**
 * The territory from afar: how many features of each layer of points every commune has, instead of the points. Pure: communes,
 * layers and counts in; features, zooms and style layers out.
 */

/** @import { AddLayerObject, DataDrivenPropertyValueSpecification } from "maplibre-gl" */
/** @import { ExpressionSpecification, FilterSpecification, SymbolLayerSpecification } from "maplibre-gl" */
/** @import { Feature, Point } from "geojson" */
/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { CommuneConfig } from "../../interface/map/view.js" */

/** @typedef {{ slug: string, token: string, opacity: number }} CountedLayer - opacity from 0 to 1 */
/** @typedef {Map<string, Map<string, number | null>>} Counts - by layer, then by commune; null where it is suppressed */
/**
 * @typedef {object} Mark
 * @property {"total" | "face"} kind
 * @property {string} code - of the commune
 * @property {string} name
 * @property {string} text - the count
 * @property {string} [face] - the image of the layer
 * @property {number} [opacity]
 * @property {string} [at] - pixels from the middle of the commune to the left edge, and down to the middle of the face
 * @property {number} [column] - pixels across the face and its count
 * @property {string} [shares] - colours and twelfths of its ring
 * @property {number} [reach] - pixels from the middle of the commune to the edge of its faces
 * @typedef {Feature<Point, Mark>} MarkFeature
 */

/** From this zoom on each point is drawn. */
export const POINTS_FROM = 12.5;

const [ROWS, ROW_PX, FACE_PX, GAP_PX, DIGIT_PX] = [4, 23, 20, 5, 8];
const IMAGE_PX = 28; // of a face as the server writes it (styles/swatches.py)
const NAME_PX = 18;
const DISC_PX = 19; // the radius of a total with its ring, smaller from farther
const RING_PX = 4;
/** @type {[zoom: number, share: number][]} */
const DISC_SHARES = [
  [8, 0.4],
  [10.5, 0.8],
  [11.5, 1],
];
const TWELFTHS = 12;
const PIE_PX = 48;
const TEXT_PX = 13;
const NAMES_PX = { afar: 11, near: 14 }; // the least height of names, which a distance in ems counts by
const FONT = ["Map Label Semibold"];
const WORLD_PX = 512; // of zoom 0

/** The name of the image of a layer's face. @param {string} slug */
export const faceName = (slug) => `face ${slug}`;

/**
 * The marks of every commune that has features: their total, and the count of each layer.
 *
 * @param {CommuneConfig[]} communes
 * @param {CountedLayer[]} layers
 * @param {Counts} counts
 * @param {string} language
 * @returns {MarkFeature[]}
 */
export function marksOf(communes, layers, counts, language) {
  return communes.flatMap(({ code, name, label }) => {
    const lines = layers.flatMap((layer) => {
      const count = counts.get(layer.slug)?.get(code);
      return count === undefined || count === 0 ? [] : [{ ...layer, count }];
    });
    if (!lines.length) return [];
    /** @param {Omit<Mark, "code" | "name">} mark @returns {MarkFeature} */
    const mark = (mark) => ({
      type: "Feature",
      properties: { code, name, ...mark },
      geometry: { type: "Point", coordinates: label },
    });
    const texts = lines.map(({ count }) => countText(count, language));
    const column = FACE_PX + GAP_PX + DIGIT_PX * Math.max(...texts.map(({ length }) => length));
    const places = placesOf(lines.length, column);
    const total = mark({
      kind: "total",
      text: totalText(
        lines.map(({ count }) => count),
        language,
      ),
      shares: sharesOf(lines),
      reach: sizeOf(lines.length, column).height / 2,
    });
    const faces = lines.map(({ slug, opacity }, at) =>
      mark({
        kind: "face",
        text: texts[at],
        face: faceName(slug),
        opacity,
        at: places[at].join(" "),
        column,
      }),
    );
    return [total, ...faces];
  });
}

/** A count in words; a suppressed one is left open. @param {number | null} count @param {string} language */
const countText = (count, language) => (count === null ? "…" : count.toLocaleString(language));

/** @param {(number | null)[]} counts @param {string} language */
function totalText(counts, language) {
  const known = counts.filter((count) => count !== null);
  const sum = known.reduce((total, count) => total + count, 0);
  return countText(sum, language) + (known.length < counts.length ? "…" : "");
}

/**
 * The share of each layer in a ring: colours named after a `@`, and twelfths.
 *
 * @param {{ token: string, count: number | null }[]} lines
 */
function sharesOf(lines) {
  const whole = lines.reduce((sum, { count }) => sum + (count ?? 1), 0);
  const parts = lines.map(
    ({ token, count }) => `@${token} ${Math.max(Math.round((TWELFTHS * (count ?? 1)) / whole), 1)}`,
  );
  return parts.join(" ");
}

/** The pixels that the faces of a commune take. @param {number} count @param {number} column */
function sizeOf(count, column) {
  return { width: Math.ceil(count / ROWS) * (column + GAP_PX), height: Math.min(count, ROWS) * ROW_PX };
}

/**
 * The left edge and the height of each face with its count, from the middle of a commune: in columns of four.
 *
 * @param {number} count
 * @param {number} column - pixels across one
 * @returns {[number, number][]}
 */
export function placesOf(count, column) {
  const { width, height } = sizeOf(count, column);
  return Array.from({ length: count }, (_, at) => [
    Math.floor(at / ROWS) * (column + GAP_PX) + GAP_PX / 2 - width / 2,
    ((at % ROWS) + 0.5) * ROW_PX - height / 2,
  ]);
}

/**
 * The zoom from which the faces of no commune lie over those of another one.
 *
 * @param {MarkFeature[]} marks
 */
export function facesFrom(marks) {
  const blocks = marks
    .filter(({ properties }) => properties.kind === "total")
    .map(({ properties, geometry }) => {
      const faces = marks.filter(
        ({ properties: { kind, code } }) => kind === "face" && code === properties.code,
      );
      const { width, height } = sizeOf(faces.length, faces[0]?.properties.column ?? 0);
      return { width, height: height + NAME_PX, at: worldPixel(geometry.coordinates) };
    });
  const zooms = blocks.flatMap((one, at) =>
    blocks.slice(at + 1).map((other) => {
      const across = (one.width + other.width) / 2 / Math.abs(one.at[0] - other.at[0]);
      const down = (one.height + other.height) / 2 / Math.abs(one.at[1] - other.at[1]);
      return Math.log2(Math.min(across, down));
    }),
  );
  return Math.min(Math.max(0, ...zooms), POINTS_FROM);
}

/** Where a position is on the map of zoom 0, in pixels. @param {number[]} position */
function worldPixel([longitude, latitude]) {
  const angle = (latitude * Math.PI) / 180;
  return [((longitude + 180) / 360) * WORLD_PX, ((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * WORLD_PX];
}

/** @param {Mark["kind"]} kind @returns {FilterSpecification} */
const isOf = (kind) => ["==", ["get", "kind"], kind];

/**
 * The style layers of the marks, from the lowest; MapLibre places the last one first, so that names leave them their room.
 *
 * @param {string} source
 * @param {MarkFeature[]} marks
 * @param {Palette} palette
 * @param {(shares: string) => string} ringOf - the image of a ring
 * @returns {AddLayerObject[]}
 */
export function overviewLayers(source, marks, palette, ringOf) {
  const near = facesFrom(marks);
  const text = { "text-color": palette.ink, "text-halo-color": palette.paper, "text-halo-width": 1.5 };
  const always = { "icon-allow-overlap": true, "text-allow-overlap": true };
  /** @param {number} pixels @returns {ExpressionSpecification} */
  const sized = (pixels) => [
    "interpolate",
    ["linear"],
    ["zoom"],
    ...DISC_SHARES.flatMap(([zoom, share]) => [zoom, share * pixels]),
  ];
  /** @param {string} id @param {number | ExpressionSpecification} reach @returns {SymbolLayerSpecification} */
  const names = (id, reach) => ({
    id: `${source}:${id}`,
    type: "symbol",
    source,
    filter: isOf("total"),
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 10, 11, 14, 20],
      "text-max-width": 9,
      "text-padding": 2,
      "text-variable-anchor": [
        "bottom",
        "top",
        "left",
        "right",
        "bottom-left",
        "bottom-right",
        "top-left",
        "top-right",
      ],
      "text-radial-offset": reach,
      "text-justify": "auto",
    },
    paint: { ...text, "text-halo-color": palette["paper-2"], "text-halo-width": 2 },
  });
  /** @type {AddLayerObject[]} */
  const afar = [
    { ...names("names-afar", sized((DISC_PX + 9) / NAMES_PX.afar)), maxzoom: near },
    {
      id: `${source}:disc`,
      type: "circle",
      source,
      maxzoom: near,
      filter: isOf("total"),
      paint: { "circle-color": palette.paper, "circle-radius": sized(DISC_PX - RING_PX / 2) },
    },
    {
      id: `${source}:total`,
      type: "symbol",
      source,
      maxzoom: near,
      filter: isOf("total"),
      layout: {
        "icon-image": ringsOf(marks, ringOf),
        "icon-size": sized((2 * DISC_PX) / PIE_PX),
        "text-field": ["get", "text"],
        "text-font": FONT,
        "text-size": sized(12.5),
        ...always,
      },
      paint: { "text-color": palette.ink },
    },
  ];
  /** @type {AddLayerObject[]} */
  const close = [
    {
      ...names("names", ["/", ["+", ["get", "reach"], 4], NAMES_PX.near]),
      minzoom: near,
      maxzoom: POINTS_FROM,
    },
    {
      id: `${source}:faces`,
      type: "symbol",
      source,
      minzoom: near,
      maxzoom: POINTS_FROM,
      filter: isOf("face"),
      layout: {
        "icon-image": ["get", "face"],
        "icon-size": FACE_PX / IMAGE_PX,
        "icon-offset": offsets(marks, FACE_PX / 2, IMAGE_PX / FACE_PX),
        "text-field": ["get", "text"],
        "text-font": FONT,
        "text-size": TEXT_PX,
        "text-anchor": "left",
        "text-offset": offsets(marks, FACE_PX + GAP_PX, 1 / TEXT_PX),
        ...always,
      },
      paint: { ...text, "icon-opacity": ["get", "opacity"], "text-opacity": ["get", "opacity"] },
    },
  ];
  return [...(near > 0 ? afar : []), ...(near < POINTS_FROM ? close : [])];
}

/**
 * The places of a part of the faces, so many pixels from their left edges, in units of `scale`.
 *
 * @param {MarkFeature[]} marks
 * @param {number} across
 * @param {number} scale
 * @returns {DataDrivenPropertyValueSpecification<[number, number]>}
 */
function offsets(marks, across, scale) {
  const places = [...new Set(marks.flatMap(({ properties: { at } }) => at ?? []))];
  const cases = places.flatMap((place) => {
    const [left, y] = place.split(" ").map(Number);
    return [place, ["literal", [(left + across) * scale, y * scale]]];
  });
  return /** @type {ExpressionSpecification} */ (
    /** @type {unknown} */ (["match", ["get", "at"], ...cases, ["literal", [0, 0]]])
  );
}

/**
 * The image of the ring of each commune.
 *
 * @param {MarkFeature[]} marks
 * @param {(shares: string) => string} ringOf
 * @returns {ExpressionSpecification}
 */
function ringsOf(marks, ringOf) {
  const rings = marks.flatMap(({ properties: { kind, code, shares = "" } }) =>
    kind === "total" ? [code, ringOf(shares)] : [],
  );
  return /** @type {ExpressionSpecification} */ (
    /** @type {unknown} */ (["match", ["get", "code"], ...rings, ""])
  );
}
