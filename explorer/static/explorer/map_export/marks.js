/** Pieces of the page drawn on a canvas: its inline SVG in the colours of that moment, words on several lines. */

const COPIED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-linecap",
  "stroke-linejoin",
  "stroke-dasharray",
  "opacity",
  "color",
];

/**
 * Draw an SVG of the page at a place, `wide` by `high` pixels: style sheets do not reach a copy, so it carries its own.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {SVGSVGElement} svg
 * @param {{ x: number, y: number, wide: number, high: number }} box
 */
export async function drawSvg(context, svg, { x, y, wide, high }) {
  const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
  const copies = [copy, ...copy.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((element, index) => {
    const style = getComputedStyle(element);
    for (const name of COPIED) copies[index].setAttribute(name, style.getPropertyValue(name));
    copies[index].removeAttribute("class");
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(wide));
  copy.setAttribute("height", String(high));
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  context.drawImage(image, x, y, wide, high);
}

/**
 * Draw the face or the symbol of a layer in a square of `side` pixels.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Element} element
 * @param {{ x: number, y: number, side: number }} square
 */
export async function drawMark(context, element, { x, y, side }) {
  const svg = element instanceof SVGSVGElement ? element : element.querySelector("svg");
  if (!svg) return;
  if (element === svg) {
    const { width, height } = sizeOf(svg);
    const ratio = side / Math.max(width, height, 1);
    const [wide, high] = [width * ratio, height * ratio];
    await drawSvg(context, svg, { x: x + (side - wide) / 2, y: y + (side - high) / 2, wide, high });
    return;
  }
  context.fillStyle = getComputedStyle(element).backgroundColor;
  context.beginPath();
  context.arc(x + side / 2, y + side / 2, side / 2, 0, 2 * Math.PI);
  context.fill();
  const inside = side * 0.66;
  await drawSvg(context, svg, {
    x: x + (side - inside) / 2,
    y: y + (side - inside) / 2,
    wide: inside,
    high: inside,
  });
}

/**
 * The size of an SVG of ours, in pixels, in a legend that is folded too.
 *
 * @param {SVGSVGElement} svg
 */
export function sizeOf(svg) {
  const [width, height] = ["width", "height"].map((name) => Number.parseFloat(svg.getAttribute(name) ?? ""));
  return width && height ? { width, height } : svg.getBoundingClientRect();
}

/**
 * Cut a text into lines of at most `width` pixels, in the font of the context.
 *
 * @param {{ measureText: (text: string) => { width: number } }} context
 * @param {string} text
 * @param {number} width
 */
export function linesOf(context, text, width) {
  /** @type {string[]} */
  const lines = [];
  for (const word of text.split(/\s+/u)) {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    if (lines.length && context.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/**
 * The words of an element as they are seen, apart: without what only screen readers hear.
 *
 * @param {Element} element
 */
export function seenText(element) {
  const copy = /** @type {Element} */ (element.cloneNode(true));
  for (const unseen of copy.querySelectorAll(".visually-hidden, svg")) unseen.remove();
  const texts = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) words.push((texts.currentNode.nodeValue ?? "").trim());
  return words
    .filter(Boolean)
    .join("  ")
    .replace(/[^\S\u00a0]+/gu, " ");
}

/**
 * The line under the title of a picture: its conditions, or the answer where the title says them already. Pure.
 *
 * @param {string} title
 * @param {string[]} conditions
 * @param {string} answer
 */
export function subtitleOf(title, conditions, answer) {
  const isSaid = conditions.length > 0 && conditions.every((words) => title.includes(words));
  return isSaid ? answer : conditions.join(" · ");
}
