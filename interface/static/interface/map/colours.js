/** Colours as hexadecimal text, mixed as the style sheets mix them, and colours of a style in a palette. Pure. */

/** @typedef {Record<string, string>} Palette - colours as hexadecimal text, by the names of their tokens */

const STEP = 20;
const COLOUR = /^@(#[0-9a-f]{6}|[a-z0-9-]+)(?:\/(\d{1,3}))?$/;

/**
 * Read `#rgb` or `#rrggbb` as three numbers from 0 to 255.
 *
 * @param {string} text
 * @returns {number[]}
 */
export function parseHex(text) {
  const digits = text.trim().replace("#", "");
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  if (!/^[0-9a-f]{6}$/i.test(full)) throw new RangeError(`not a colour: ${text}`);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}

/**
 * Mix `colour` with `ground`: `share` of the first, in steps of a twentieth like the classes of hues.css.
 *
 * @param {string} colour
 * @param {string} ground
 * @param {number} share
 * @returns {string}
 */
export function mix(colour, ground, share) {
  return blend(colour, ground, Math.min(Math.max(Math.round(share * STEP), 1), STEP) / STEP);
}

/**
 * @param {string} colour
 * @param {string} ground
 * @param {number} share
 */
function blend(colour, ground, share) {
  const [front, back] = [parseHex(colour), parseHex(ground)];
  const mixed = front.map((value, at) => Math.round(value * share + back[at] * (1 - share)));
  return `#${mixed.map(hexadecimal).join("")}`;
}

/** @param {number} value */
const hexadecimal = (value) => Math.round(value).toString(16).padStart(2, "0");

/**
 * A value of a compiled style in a palette: `@t-nature` is the token, `@t-nature/60` mixed with the paper, `@#2b8cbe`
 * itself, but for those that dark paper would hide, which are lighter there; `alpha` from 0 to 1 is how much of them is seen. Any other value stays as it is, expressions part by part.
 *
 * @template T
 * @param {T} value
 * @param {Palette} palette
 * @param {number} [alpha]
 * @returns {T}
 */
export function inPalette(value, palette, alpha = 1) {
  if (Array.isArray(value)) return /** @type {T} */ (value.map((part) => inPalette(part, palette, alpha)));
  const match = typeof value === "string" && COLOUR.exec(value);
  if (!match) return value;
  const [, name, percent = "100"] = match;
  const own = name.startsWith("#") ? readable(name, palette) : (palette[name] ?? palette["t-territory"]);
  const colour = name.startsWith("#") ? own : blend(own, palette.paper, Math.min(Number(percent), 100) / 100);
  return /** @type {T} */ (alpha < 1 ? colour + hexadecimal(alpha * 255) : colour);
}

// As `is_black` and `IN_THE_DARK` of layers/styles/colours.py: a grey so dark that dark paper would hide it, and colours
// of symbols with too little contrast there.
const [DARKEST, GREY, DARK_PAPER] = [0x50, 8, 128];
/** @type {Record<string, string>} */
export const IN_THE_DARK = {
  "#0000ff": "#8f8fff",
  "#004c73": "#759eb3",
  "#004da8": "#709bce",
  "#2d6837": "#7da183",
  "#686868": "#989898",
  "#730000": "#d98c8c",
  "#732600": "#c99a82",
  "#894444": "#c88f8f",
  "#895a44": "#b99a8a",
  "#8f21aa": "#c783da",
  "#940abd": "#cb7fe3",
  "#b00006": "#d0484a",
  "#d40006": "#f8b0b8",
};

/** @param {string} literal @param {Palette} palette */
function readable(literal, palette) {
  if (Math.max(...parseHex(palette.paper)) >= DARK_PAPER) return literal;
  const channels = parseHex(literal);
  const isBlack = Math.max(...channels) <= DARKEST && Math.max(...channels) - Math.min(...channels) <= GREY;
  return isBlack ? palette["ink-2"] : (IN_THE_DARK[literal] ?? literal);
}
