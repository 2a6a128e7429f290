/** Points of a map put together: gathered under their number, or as density. Pure. */
import { WEIGHT } from "../../interface/map/clusters.js";
import { inPalette, mix } from "../../interface/map/colours.js";
import { featureLayers } from "../../interface/map/style.js";

const OWN = "panel";
const GATHERED_PX = 50;
const POINTS_FROM = 14;
const FONT = ["Map Label Semibold"];

const colourOf = ({ token }, palette) => inPalette(`@${token}`, palette);

/** Points gathered with how many they are; `features` is their GeoJSON. */
export function clusters(config, features) {
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

function alone(layer, palette) {
  const entry = { source: OWN, id: OWN, opacity: 1, isDim: false };
  return featureLayers(layer, palette, entry)
    .filter(({ type, metadata }) => type === "circle" && metadata.role === "shape")
    .map(({ "source-layer": _tiles, ...one }) => one);
}

function gathered(config, palette) {
  const common = { source: OWN, filter: ["has", "point_count"] };
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

/** Points as density, then one by one when seen near; `source` holds their tiles. */
export function heat(config, source) {
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

/** From nothing to the full colour, through steps of it on paper. */
function densityColours(colour, paper) {
  const steps = [0.1, 0.25, 0.5, 0.75, 1].flatMap((share) => [share, mix(colour, paper, share)]);
  return ["interpolate", ["linear"], ["heatmap-density"], 0, `${mix(colour, paper, 0.1)}00`, ...steps];
}
