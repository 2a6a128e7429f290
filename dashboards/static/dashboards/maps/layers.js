/** What a map of a dashboard draws: sources and style layers of each mode. Pure but for the address of tiles. */
import { waterOver } from "../../interface/map/backdrop-style.js";
import { inPalette, mix } from "../../interface/map/colours.js";
import { absolute } from "../../interface/map/painter.js";
import { IS_CLUSTER, WEIGHT } from "../../interface/map/picking.js";
import { tileAddress } from "../../interface/map/sources.js";
import { featureLayers } from "../../interface/map/style.js";

/** @import { FeatureCollection, Point } from "geojson" */
/** @import { AddLayerObject, ExpressionSpecification as Expression, Map as MapLibreMap } from "maplibre-gl" */
/** @import { GeoJSONSourceSpecification, SourceSpecification, SymbolLayerSpecification } from "maplibre-gl" */
/** @import { VectorSourceSpecification } from "maplibre-gl" */
/** @import { Placement } from "../../interface/map/backdrop.js" */
/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { Box } from "../../interface/map/geometry.js" */
/** @import { StyledEntry } from "../../interface/map/style.js" */
/** @import { LayerConfig, LayersOf, MapConfig } from "../../interface/map/view.js" */

/**
 * A commune or a surface that carries a measure; `step` is the index of its class, -1 for none.
 *
 * @typedef {object} MapPlace
 * @property {string} key
 * @property {string} title
 * @property {number | null} value
 * @property {string} text
 * @property {number} step
 * @property {number[]} ids - the features of the joined layer that have this key
 * @property {[number, number] | null} position - where its circle stands
 */
/** @typedef {[x: number, y: number][]} Corners - of a shape around 0 0, none of a circle */
/** @typedef {{ value: string, title: string, colour?: string, corners?: Corners }} MapCategory */
/** @typedef {LayerConfig & { field: string, categories: MapCategory[] }} PanelLayer */
/**
 * What `map_panel_config` of `dashboards/maps/presenters.py` writes of any map.
 *
 * @typedef {object} AnyPanelMap
 * @property {string[]} lights - communes framed at first
 * @property {Box | null} bbox - framed at first in place of the communes
 * @property {string} title
 * @property {string} mode
 * @property {string} token
 * @property {string} field - the filter of the page that a click sets
 * @property {Record<"failed" | "noValue" | "objects" | "pair", string>} said
 * @property {string} language
 * @property {number} largest
 * @property {number} radius - of the largest circle, on a map of `area`
 * @property {number} area - in square pixels, as the server takes it
 * @property {LayerConfig[]} [context] - layers drawn pale with the map, without being counted
 */
/** @typedef {{ places: MapPlace[], strengths: number[], joined: LayerConfig | null }} OfPlaces */
/**
 * @typedef {object} OfFeatures
 * @property {PanelLayer} layer
 * @property {string} query
 * @property {string | null} others - what the page filters out; null where nothing is
 * @property {string} features - their address, for the modes that tiles cannot draw
 * @property {string} feature - the address of one
 * @property {string} value
 * @property {string} unit
 * @property {boolean} isYear
 */
/** @typedef {MapConfig & AnyPanelMap & OfPlaces & { layer?: undefined, features?: undefined, feature?: undefined }} PlacesConfig */
/** @typedef {MapConfig & AnyPanelMap & OfFeatures & { places?: undefined, joined?: undefined }} FeaturesConfig */
/** @typedef {PlacesConfig | FeaturesConfig} PanelMapConfig */
/** @typedef {Placement & { sources: Record<string, SourceSpecification>, layersOf: LayersOf }} PanelDrawing */
/** @typedef {Pick<LayerConfig, "slug" | "minZoom" | "maxZoom">} TileLayer */

/** @type {FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };
const OWN = "panel";
const OTHERS = "panel-others";
const PALE = 0.55;
/** What keeps names off circles: a picture without colour, `BOX` wide. */
const [ROOM, CLEAR] = ["room", "clear"];
const LEAST_PX = 4; // radius of a circle that a name does not cover: names have no room between dots
/**
 * Where a name may stand, in ems from the middle of its commune: further and further until nothing lies under it.
 *
 * @type {(string | [number, number])[]}
 */
export const NAME_PLACES = [
  "center",
  [0, 0],
  ...[1.1, 2.2].flatMap((far) => {
    const aslant = 0.7 * far;
    /** @type {[string, [number, number]][]} */
    const places = [
      ["bottom", [0, -far]],
      ["top", [0, far]],
      ["left", [far, 0]],
      ["right", [-far, 0]],
      ["bottom-left", [aslant, -aslant]],
      ["bottom-right", [-aslant, -aslant]],
      ["top-left", [aslant, aslant]],
      ["top-right", [-aslant, aslant]],
    ];
    return places.flat();
  }),
];
/** The style layer that lights what the pointer is on. */
export const HOVER = "panel:hover";

/**
 * The sources of a map, `layersOf(palette)`, and where these lie (`drawOwn` of the kit: `isAbove`, `isGround`); `features` is the GeoJSON of the modes that tiles cannot draw.
 *
 * @param {PanelMapConfig} config
 * @param {FeatureCollection | null} [features]
 * @returns {PanelDrawing}
 */
export function drawingOf(config, features = null) {
  return withContext(config, ownDrawing(config, features));
}

/**
 * A drawing over the layers around it, which surfaces in classes would hide.
 *
 * @param {PanelMapConfig} config
 * @param {PanelDrawing} drawing
 * @returns {PanelDrawing}
 */
function withContext(config, drawing) {
  const around = (config.context ?? []).map((layer) => ({ layer, id: `${OWN}-context-${layer.slug}` }));
  if (!around.length) return drawing;
  /** @param {Palette} palette */
  const layersAround = (palette) =>
    around.flatMap(({ layer, id }) => {
      const entry = { source: id, id, opacity: PALE, isDim: false };
      return /** @type {AddLayerObject[]} */ (featureLayers(layer, palette, entry));
    });
  return {
    ...drawing,
    sources: {
      ...Object.fromEntries(around.map(({ layer, id }) => [id, tiles(config, layer, "")])),
      ...drawing.sources,
    },
    layersOf: (palette) => {
      const own = drawing.layersOf(palette);
      return drawing.isGround ? [...own, ...layersAround(palette)] : [...layersAround(palette), ...own];
    },
  };
}

/** @param {PanelMapConfig} config @param {FeatureCollection | null} features @returns {PanelDrawing} */
function ownDrawing(config, features) {
  if (config.places) return config.mode === "symbols" ? circles(config) : choropleth(config);
  // Groups that no surface carries have no place.
  return MODES[config.mode]?.(config, features ?? NOTHING) ?? { sources: {}, layersOf: () => [] };
}

/**
 * How much smaller circles are on a map of so many pixels: a phone has less room for as many.
 *
 * @param {{ area: number }} config
 * @param {{ width: number, height: number }} size
 */
export function circleScale({ area }, { width, height }) {
  return area > 0 && width * height > 0 ? Math.min(1, Math.sqrt((width * height) / area)) : 1;
}

/**
 * Ids of the style layers that answer to the pointer.
 *
 * @param {PanelMapConfig} config
 * @returns {string[]}
 */
export function pickable(config) {
  if (config.layer && config.mode === "categories") return pickableOf(config.layer);
  return PICKABLE[config.mode] ?? [];
}

/**
 * The filter of `HOVER` for what is under the pointer.
 *
 * @param {PanelMapConfig} config
 * @param {{ key?: string } | null} hit
 * @returns {Expression}
 */
export function hoverFilter(config, hit) {
  if (!hit || hit.key === undefined) return ["==", ["literal", 1], 0];
  const place = config.places?.find(({ key }) => key === hit.key);
  return ["in", keyOf(config), ["literal", config.joined ? (place?.ids ?? []) : [hit.key]]];
}

/** @param {{ joined?: LayerConfig | null }} config @returns {Expression} */
const keyOf = ({ joined }) => (joined ? ["id"] : ["get", "code"]);
/** @param {{ token: string }} config @param {Palette} palette */
const colourOf = ({ token }, palette) => inPalette(`@${token}`, palette);

/**
 * The colour of each surface by the class of its place, `rest` where it has none.
 *
 * @param {PlacesConfig} config
 * @param {Palette} palette
 * @param {string} rest
 * @returns {Expression | string}
 */
export function classColour(config, palette, rest) {
  const { places, strengths, joined } = config;
  const cases = strengths.flatMap((strength, step) => {
    const keys = places.filter((place) => place.step === step).flatMap(keysOf(joined));
    return keys.length ? [keys, mix(colourOf(config, palette), palette.paper, strength)] : [];
  });
  if (!cases.length) return rest;
  return /** @type {Expression} */ (/** @type {unknown} */ (["match", keyOf(config), ...cases, rest]));
}

/** What stands for a place on the map: its features where a layer is joined. @param {LayerConfig | null} joined */
function keysOf(joined) {
  /** @param {MapPlace} place @returns {(string | number)[]} */
  return ({ key, ids }) => (joined ? ids : [key]);
}

/** @param {PlacesConfig} config @returns {PanelDrawing} */
function choropleth(config) {
  const { joined } = config;
  const from = joined ? { source: OWN, "source-layer": joined.slug } : { source: "ground" };
  const known = config.places.flatMap(keysOf(joined));
  /** @type {Expression} */
  const filter = ["in", keyOf(config), ["literal", known]];
  return {
    sources: joined ? { [OWN]: tiles(config, joined, "") } : {},
    isGround: true,
    layersOf: (palette) => [
      {
        id: `${OWN}:fill`,
        type: "fill",
        ...from,
        filter,
        paint: { "fill-color": classColour(config, palette, palette.paper), "fill-antialias": false },
      },
      ...(joined ? [] : waterOver(`${OWN}:water`, config, palette)),
      {
        id: `${OWN}:edge`,
        type: "line",
        ...from,
        filter,
        paint: { "line-color": palette["line-2"], "line-width": joined ? 0.6 : 1.2 },
      },
      {
        id: HOVER,
        type: "line",
        ...from,
        filter: hoverFilter(config, null),
        paint: { "line-color": palette.signal, "line-width": 3 },
      },
    ],
  };
}

/** @param {PlacesConfig} config @returns {PanelDrawing} */
function circles(config) {
  /** @type {FeatureCollection<Point>["features"]} */
  const features = config.places.flatMap(({ key, value, position }) =>
    value === null || position === null
      ? []
      : {
          type: "Feature",
          properties: { key, value },
          geometry: { type: "Point", coordinates: position },
        },
  );
  const drawn = sized(config, { type: "FeatureCollection", features }, "value");
  return config.joined ? overSurfaces(config, config.joined, drawn) : drawn;
}

/**
 * Circles over the outlines of the surfaces that carry them.
 *
 * @param {PlacesConfig} config
 * @param {LayerConfig} joined
 * @param {PanelDrawing} drawing
 * @returns {PanelDrawing}
 */
function overSurfaces(config, joined, { sources, layersOf }) {
  return {
    sources: { ...sources, [OTHERS]: tiles(config, joined, "") },
    layersOf: (palette) => [
      {
        id: `${OTHERS}:edge`,
        type: "line",
        source: OTHERS,
        "source-layer": joined.slug,
        paint: { "line-color": palette["line-2"], "line-width": 0.6 },
      },
      ...layersOf(palette),
    ],
  };
}

/** @param {FeaturesConfig} config @param {FeatureCollection} features */
const symbols = (config, features) => sized(config, features, config.value);

/**
 * @param {AnyPanelMap} config
 * @param {FeatureCollection} features
 * @param {string} name
 * @returns {PanelDrawing}
 */
function sized(config, features, name) {
  /** @type {Expression} */
  const size = ["abs", ["get", name]];
  /** @type {Expression} */
  const share = ["sqrt", ["/", size, config.largest || 1]];
  /** @type {Expression} */
  const radius = ["max", 2, ["*", config.radius, share]];
  /** @type {Expression} */
  const filter = ["==", ["typeof", ["get", name]], "number"];
  return {
    sources: { [OWN]: { type: "geojson", data: features } },
    layersOf: (palette) => [
      {
        id: `${OWN}:point`,
        type: "circle",
        source: OWN,
        filter,
        layout: { "circle-sort-key": ["-", 0, size] },
        paint: {
          "circle-radius": radius,
          "circle-color": colourOf(config, palette),
          "circle-opacity": ["case", ["<", ["get", name], 0], 0, 0.7],
          "circle-stroke-color": ["case", ["<", ["get", name], 0], palette.ink, palette.paper],
          "circle-stroke-width": 1.5,
        },
      },
      {
        id: `${OWN}:room`,
        type: "symbol",
        source: OWN,
        filter: ["all", filter, [">=", radius, LEAST_PX]],
        layout: {
          "icon-image": CLEAR,
          "icon-size": ["/", ["*", 2, radius], BOX],
          "icon-padding": 0,
          "icon-allow-overlap": true,
        },
        metadata: { role: ROOM },
      },
    ],
  };
}

/** @param {FeaturesConfig} config @returns {PanelDrawing} */
function categories(config) {
  const { layer, query, others } = config;
  const entry = { source: OWN, id: OWN, opacity: 1, isDim: false };
  const pale = { source: OTHERS, id: OTHERS, opacity: 1, isDim: true };
  const isPale = others !== null && others !== query;
  /** @param {Palette} palette */
  const own = (palette) =>
    hasShapes(layer) ? shapes(layer, palette, entry) : features(layer, palette, entry);
  return {
    sources: {
      [OWN]: tiles(config, layer, query),
      ...(isPale ? { [OTHERS]: tiles(config, layer, others ?? "") } : {}),
    },
    layersOf: (palette) => [...(isPale ? features(layer, palette, pale) : []), ...own(palette)],
  };
}

/**
 * The style layers of a layer, as MapLibre takes them.
 *
 * @param {PanelLayer} layer
 * @param {Palette} palette
 * @param {StyledEntry} entry
 */
const features = (layer, palette, entry) =>
  /** @type {AddLayerObject[]} */ (featureLayers(layer, palette, entry));

/**
 * Points by shape; clusters, which are of several categories, and the room of both, as on any map.
 *
 * @param {PanelLayer} layer
 * @param {Palette} palette
 * @param {StyledEntry} entry
 * @returns {AddLayerObject[]}
 */
function shapes(layer, palette, entry) {
  const roles = new Set(["cluster", ROOM]);
  const gathered = featureLayers(layer, palette, entry).filter(({ metadata }) => roles.has(metadata.role));
  return [shapeLayer(layer, palette), .../** @type {AddLayerObject[]} */ (gathered)];
}

/** @param {PanelLayer} layer */
const pickableOf = ({ drawing }) =>
  drawing.filter(({ metadata }) => metadata.pick).map(({ id }) => `${OWN}:${id}`);

/** @param {PanelLayer} layer */
const hasShapes = ({ shape, categories }) =>
  shape === "point" && categories.some(({ corners }) => corners?.length);

/**
 * @param {{ tiles?: string }} config
 * @param {TileLayer} layer
 * @param {string} query
 * @returns {VectorSourceSpecification}
 */
function tiles({ tiles: template }, { slug, minZoom, maxZoom }, query) {
  const address = tileAddress(absolute(template ?? ""), { slugs: [slug], query });
  return { type: "vector", tiles: [address], minzoom: minZoom, maxzoom: maxZoom };
}

/** @type {Record<string, (config: FeaturesConfig, features: FeatureCollection) => PanelDrawing>} */
const MODES = {
  symbols,
  categories,
  clusters,
  heat: (config) => heat(config, tiles(config, config.layer, config.query)),
};
/** @type {Record<string, string[]>} */
const PICKABLE = {
  choropleth: [`${OWN}:fill`],
  symbols: [`${OWN}:point`],
  clusters: [`${OWN}:gathered`, `${OWN}:point`],
  heat: [`${OWN}:point`],
};

const GATHERED_PX = 50;
const POINTS_FROM = 14;
const FONT = ["Map Label Semibold"];

/**
 * Points gathered with how many they are; `features` is their GeoJSON.
 *
 * @param {FeaturesConfig} config
 * @param {FeatureCollection} features
 * @returns {PanelDrawing}
 */
function clusters(config, features) {
  const { layer } = config;
  return {
    sources: {
      [OWN]: {
        type: "geojson",
        data: features,
        cluster: true,
        clusterRadius: GATHERED_PX,
        clusterMaxZoom: 15,
      },
    },
    isAbove: true, // the counts are read before the names
    layersOf: (palette) => [...alone(layer, palette), ...gathered(config, palette)],
  };
}

/**
 * @param {PanelLayer} layer
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
function alone(layer, palette) {
  const entry = { source: OWN, id: OWN, opacity: 1, isDim: false };
  const own = featureLayers(layer, palette, entry)
    .filter(({ type, metadata }) => type === "circle" && metadata.role === "shape")
    .map(({ "source-layer": _tiles, ...one }) => one);
  return /** @type {AddLayerObject[]} */ (own);
}

/**
 * @param {FeaturesConfig} config
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
function gathered(config, palette) {
  const common = { source: OWN, filter: IS_CLUSTER };
  return [
    {
      id: `${OWN}:gathered`,
      type: "circle",
      ...common,
      paint: {
        "circle-color": colourOf(config, palette),
        "circle-radius": ["step", ["get", "point_count"], 14, 10, 17, 100, 21, 1000, 26],
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 2,
      },
    },
    {
      id: `${OWN}:count`,
      type: "symbol",
      ...common,
      layout: {
        "text-field": ["number-format", ["get", "point_count"], { locale: config.language }],
        "text-font": FONT,
        "text-size": 13,
        "text-allow-overlap": true,
      },
      paint: { "text-color": palette.paper },
    },
  ];
}

/**
 * Points as density, then one by one when seen near; `source` holds their tiles.
 *
 * @param {FeaturesConfig} config
 * @param {SourceSpecification} source
 * @returns {PanelDrawing}
 */
function heat(config, source) {
  const { layer } = config;
  const from = { source: OWN, "source-layer": layer.slug };
  return {
    sources: { [OWN]: source },
    layersOf: (palette) => [
      {
        id: `${OWN}:heat`,
        type: "heatmap",
        ...from,
        maxzoom: 17,
        paint: {
          "heatmap-weight": WEIGHT,
          "heatmap-color": densityColours(colourOf(config, palette), palette.paper),
          "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 10, 12, 15, 30],
          "heatmap-opacity": 0.85,
        },
      },
      {
        id: `${OWN}:point`,
        type: "circle",
        ...from,
        minzoom: POINTS_FROM,
        paint: {
          "circle-color": palette.ink,
          "circle-radius": 2.5,
          "circle-stroke-color": palette.paper,
          "circle-stroke-width": 1,
        },
      },
    ],
  };
}

/**
 * From nothing to the full colour, through steps of it on paper.
 *
 * @param {string} colour
 * @param {string} paper
 * @returns {Expression}
 */
function densityColours(colour, paper) {
  const steps = [0.1, 0.25, 0.5, 0.75, 1].flatMap((share) => [share, mix(colour, paper, share)]);
  const clear = `${mix(colour, paper, 0.1)}00`;
  return ["interpolate", ["linear"], ["heatmap-density"], 0, clear, ...steps];
}

const PIXELS = 2; // of the picture, for one of the page
const RADIUS = 8;
const BOX = 24;
/** @type {Expression} */
const SIZE = ["interpolate", ["linear"], ["zoom"], 10, 0.6, 13, 0.85, 16, 1.3];
const PREFIX = "shape";

/**
 * The style layer of points drawn by shape.
 *
 * @param {PanelLayer} layer
 * @param {Palette} palette
 * @returns {SymbolLayerSpecification}
 */
function shapeLayer(layer, palette) {
  const plain = nameOf(-1, inPalette(`@${layer.token}`, palette), palette.paper);
  const cases = layer.categories.flatMap(({ value, colour }, rank) => [
    value,
    nameOf(rank, inPalette(`@${colour}`, palette), palette.paper),
  ]);
  const image = ["match", ["to-string", ["get", layer.field]], ...cases, plain];
  return {
    id: `${OWN}:point`,
    type: "symbol",
    source: OWN,
    "source-layer": layer.slug,
    filter: ["!", IS_CLUSTER],
    layout: {
      "icon-image": /** @type {Expression} */ (/** @type {unknown} */ (image)),
      "icon-size": SIZE,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  };
}

/**
 * @param {number} rank
 * @param {string} colour
 * @param {string} rim
 */
const nameOf = (rank, colour, rim) => [PREFIX, rank, colour, rim].join(" ");

/**
 * The rank of a category and the colours that the name of a picture says; null for the name of another one.
 *
 * @param {string} name
 */
export function shapeOf(name) {
  const [prefix, rank, colour, rim] = name.split(" ");
  return prefix === PREFIX ? { rank: Number(rank), colour, rim } : null;
}

/**
 * Give a map the picture that it misses, when its name is that of a shape of these categories.
 *
 * @param {MapLibreMap} map
 * @param {string} name
 * @param {MapCategory[]} categories
 */
export function addShape(map, name, categories) {
  const shape = shapeOf(name);
  if (map.hasImage(name)) return;
  if (name === CLEAR) map.addImage(name, new ImageData(BOX * PIXELS, BOX * PIXELS), { pixelRatio: PIXELS });
  if (!shape) return;
  map.addImage(name, drawn(categories[shape.rank]?.corners ?? [], shape), { pixelRatio: PIXELS });
}

/** @param {Corners} corners @param {{ colour: string, rim: string }} shape */
function drawn(corners, { colour, rim }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BOX * PIXELS;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null for another kind of context
  pen.scale(PIXELS, PIXELS);
  pen.translate(BOX / 2, BOX / 2);
  pen.beginPath();
  if (corners.length) for (const [x, y] of corners) pen.lineTo(x * RADIUS, y * RADIUS);
  else pen.arc(0, 0, RADIUS, 0, 2 * Math.PI);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = rim;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
