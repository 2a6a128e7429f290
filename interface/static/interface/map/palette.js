/** Colours of the page for the map: the tokens, as the browser resolves them in light or dark. */

/** @import { Palette } from "./colours.js" */

const NAMES = [
  "ink",
  "ink-2",
  "ink-3",
  "paper",
  "paper-2",
  "paper-3",
  "line",
  "line-2",
  "brand",
  "signal",
  "open",
  "internal",
  "ok",
  "warn",
  "bad",
  "t-urbanism",
  "t-nature",
  "t-mobility",
  "t-amenities",
  "t-climate",
  "t-waste",
  "t-people",
  "t-territory",
  "c-brick",
  "c-wine",
  "c-rust",
  "c-amber",
  "c-olive",
  "c-leaf",
  "c-forest",
  "c-teal",
  "c-lagoon",
  "c-blue",
  "c-navy",
  "c-violet",
  "c-plum",
  "c-raspberry",
  "c-magenta",
  "c-cocoa",
  "c-slate",
  "c-mauve",
  "backdrop-water",
  "backdrop-wood",
  "backdrop-park",
  "backdrop-rail",
  "backdrop-road",
  "backdrop-road-edge",
  "backdrop-water-ink",
  "backdrop-wood-ink",
];

/**
 * Read every token as hexadecimal text, as it is on an element.
 *
 * @param {Element} [element]
 * @returns {Palette}
 */
export function readPalette(element = document.documentElement) {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/**
 * Call `redraw` whenever the person turns light into dark or back.
 *
 * @param {(palette: Palette) => void} redraw
 */
export function onSchemeChange(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(readPalette()));
}

/**
 * Paper is white whatever the screen: put the light tokens on an element, and return them as the palette of its map.
 *
 * @param {HTMLElement} paper
 * @returns {Palette}
 */
export function lightPalette(paper) {
  const light = tokensOf([...document.styleSheets].flatMap(rulesOf));
  for (const name of light)
    if (name.startsWith("--")) paper.style.setProperty(name, light.getPropertyValue(name));
  paper.style.colorScheme = "light";
  return readPalette(paper);
}

/**
 * The palette of a scheme, "light" or "dark", whatever the screen: the tokens as the style sheets declare them.
 *
 * @param {string} scheme
 * @param {Iterable<CSSStyleSheet>} [sheets]
 * @returns {Palette}
 */
export function schemePalette(scheme, sheets = document.styleSheets) {
  const rules = [...sheets].flatMap(rulesOf);
  const media = rules.flatMap((rule) =>
    "media" in rule && "cssRules" in rule ? [/** @type {CSSMediaRule} */ (rule)] : [],
  );
  const darkRules = media.filter((rule) => rule.media.mediaText.includes("prefers-color-scheme: dark"));
  const light = tokensOf(rules);
  const dark = scheme === "dark" ? tokensOf(darkRules.flatMap(({ cssRules }) => [...cssRules])) : null;
  /** @param {string} name */
  const token = (name) => dark?.getPropertyValue(name) || light.getPropertyValue(name);
  return Object.fromEntries(NAMES.map((name) => [name, token(`--${name}`).trim()]));
}

/**
 * The declarations of the rule that holds the tokens.
 *
 * @param {CSSRule[]} rules
 * @returns {CSSStyleDeclaration}
 */
function tokensOf(rules) {
  const styleRules = /** @type {Partial<CSSStyleRule>[]} */ (rules);
  const own = styleRules.find(
    (rule) => rule.selectorText === ":root" && rule.style?.getPropertyValue("--ink"),
  );
  if (!own?.style) throw new Error("no style sheet declares the tokens");
  return own.style;
}

/**
 * The rules of a sheet and of those it imports, which are one sheet once published.
 *
 * @param {CSSStyleSheet} sheet
 * @returns {CSSRule[]}
 */
function rulesOf(sheet) {
  return [...sheet.cssRules].flatMap((rule) =>
    "styleSheet" in rule && rule.styleSheet
      ? rulesOf(/** @type {CSSStyleSheet} */ (rule.styleSheet))
      : [rule],
  );
}
