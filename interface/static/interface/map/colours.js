/** Colours as hexadecimal text, mixed as the style sheets mix them. Pure. */

const STEP = 20;

/** Read `#rgb` or `#rrggbb` as three numbers from 0 to 255. */
export function parseHex(text) {
  const digits = text.trim().replace("#", "");
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  if (!/^[0-9a-f]{6}$/i.test(full)) throw new RangeError(`not a colour: ${text}`);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}

/** Mix `colour` with `ground`: `share` of the first, in steps of a twentieth like the classes of hues.css. */
export function mix(colour, ground, share) {
  const part = Math.min(Math.max(Math.round(share * STEP), 1), STEP) / STEP;
  const [front, back] = [parseHex(colour), parseHex(ground)];
  const mixed = front.map((value, at) => Math.round(value * part + back[at] * (1 - part)));
  return `#${mixed.map(hexadecimal).join("")}`;
}

const hexadecimal = (value) => Math.round(value).toString(16).padStart(2, "0");

const FAINT = 0.6;

/** The colour of a layer's features as a MapLibre expression, by category when the layer has some; `alpha` from 0 to 1. */
export function colourOf(layer, palette, alpha = 1) {
  const through = (colour) => (alpha < 1 ? mix(colour, colour, 1) + hexadecimal(alpha * 255) : colour);
  const paint = ({ token, strength }, plain) =>
    through(mix(palette[token] ?? plain, palette.paper, strength));
  return byCategory(layer, palette, paint, through);
}

/** The colour around a point: paper around strong colours; the full colour around faint ones, to keep 3 : 1. */
export function rimOf(layer, palette) {
  const rim = ({ token, strength }, plain) => (strength < FAINT ? (palette[token] ?? plain) : palette.paper);
  return byCategory(layer, palette, rim, () => palette.paper);
}

/** The colour around a surface: always at full strength. */
export function edgeOf(layer, palette) {
  return byCategory(
    layer,
    palette,
    ({ token }, plain) => palette[token] ?? plain,
    (plain) => plain,
  );
}

function byCategory(layer, palette, choose, rest) {
  const plain = palette[layer.token] ?? palette["t-territory"];
  if (!layer.field || layer.categories.length === 0) return rest(plain);
  const cases = layer.categories.flatMap((category) => [category.value, choose(category, plain)]);
  return ["match", ["to-string", ["get", layer.field]], ...cases, rest(plain)];
}
