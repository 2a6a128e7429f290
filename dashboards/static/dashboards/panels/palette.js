/** Colours of charts: names of design tokens in a specification, replaced by what the style sheet says. Pure. */

const REFERENCE = /^token:([a-z0-9-]+)(?:\*(\d{1,3}))?$/;
const DATA = new Set(["data", "datasets"]);

/**
 * Return a specification whose names of tokens are colours; its data are left alone.
 *
 * @param {any} part a specification of Vega-Lite, or a part of it
 * @param {(name: string) => string} read the colour of a token as `#rrggbb`, empty for an unknown one
 */
export function coloured(part, read) {
  if (typeof part === "string") return colour(part, read);
  if (Array.isArray(part)) return part.map((item) => coloured(item, read));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, DATA.has(name) ? value : coloured(value, read)]),
  );
}

function colour(text, read) {
  const found = REFERENCE.exec(text);
  const over = found && read(found[1]);
  if (!over) return text;
  return found[2] === undefined ? over : mixed(over, read("paper"), Math.min(Number(found[2]), 100));
}

function mixed(over, under, percent) {
  const pairs = [0, 1, 2].map((place) => [channel(over, place), channel(under, place)]);
  const parts = pairs.map(([top, bottom]) => Math.round((top * percent + bottom * (100 - percent)) / 100));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Return red, green or blue of `#rgb` or `#rrggbb`. */
function channel(text, place) {
  const digits = text.slice(1);
  if (digits.length === 3) return Number.parseInt(digits[place].repeat(2), 16);
  return Number.parseInt(digits.slice(2 * place, 2 * place + 2), 16);
}
