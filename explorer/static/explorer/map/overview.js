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
 * @property {"total" | "face" | "none"} kind - a commune without any feature has its name alone
 * @property {string} code - of the commune
 * @property {string} name
 * @property {string} lines - the name, a long one on two lines
 * @property {number} room - half the height of the largest ellipse inside the commune, in degrees of longitude
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

const [MOST_ROWS, ROW_PX, FACE_PX, GAP_PX, DIGIT_PX] = [4, 23, 20, 5, 8];
const IMAGE_PX = 28; // of a face as the server writes it (styles/swatches.py)
const DISC_PX = 19; // the radius of a total with its ring, smaller from farther
const RING_PX = 4;
/** @typedef {[zoom: number, value: number][]} Stops */
/** @type {Stops} */
const DISC_SHARES = [
  [8, 0.4],
  [10.5, 0.8],
  [11.5, 1],
];
const TWELFTHS = 12;
const PIE_PX = 48;
const TEXT_PX = 13;
/** @type {Record<"afar" | "near", Stops>} */
const NAME_SIZES = {
  afar: [
    [10, 9.5],
    [12, 11.5],
  ],
  near: [
    [11, 12],
    [13, 15.5],
  ],
};
const [LETTER, LINE] = [0.6, 1.05]; // the width of a letter and the height of a line, over that of the name
const FLATTENING = 0.6; // the height of the ellipse in a commune over its width (layers/sql/geometry.py)
const BASELINE = 7 / 24; // ems that MapLibre takes off the distance of names above and below
const [LONG_NAME, BESIDE_PX] = [12, 3];
const STEP = 1 / 32; // of zooms that are tried
const TILE_ZOOMS = [8, 9, 10, 11, 12];
const FONT = ["Map Label Semibold"];
const WORLD_PX = 512; // of zoom 0

/** The name of the image of a layer's face. @param {string} slug */
export const faceName = (slug) => `face ${slug}`;

/**
 * The marks of every commune: the total of its features and the count of each layer, or its name alone.
 *
 * @param {CommuneConfig[]} communes
 * @param {CountedLayer[]} layers
 * @param {Counts} counts
 * @param {string} language
 * @returns {MarkFeature[]}
 */
export function marksOf(communes, layers, counts, language) {
  return communes.flatMap(({ code, name, label, room }) => {
    const lines = layers.flatMap((layer) => {
      const count = counts.get(layer.slug)?.get(code);
      return count === undefined || count === 0 ? [] : [{ ...layer, count }];
    });
    /** @param {Omit<Mark, "code" | "name" | "lines" | "room">} mark @returns {MarkFeature} */
    const mark = (mark) => ({
      type: "Feature",
      properties: { code, name, lines: linesOf(name).join("\n"), room, ...mark },
      geometry: { type: "Point", coordinates: label },
    });
    if (!lines.length) return [mark({ kind: "none", text: "", reach: 0 })];
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

/** As many faces in a column as make their block about square. @param {number} count */
const rowsOf = (count) => Math.min(Math.ceil(Math.sqrt(count)), MOST_ROWS);

/** The pixels that the faces of a commune take. @param {number} count @param {number} column */
function sizeOf(count, column) {
  const rows = rowsOf(count);
  return { width: Math.ceil(count / rows) * (column + GAP_PX), height: rows * ROW_PX };
}

/**
 * The left edge and the height of each face with its count, from the middle of a commune: row by row.
 *
 * @param {number} count
 * @param {number} column - pixels across one
 * @returns {[number, number][]}
 */
export function placesOf(count, column) {
  const { width, height } = sizeOf(count, column);
  const columns = Math.ceil(count / rowsOf(count));
  return Array.from({ length: count }, (_, at) => [
    (at % columns) * (column + GAP_PX) + GAP_PX / 2 - width / 2,
    (Math.floor(at / columns) + 0.5) * ROW_PX - height / 2,
  ]);
}

/**
 * A long name on two lines, cut after the hyphen or the space that is nearest its middle.
 *
 * @param {string} name
 * @returns {string[]}
 */
export function linesOf(name) {
  const cuts = [...name].flatMap((letter, at) => ("- ".includes(letter) ? [at + 1] : []));
  if (name.length < LONG_NAME || !cuts.length) return [name];
  const [cut] = cuts.toSorted(
    (one, other) => Math.abs(one - name.length / 2) - Math.abs(other - name.length / 2),
  );
  return [name.slice(0, cut).trimEnd(), name.slice(cut)];
}

/** A value between stops, as MapLibre interpolates it. @param {Stops} stops @param {number} zoom */
function valueAt(stops, zoom) {
  const after = stops.findIndex(([stop]) => stop > zoom);
  if (after < 1) return after ? stops[stops.length - 1][1] : stops[0][1];
  const [[low, from], [high, to]] = [stops[after - 1], stops[after]];
  return from + ((to - from) * (zoom - low)) / (high - low);
}

/** @param {[zoom: number, value: number | ExpressionSpecification][]} stops @returns {ExpressionSpecification} */
const interpolated = (stops) => ["interpolate", ["linear"], ["zoom"], ...stops.flat(1)];

/** MapLibre lays texts out for the end of the zooms of a tile. @param {number} zoom */
const laidOut = (zoom) => Math.floor(zoom) + 1;

/** @typedef {[left: number, top: number, right: number, bottom: number]} Rectangle */

/** @param {Rectangle} one @param {Rectangle} other */
const meet = (one, other) => one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];

/**
 * The zoom from which the faces of every commune are inside it, and neither they nor its name, above them, lie over those
 * of another one.
 *
 * @param {MarkFeature[]} marks
 */
export function facesFrom(marks) {
  const totals = marks.filter(({ properties }) => properties.kind === "total");
  const blocks = totals.map(({ properties: { code, lines, room }, geometry }) => {
    const faces = marks.filter(({ properties }) => properties.kind === "face" && properties.code === code);
    const column = faces[0]?.properties.column ?? 0;
    const reach = Math.max(
      ...placesOf(faces.length, column).map(([left, down]) =>
        Math.hypot(FLATTENING * (left + FACE_PX / 2), down),
      ),
    );
    return {
      ...sizeOf(faces.length, column),
      at: worldPixel(geometry.coordinates),
      lines: lines.split("\n"),
      roomy: Math.log2((reach * 360) / (room * WORLD_PX)),
    };
  });
  /** @param {number} zoom */
  const isFree = (zoom) => {
    const size = valueAt(NAME_SIZES.near, laidOut(zoom));
    const boxes = blocks.map(({ width, height, at, lines }) => {
      const [x, y] = at.map((pixel) => pixel * 2 ** zoom);
      const half = (Math.max(...lines.map(({ length }) => length)) * size * LETTER) / 2;
      const top = y - height / 2 - BESIDE_PX - lines.length * size * LINE;
      /** @type {Rectangle[]} */
      const parts = [
        [x - width / 2, y - height / 2, x + width / 2, y + height / 2],
        [x - half, top, x + half, y - height / 2],
      ];
      return parts;
    });
    return boxes.every((own, at) =>
      boxes.slice(at + 1).every((rest) => !own.some((one) => rest.some((other) => meet(one, other)))),
    );
  };
  const least = blocks.length > 1 ? Math.max(0, ...blocks.map(({ roomy }) => roomy)) : 0;
  let zoom = POINTS_FROM;
  while (zoom - STEP >= least && isFree(zoom - STEP)) zoom -= STEP;
  return zoom - STEP < least ? Math.min(least, zoom) : zoom;
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
  /** @param {number} pixels */
  const sized = (pixels) => interpolated(DISC_SHARES.map(([zoom, share]) => [zoom, share * pixels]));
  /**
   * The distance of names from a reach in pixels, in ems: of the zooms of each tile.
   *
   * @param {(zoom: number) => number | ExpressionSpecification} reachAt
   * @param {Stops} sizes
   * @returns {ExpressionSpecification}
   */
  const beside = (reachAt, sizes) =>
    interpolated(
      TILE_ZOOMS.map((zoom) => [
        zoom,
        ["+", ["/", ["+", reachAt(laidOut(zoom)), BESIDE_PX], valueAt(sizes, laidOut(zoom))], BASELINE],
      ]),
    );
  /** @param {string} id @param {ExpressionSpecification} reach @param {Stops} sizes @returns {SymbolLayerSpecification} */
  const names = (id, reach, sizes) => ({
    id: `${source}:${id}`,
    type: "symbol",
    source,
    filter: ["!=", ["get", "kind"], "face"],
    layout: {
      "text-field": ["get", "lines"],
      "text-font": FONT,
      "text-size": interpolated(sizes),
      "text-max-width": 99, // its lines are cut already
      "text-line-height": LINE,
      "text-padding": 0,
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
    {
      ...names(
        "names-afar",
        beside((zoom) => DISC_PX * valueAt(DISC_SHARES, zoom), NAME_SIZES.afar),
        NAME_SIZES.afar,
      ),
      maxzoom: near,
    },
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
        "icon-padding": 0,
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
      ...names(
        "names",
        beside(() => ["get", "reach"], NAME_SIZES.near),
        NAME_SIZES.near,
      ),
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
      paint: { ...text, "icon-opacity": opacityOf(marks), "text-opacity": opacityOf(marks) },
    },
  ];
  return [...(near > 0 ? afar : []), ...(near < POINTS_FROM ? close : [])];
}

/**
 * The opacity of faces: one number where their layers have the same, since what depends on the feature is drawn by programs
 * of its own, which a device compiles as the map first zooms in to them.
 *
 * @param {MarkFeature[]} marks
 * @returns {DataDrivenPropertyValueSpecification<number>}
 */
function opacityOf(marks) {
  const opacities = new Set(marks.flatMap(({ properties: { opacity } }) => opacity ?? []));
  return opacities.size > 1 ? ["get", "opacity"] : ([...opacities][0] ?? 1);
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
  if (!places.length) return [0, 0];
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
 * @returns {ExpressionSpecification | ""}
 */
function ringsOf(marks, ringOf) {
  const rings = marks.flatMap(({ properties: { kind, code, shares = "" } }) =>
    kind === "total" ? [code, ringOf(shares)] : [],
  );
  if (!rings.length) return "";
  return /** @type {ExpressionSpecification} */ (
    /** @type {unknown} */ (["match", ["get", "code"], ...rings, ""])
  );
}
