// What orients under a geometry that is edited: the portal's backdrop and the communes, as OpenLayers draws them.
// OpenLayers is the global `ol` of its full build. Colours are those of a palette (interface/map/palette.js).

const FAMILY = '"Atkinson Hyperlegible Next Variable", sans-serif';
const FARTHEST = [600, 150, 40, 10]; // the metres of Web Mercator in a pixel from which each rank is drawn
const WIDTHS = [3.5, 2.5, 2, 2]; // pixels of a road of each rank
const NAMED = ["place", "river", "wood-name", "island-name", "water-name"];
const TOGETHER = "names"; // names of all layers make room for one another, those of the layers above first

const fill = (color) => new ol.style.Fill({ color });
const stroke = (color, width) => new ol.style.Stroke({ color, width, lineCap: "round", lineJoin: "round" });

function words(text, { color, halo, font, ...options }) {
  return new ol.style.Text({ text, font, fill: fill(color), stroke: stroke(halo, 3), ...options });
}

function nameOf(kind, name, palette) {
  const isWater = kind === "river" || kind === "water-name";
  const color =
    palette[isWater ? "backdrop-water-ink" : kind === "wood-name" ? "backdrop-wood-ink" : "ink-2"];
  const halo = palette[isWater ? "backdrop-water" : kind === "wood-name" ? "backdrop-wood" : "paper-3"];
  const font = kind === "place" ? `500 12px ${FAMILY}` : `italic 500 12px ${FAMILY}`;
  return words(name, { color, halo, font, placement: kind === "river" ? "line" : "point" });
}

/** The style of a feature of the backdrop, from its properties; none where it would be too small. */
function shapeStyle(palette) {
  const surface = (kind) => new ol.style.Style({ fill: fill(palette[`backdrop-${kind}`]) });
  const shapes = {
    wood: [surface("wood")],
    park: [surface("park")],
    water: [surface("water")],
    rail: [new ol.style.Style({ stroke: stroke(palette["backdrop-rail"], 1) })],
  };
  const roads = WIDTHS.map((width) => [
    new ol.style.Style({ stroke: stroke(palette["backdrop-road-edge"], width) }),
    new ol.style.Style({ stroke: stroke(palette["backdrop-road"], width - 1.2) }),
  ]);
  return (feature, resolution) => {
    const { kind, name, rank } = feature.getProperties();
    if (resolution > FARTHEST[rank - 1]) return null;
    if (NAMED.includes(kind)) return new ol.style.Style({ text: nameOf(kind, name, palette) });
    return kind === "road" ? roads[rank - 1] : shapes[kind];
  };
}

const ORDER = ["wood", "park", "water", "rail", "road", ...NAMED];
const rankOf = (feature) => ORDER.indexOf(feature.get("kind"));

function landStyle(palette) {
  return new ol.style.Style({ fill: fill(palette["paper-2"]) });
}

function limitStyle(palette) {
  const font = `600 14px ${FAMILY}`;
  const text = words("", { color: palette.ink, halo: palette["paper-2"], font, overflow: true });
  const style = new ol.style.Style({ stroke: stroke(palette["line-2"], 1.25), text });
  return (feature) => {
    text.setText(String(feature.get("nom") ?? ""));
    return style;
  };
}

/** The layers under the drawing, from the lowest, and `paint(palette)`, which gives them their colours. */
export function groundLayers({ communes, backdrop }) {
  const tiles = new ol.source.VectorTile({
    format: new ol.format.MVT(),
    url: communes,
    minZoom: 8,
    maxZoom: 16,
  });
  const land = new ol.layer.VectorTile({ source: tiles });
  const limits = new ol.layer.VectorTile({ source: tiles, declutter: TOGETHER });
  const around = new ol.layer.Vector({
    source: new ol.source.Vector({ format: new ol.format.GeoJSON(), url: backdrop }),
    declutter: TOGETHER,
    renderOrder: (one, other) => rankOf(one) - rankOf(other),
  });
  const paint = (palette) => {
    land.setStyle(landStyle(palette));
    around.setStyle(shapeStyle(palette));
    limits.setStyle(limitStyle(palette));
  };
  // A canvas does not wait for a font as a page does.
  document.fonts.load(`italic 500 12px ${FAMILY}`).then(() => around.changed());
  return { layers: [land, around, limits], paint };
}
