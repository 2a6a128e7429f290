/** Images of the map, drawn when its style asks for them: pictures that the server wrote, and pies of clusters. */
import { inPalette } from "./colours.js";

/** @import { Map as MapLibreMap } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */
/** @import { LayerConfig } from "./view.js" */

/** @typedef {(map: MapLibreMap, name: string) => unknown} AddImage - gives a map the image of a name, at once or later */

const SIZE = / width="([\d.]+)" height="([\d.]+)"/;
const NAMED = /@(?:#[0-9a-f]{6}|[a-z0-9-]+(?:\/\d{1,3})?)/g;

/** Gives a map the images that its style names; `palette` may be replaced, then `forget` those drawn in the old one. */
export class MapImages {
  /** @type {Palette} */
  palette;
  #map;
  #ratio;
  /** @type {Map<string, string>} */
  #pictures = new Map();
  #more;
  #hasFirst = false; // an image was given: the next picture of the map has pictograms and labels

  /**
   * `more(map, name)` gives the map an image of the page's own; `ratio`: pixels of an image for one of the page.
   *
   * @param {MapLibreMap} map
   * @param {Palette} palette
   * @param {{ more?: AddImage, ratio?: number }} options
   */
  constructor(map, palette, { more, ratio }) {
    this.#map = map;
    this.palette = palette;
    this.#ratio = ratio ?? Math.max(2, Math.ceil(devicePixelRatio));
    this.#more = more ?? (() => {});
    map.setMissingStyleImageResolver((name) => this.#add(name));
  }

  /**
   * Know the pictures of layers, as `layer_config` writes them: SVG by name.
   *
   * @param {Pick<LayerConfig, "images">[]} layers
   */
  know(layers) {
    for (const { images } of layers)
      for (const [name, svg] of Object.entries(images ?? {})) this.#pictures.set(name, svg);
  }

  /** Take the pictures out of the map: those of another palette are drawn when they are asked for again. */
  forget() {
    for (const name of this.#pictures.keys()) if (this.#map.hasImage(name)) this.#map.removeImage(name);
  }

  /** @param {string} name */
  async #add(name) {
    const svg = this.#pictures.get(name);
    if (svg) await this.#draw(name, svg);
    else if (name.startsWith(PIE)) this.#give(name, pieOf(name, this.#ratio));
    else this.#more(this.#map, name);
  }

  /** @param {string} name @param {string} svg */
  async #draw(name, svg) {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(pictureIn(svg, this.palette, this.#ratio))}`;
    await image.decode();
    this.#give(name, image);
  }

  /** @param {string} name @param {HTMLImageElement | ImageData} image */
  #give(name, image) {
    if (this.#map.hasImage(name)) return;
    this.#map.addImage(name, image, { pixelRatio: this.#ratio });
    if (!this.#hasFirst) this.#map.once("render", () => performance.mark("map:first"));
    this.#hasFirst = true;
  }
}

/**
 * A picture in the colours of a palette, `ratio` times its size. Pure.
 *
 * @param {string} svg
 * @param {Palette} palette
 * @param {number} [ratio]
 * @returns {string}
 */
export function pictureIn(svg, palette, ratio = 1) {
  const larger = svg.replace(
    SIZE,
    (_, width, height) => ` width="${Math.round(width * ratio)}" height="${Math.round(height * ratio)}"`,
  );
  return larger.replace(NAMED, (colour) => inPalette(colour, palette));
}

/** What the name of a pie begins with; colours and twelfths follow, in turn. */
export const PIE = "pie ";

const SIDE = 48;
const RING = 7;
const GAP = 0.08;

/**
 * The parts that the name of a pie says: colours, where each begins and ends from 0 to 1. Pure.
 *
 * @param {string} name
 * @returns {{ colour: string, from: number, to: number }[]}
 */
export function partsOf(name) {
  const words = name.slice(PIE.length).split(" ");
  const parts = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const share = Number(words[at + 1]);
    if (share > 0) parts.push({ colour: words[at], share });
  }
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  let before = 0;
  return parts.map(({ colour, share }) => {
    const from = before / whole;
    before += share;
    return { colour, from, to: before / whole };
  });
}

/**
 * A pie as an image, `ratio` pixels for one of the page.
 *
 * @param {string} name
 * @param {number} ratio
 */
export function pieOf(name, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * ratio;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null for another kind of context
  pen.scale(ratio, ratio);
  pen.translate(SIDE / 2, SIDE / 2);
  pen.rotate(-Math.PI / 2);
  pen.lineWidth = RING;
  const parts = partsOf(name);
  const gap = parts.length > 1 ? GAP : 0;
  for (const { colour, from, to } of parts) {
    pen.beginPath();
    pen.arc(0, 0, (SIDE - RING) / 2, 2 * Math.PI * from + gap, 2 * Math.PI * to);
    pen.strokeStyle = colour;
    pen.stroke();
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
