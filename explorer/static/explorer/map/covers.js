/** Names of the map make room for what stands over it (buttons, chips, panels), and for the edges of the screen. */

/** @import { Feature, FeatureCollection } from "geojson" */
/** @import { GeoJSONSource } from "maplibre-gl" */
/** @import { MapView } from "../../interface/map/view.js" */
/** @import { Rectangle } from "./framing.js" */

/**
 * A transparent picture, in pixels of the map: `image` is its name, `scale` how much larger than drawn.
 *
 * @typedef {{ x: number, y: number, image: string, scale: number }} Block
 */

/** The source of what names make room for. */
export const COVERS = "covers";
const ELEMENTS =
  ".map-search, .chip, .tools button, .map-legend, .map-foot, .credits, .panel, .sheet-panel, .bottom-bar, .tool-bar";
// Pictures by name: squares cover a rectangle, strips run along the edges.
const [SQUARE, UPRIGHT, FLAT] = ["cover:square", "cover:upright", "cover:flat"];
const [SIDE, LENGTH, THICK] = [16, 64, 2];
/** @type {Record<string, [number, number]>} */
const SIZES = { [SQUARE]: [SIDE, SIDE], [UPRIGHT]: [THICK, LENGTH], [FLAT]: [LENGTH, THICK] };

/**
 * The squares that cover a rectangle, as large as its shorter side. Pure.
 *
 * @param {Rectangle} box
 * @returns {Block[]}
 */
export function squaresOf({ left, top, right, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const side = Math.min(width, height);
  if (side <= 0) return [];
  const count = Math.ceil(Math.max(width, height) / side);
  return Array.from({ length: count }, (_, index) => {
    const part = count > 1 ? index / (count - 1) : 0;
    return {
      x: left + side / 2 + part * (width - side),
      y: top + side / 2 + part * (height - side),
      image: SQUARE,
      scale: side / SIDE,
    };
  });
}

/**
 * The strips along the edges of a map, just inside: what is outside is in no tile. Pure.
 *
 * @param {number} width
 * @param {number} height
 * @returns {Block[]}
 */
export function edgesOf(width, height) {
  /** @param {number} size */
  const middles = (size) => {
    const count = Math.ceil(size / LENGTH);
    return Array.from({ length: count }, (_, index) => ((index + 0.5) * size) / count);
  };
  const across = middles(height).flatMap((y) => [1, width - 1].map((x) => ({ x, y, image: UPRIGHT })));
  const down = middles(width).flatMap((x) => [1, height - 1].map((y) => ({ x, y, image: FLAT })));
  return [...across, ...down].map((block) => ({ ...block, scale: 1 }));
}

/**
 * Keep the names of a map away from what covers it, once it is drawn, wherever the camera goes and whatever opens.
 *
 * @param {HTMLElement} root - of the page: what covers the map is in it, and the state of the map on it
 * @param {MapView} view
 */
export function bindCovers(root, view) {
  const { map } = view;
  let drawn = "";
  view.drawOwn(
    COVERS,
    { [COVERS]: { type: "geojson", data: { type: "FeatureCollection", features: [] } } },
    () => [
      {
        id: COVERS,
        type: "symbol",
        source: COVERS,
        layout: {
          "icon-image": ["get", "image"],
          "icon-size": ["get", "scale"],
          "icon-padding": 0,
          "icon-allow-overlap": true,
        },
      },
    ],
    { isAbove: true },
  );
  // Before, the chip of a map that loads moves others.
  const refresh = () => {
    if (root.dataset.state !== "ready") return;
    for (const [name, [width, height]] of Object.entries(SIZES))
      if (!map.hasImage(name))
        map.addImage(name, { width, height, data: new Uint8Array(4 * width * height) });
    const data = documentOf(view, blocksOver(root, map.getContainer()));
    const text = JSON.stringify(data);
    if (text !== drawn) /** @type {GeoJSONSource} */ (map.getSource(COVERS)).setData(data);
    drawn = text;
    // What takes room first is what lies above.
    if (map.getLayersOrder().at(-1) !== COVERS) map.moveLayer(COVERS);
  };
  map.on("idle", refresh);
  const sizes = new ResizeObserver(refresh);
  for (const each of root.querySelectorAll(".panel, .sheet-panel, .chips, .map-legend, .map-top"))
    sizes.observe(each);
}

/** @param {HTMLElement} root @param {HTMLElement} element - of the map @returns {Block[]} */
function blocksOver(root, element) {
  const map = element.getBoundingClientRect();
  const boxes = [...root.querySelectorAll(ELEMENTS)]
    .filter((each) => each.checkVisibility({ visibilityProperty: true }))
    .map((each) => each.getBoundingClientRect())
    .map(({ left, top, right, bottom }) => ({
      left: Math.max(left, map.left) - map.left,
      top: Math.max(top, map.top) - map.top,
      right: Math.min(right, map.right) - map.left,
      bottom: Math.min(bottom, map.bottom) - map.top,
    }));
  return [
    ...boxes.filter(({ left, top, right, bottom }) => right > left && bottom > top).flatMap(squaresOf),
    ...edgesOf(map.width, map.height),
  ];
}

/** @param {MapView} view @param {Block[]} blocks @returns {FeatureCollection} */
function documentOf({ map }, blocks) {
  const features = blocks.map(({ x, y, image, scale }) => {
    const { lng, lat } = map.unproject([x, y]);
    /** @type {Feature} */
    const feature = {
      type: "Feature",
      geometry: { type: "Point", coordinates: [lng, lat] },
      properties: { image, scale },
    };
    return feature;
  });
  return { type: "FeatureCollection", features };
}
