/** The picture of the map: what is on the screen, its title over it, its legend and its sources under it, as a PNG. */

import { find, findOptional } from "../../interface/dom.js";
import { readPalette } from "../../interface/map/palette.js";
import { sharpenNext } from "../../interface/map/resolution.js";
import { drawMark, drawSvg, linesOf, seenText, sizeOf, subtitleOf } from "./marks.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */

const MARGIN = 16;
const LEAST_WIDTH = 640; // of the sheet: the map of a phone is centred on it
const COLUMN = 260;
const LINE = 20;
const MARK = 18;
const SHARPNESS = 2; // pixels of the picture for one of the screen, at least

/**
 * Draw the picture and hand it to the browser as a file.
 *
 * @param {HTMLElement} root
 * @param {MapLibreMap} map
 * @param {{ title: string, sources: string[], file: string }} words - `file` is the name of the file
 */
export async function savePicture(root, map, { title, sources, file }) {
  const sheet = new Sheet(root, map);
  const blob = await sheet.draw(title, sources);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * The map at the next frame: its buffer is empty between two of them.
 *
 * @param {MapLibreMap} map
 * @returns {Promise<ImageBitmap>}
 */
function frameOf(map) {
  return new Promise((resolve) => {
    map.once("render", () => resolve(createImageBitmap(map.getCanvas())));
    sharpenNext(map);
    map.triggerRepaint();
  });
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser gives no context to draw with");
  return context;
}

class Sheet {
  #root;
  #map;
  #canvas = document.createElement("canvas");
  #context = contextOf(this.#canvas);
  #palette = readPalette();
  #font = getComputedStyle(document.body).fontFamily;
  #width;

  /** @param {HTMLElement} root @param {MapLibreMap} map */
  constructor(root, map) {
    this.#root = root;
    this.#map = map;
    const { clientWidth } = map.getContainer();
    this.#width = Math.max(clientWidth + 2 * MARGIN, LEAST_WIDTH);
  }

  /** @param {string} title @param {string[]} sources @returns {Promise<Blob>} */
  async draw(title, sources) {
    if (!this.#map.loaded()) await this.#map.once("idle"); // labels are placed last
    const bitmap = await frameOf(this.#map);
    await document.fonts.ready;
    const canvas = this.#canvas;
    const height = await this.#write(title, sources, null); // measured first: a canvas that grows is emptied
    const ratio = Math.max(SHARPNESS, devicePixelRatio);
    [canvas.width, canvas.height] = [this.#width * ratio, height * ratio];
    this.#context.scale(ratio, ratio);
    this.#context.fillStyle = this.#palette.paper;
    this.#context.fillRect(0, 0, this.#width, height);
    await this.#write(title, sources, bitmap);
    return new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
    );
  }

  /**
   * Write the sheet from its top; without the map, only measure. Returns where it ends.
   *
   * @param {string} title
   * @param {string[]} sources
   * @param {ImageBitmap | null} bitmap
   */
  async #write(title, sources, bitmap) {
    let y = this.#text(title, MARGIN, MARGIN, { size: 20, weight: 650 });
    const chips = [...this.#root.querySelectorAll("#map-chips [data-chip]")].map(seenText);
    const subtitle = subtitleOf(title, chips, seenText(find(this.#root, "#map-summary")));
    if (subtitle) y = this.#text(subtitle, MARGIN, y, { ink: "ink-2" });
    y = (await this.#drawMap(bitmap, y + MARGIN / 2)) + MARGIN;
    y = (await this.#drawLegend(y)) + MARGIN / 2;
    for (const source of sources) y = this.#text(source, MARGIN, y, { size: 12, ink: "ink-2" });
    return y + MARGIN;
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {{ size?: number, weight?: number, ink?: string, width?: number }} [options]
   */
  #text(text, x, y, { size = 14, weight = 400, ink = "ink", width = this.#width - 2 * MARGIN } = {}) {
    const context = this.#context;
    context.font = `${weight} ${size}px ${this.#font}`;
    context.fillStyle = this.#palette[ink];
    context.textBaseline = "top";
    const high = Math.round(size * 1.4);
    const lines = linesOf(context, text, width);
    lines.forEach((line, index) => {
      context.fillText(line, x, y + index * high + (high - size) / 2);
    });
    return y + lines.length * high;
  }

  /** @param {ImageBitmap | null} bitmap @param {number} y */
  async #drawMap(bitmap, y) {
    const { clientWidth: wide, clientHeight: high } = this.#map.getContainer();
    if (!bitmap) return y + high;
    const x = (this.#width - wide) / 2;
    const context = this.#context;
    context.drawImage(bitmap, x, y, wide, high);
    const overlay = findOptional(this.#root, "[data-overlay]", SVGSVGElement);
    if (overlay?.childElementCount) await drawSvg(context, overlay, { x, y, wide, high });
    this.#drawScale(x + 8, y + high - 34);
    this.#plate(x + wide - 34, y + 8, 26, 26);
    this.#text("N↑", x + wide - 31, y + 12, { size: 13, weight: 650 });
    context.strokeStyle = this.#palette["line-2"];
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, wide - 1, high - 1);
    return y + high;
  }

  /** @param {number} x @param {number} y @param {number} wide @param {number} high */
  #plate(x, y, wide, high) {
    this.#context.fillStyle = this.#palette.paper;
    this.#context.fillRect(x, y, wide, high);
  }

  /** @param {number} x @param {number} y */
  #drawScale(x, y) {
    const bar = find(this.#root, "[data-scale]");
    const pixels = Number.parseFloat(bar.style.width);
    if (!pixels) return;
    this.#plate(x, y, pixels + 12, 26);
    this.#text(find(this.#root, "[data-scale-text]").textContent ?? "", x + 6, y + 1, { size: 12 });
    const context = this.#context;
    context.strokeStyle = this.#palette.ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x + 6, y + 18);
    context.lineTo(x + 6, y + 22);
    context.lineTo(x + 6 + pixels, y + 22);
    context.lineTo(x + 6 + pixels, y + 18);
    context.stroke();
  }

  /**
   * Draw the layers of the legend in columns; each stays whole.
   *
   * @param {number} top
   */
  async #drawLegend(top) {
    const count = Math.max(1, Math.floor((this.#width - 2 * MARGIN) / COLUMN));
    /** @type {number[]} */
    const heights = new Array(count).fill(top);
    for (const layer of this.#root.querySelectorAll("#map-legend .map-legend-layer")) {
      const column = heights.indexOf(Math.min(...heights));
      heights[column] = (await this.#drawLayer(layer, MARGIN + column * COLUMN, heights[column])) + 6;
    }
    for (const note of this.#root.querySelectorAll("#map-legend > [data-outline]")) {
      const column = heights.indexOf(Math.min(...heights));
      heights[column] = await this.#drawLine(note, MARGIN + column * COLUMN, heights[column], 400);
    }
    return Math.max(...heights);
  }

  /** @param {Element} layer @param {number} x @param {number} y */
  async #drawLayer(layer, x, y) {
    let bottom = await this.#drawLine(find(layer, ":scope > p"), x, y, 650);
    const scale = findOptional(layer, ".map-legend-scale svg", SVGSVGElement);
    if (scale) {
      const { width, height } = sizeOf(scale);
      if (this.#context.canvas.width > this.#width)
        await drawSvg(this.#context, scale, { x: x + MARK, y: bottom, wide: width, high: height });
      bottom += height;
    }
    // Of a question: what lies around its objects, and which of them make an answer.
    const lines = layer.querySelectorAll(
      ":scope > ul > li, :scope > [data-outline], :scope > .map-legend-beyond",
    );
    for (const line of lines) bottom = await this.#drawLine(line, x + MARK, bottom, 400);
    return bottom;
  }

  /** @param {Element} line @param {number} x @param {number} y @param {number} weight */
  async #drawLine(line, x, y, weight) {
    const marks = [...line.querySelectorAll(".pic, svg")];
    const mark = marks.find((one) => !one.closest("[hidden]")); // a symbol is written for each of its zooms
    if (mark) await drawMark(this.#context, mark, { x, y: y + 1, side: MARK });
    const width = COLUMN - 2 * MARK - (MARK + 6);
    return Math.max(this.#text(seenText(line), x + MARK + 6, y, { weight, width }), y + LINE);
  }
}
