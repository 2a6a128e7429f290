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
  const copy = withShapes(/** @type {SVGSVGElement} */ (svg.cloneNode(true)));
  svg.after(copy); // where the style sheets of the page reach it
  const elements = [copy, ...copy.querySelectorAll("*")];
  const styles = elements.map((element) => {
    const style = getComputedStyle(element);
    return COPIED.map((name) => style.getPropertyValue(name));
  });
  copy.remove();
  elements.forEach((element, index) => {
    for (const [at, name] of COPIED.entries()) element.setAttribute(name, styles[index][at]);
    element.removeAttribute("class");
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
 * An SVG with the shapes that it refers to in their place, without what is hidden.
 *
 * @param {SVGSVGElement} svg
 */
function withShapes(svg) {
  for (const hidden of svg.querySelectorAll("[hidden]")) hidden.remove();
  for (let use = svg.querySelector("use"); use; use = svg.querySelector("use")) {
    const group = document.createElementNS(use.namespaceURI, "g");
    group.setAttribute("class", use.getAttribute("class") ?? "");
    const shapes = document.querySelector(use.getAttribute("href") ?? "")?.childNodes ?? [];
    group.append(...[...shapes].map((shape) => shape.cloneNode(true)));
    use.replaceWith(group);
  }
  return svg;
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
