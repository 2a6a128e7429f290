/** What a map of a dashboard draws: sources and style layers of each mode. Pure but for the address of tiles. */
import { waterOver } from "../../interface/map/backdrop-style.js";
import { IS_CLUSTER } from "../../interface/map/clusters.js";
import { inPalette, mix } from "../../interface/map/colours.js";
import { absolute } from "../../interface/map/painter.js";
import { tileAddress } from "../../interface/map/sources.js";
import { featureLayers } from "../../interface/map/style.js";
import { clusters, heat } from "./density.js";
import { shapeLayer } from "./shapes.js";

const OWN = "panel";
const OTHERS = "panel-others";
/** The style layer that lights what the pointer is on. */
export const HOVER = "panel:hover";

/** The sources of a map, `layersOf(palette)`, and where these lie (`drawOwn` of the kit: `isAbove`, `isGround`); `features` is the GeoJSON of the modes that tiles cannot draw. */
export function drawingOf(config, features = null) {
  return MODES[modeOf(config)](config, features);
}

/** Ids of the style layers that answer to the pointer. */
export function pickable(config) {
  const mode = modeOf(config);
  return mode === "categories" ? pickableOf(config.layer) : (PICKABLE[mode] ?? []);
}

/** The filter of `HOVER` for what is under the pointer. */
export function hoverFilter(config, hit) {
  if (!hit || hit.key === undefined) return ["==", ["literal", 1], 0];
  const place = config.places.find(({ key }) => key === hit.key);
  return ["in", keyOf(config), ["literal", config.joined ? place.ids : [hit.key]]];
}

function modeOf({ mode, places }) {
  return mode === "symbols" && places ? "circles" : mode;
}

const keyOf = ({ joined }) => (joined ? ["id"] : ["get", "code"]);
const colourOf = ({ token }, palette) => inPalette(`@${token}`, palette);

/** The colour of each surface by the class of its place, `rest` where it has none. */
export function classColour(config, palette, rest) {
  const { places, strengths, joined } = config;
  const cases = strengths.flatMap((strength, step) => {
    const keys = places
      .filter((place) => place.step === step)
      .flatMap(({ key, ids }) => (joined ? ids : [key]));
    return keys.length ? [keys, mix(colourOf(config, palette), palette.paper, strength)] : [];
  });
  return cases.length ? ["match", keyOf(config), ...cases, rest] : rest;
}

function choropleth(config) {
  const { joined } = config;
  const from = joined ? { source: OWN, "source-layer": joined.slug } : { source: "ground" };
  const known = config.places.flatMap(({ key, ids }) => (joined ? ids : [key]));
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

function circles(config) {
  const features = config.places
    .filter(({ value, position }) => value !== null && position)
    .map(({ key, value, position }) => ({
      type: "Feature",
      properties: { key, value },
      geometry: { type: "Point", coordinates: position },
    }));
  const drawn = sized(config, { type: "FeatureCollection", features }, "value");
  return config.joined ? overSurfaces(config, drawn) : drawn;
}

/** Circles over the outlines of the surfaces that carry them. */
function overSurfaces({ joined, ...config }, { sources, layersOf }) {
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

const symbols = (config, features) => sized(config, features, config.value);

function sized(config, features, name) {
  const size = ["abs", ["get", name]];
  const share = ["sqrt", ["/", size, config.largest || 1]];
  return {
    sources: { [OWN]: { type: "geojson", data: features } },
    layersOf: (palette) => [
      {
        id: `${OWN}:point`,
        type: "circle",
        source: OWN,
        filter: ["==", ["typeof", ["get", name]], "number"],
        layout: { "circle-sort-key": ["-", 0, size] },
        paint: {
          "circle-radius": ["max", 2, ["*", config.radius, share]],
          "circle-color": colourOf(config, palette),
          "circle-opacity": ["case", ["<", ["get", name], 0], 0, 0.7],
          "circle-stroke-color": ["case", ["<", ["get", name], 0], palette.ink, palette.paper],
          "circle-stroke-width": 1.5,
        },
      },
    ],
  };
}

function categories(config) {
  const { layer, query, others } = config;
  const entry = { source: OWN, id: OWN, opacity: 1, isDim: false };
  const pale = { source: OTHERS, id: OTHERS, opacity: 1, isDim: true };
  const isPale = others !== null && others !== query;
  return {
    sources: {
      [OWN]: tiles(config, layer, query),
      ...(isPale ? { [OTHERS]: tiles(config, layer, others) } : {}),
    },
    layersOf: (palette) => [
      ...(isPale ? featureLayers(layer, palette, pale) : []),
      ...(hasShapes(layer) ? shapes : featureLayers)(layer, palette, entry),
    ],
  };
}

/** Points by shape; clusters, which are of several categories, as on any map. */
function shapes(layer, palette, entry) {
  const common = { source: OWN, "source-layer": layer.slug, filter: ["!", IS_CLUSTER] };
  const gathered = featureLayers(layer, palette, entry).filter(({ metadata }) => metadata.role === "cluster");
  return [shapeLayer(`${OWN}:point`, common, layer, palette), ...gathered];
}

const pickableOf = ({ drawing }) =>
  drawing.filter(({ metadata }) => metadata.pick).map(({ id }) => `${OWN}:${id}`);

const hasShapes = ({ shape, categories }) =>
  shape === "point" && categories.some(({ corners }) => corners?.length);

function tiles({ tiles: template }, { slug, minZoom, maxZoom }, query) {
  const address = tileAddress(absolute(template), { slugs: [slug], query: query });
  return { type: "vector", tiles: [address], minzoom: minZoom, maxzoom: maxZoom };
}

const MODES = {
  choropleth,
  circles,
  symbols,
  categories,
  clusters,
  heat: (config) => heat(config, tiles(config, config.layer, config.query)),
};
const PICKABLE = {
  choropleth: [`${OWN}:fill`],
  circles: [`${OWN}:point`],
  symbols: [`${OWN}:point`],
  clusters: [`${OWN}:gathered`, `${OWN}:point`],
  heat: [`${OWN}:point`],
};
