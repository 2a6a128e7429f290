/** Colours of charts: names of design tokens in a specification, replaced by what the style sheet says. Pure. */

/**
 * A specification of Vega-Lite as the server writes it; `usermeta.columns` says that charts are small ones side by side,
 * `usermeta.ends` where names beside bars begin to differ.
 *
 * @typedef {{
 *   height?: number | { step: number },
 *   usermeta?: { columns?: number, ends?: Record<string, number> },
 *   config?: { axis?: { labelLimit?: number } & Record<string, unknown> } & Record<string, unknown>,
 *   facet?: Facet,
 *   spec?: { height: number } & Record<string, unknown>,
 *   layer?: SpecificationLayer[],
 * } & Record<string, unknown>} Specification
 */
/** @typedef {{ sort?: string[], header?: object } & Record<string, unknown>} Facet */
/**
 * @typedef {{
 *   mark?: { type?: string },
 *   encoding?: {
 *     color?: { legend?: unknown } & Record<string, unknown>,
 *     y?: { title?: unknown, axis?: object, sort?: string[] } & Record<string, unknown>,
 *   } & Record<string, unknown>,
 * } & Record<string, unknown>} SpecificationLayer
 */

const REFERENCE = /^token:([a-z0-9-]+)(?:\*(\d{1,3}))?$/;
const DATA = new Set(["data", "datasets"]);

/**
 * Return a specification whose names of tokens are colours; its data are left alone.
 *
 * @template T
 * @param {T} part a specification of Vega-Lite, or a part of it
 * @param {(name: string) => string} read the colour of a token as `#rrggbb`, empty for an unknown one
 * @returns {T}
 */
export function coloured(part, read) {
  if (typeof part === "string") return /** @type {T} */ (colour(part, read));
  if (Array.isArray(part)) return /** @type {T} */ (part.map((item) => coloured(item, read)));
  if (part === null || typeof part !== "object") return part;
  const entries = Object.entries(part).map(([name, value]) => [
    name,
    DATA.has(name) ? value : coloured(value, read),
  ]);
  return Object.fromEntries(entries);
}

/** @param {string} text @param {(name: string) => string} read */
function colour(text, read) {
  const [, name, percent] = REFERENCE.exec(text) ?? [];
  const over = name && read(name);
  if (!over) return text;
  return percent === undefined ? over : mixed(over, read("paper"), Math.min(Number(percent), 100));
}

/**
 * @param {string} over
 * @param {string} under
 * @param {number} percent
 */
function mixed(over, under, percent) {
  const pairs = [0, 1, 2].map((index) => [channel(over, index), channel(under, index)]);
  const parts = pairs.map(([top, bottom]) => Math.round((top * percent + bottom * (100 - percent)) / 100));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/**
 * Return red, green or blue of `#rgb` or `#rrggbb`.
 *
 * @param {string} text
 * @param {number} index
 */
function channel(text, index) {
  const digits = text.slice(1);
  if (digits.length === 3) return Number.parseInt(digits[index].repeat(2), 16);
  return Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
}

const GAP = 20;
const AXIS = 44;
const NARROW = 420;
const LEAST = 60;
const LOWEST = 96;
const LOWEST_SMALL = 48;
const CHARACTER = 6.6; // of the name of a small chart, on average
const LEAST_HEAD = 4; // letters of the beginning of a name that are worth reading
const NAME_SMALL = 11; // pixels of the letters of names that would be cut
const NAMES = 0.4; // of the width, at most, for the names of bars
const LONGEST = 360; // pixels of a name of a bar in a wide panel
const TWO_LINES = 32; // pixels of a bar beside which a name has two lines
const THICKEST = 56; // pixels of a bar across: thicker ones look like walls

/**
 * Return a specification for a panel of a width in pixels.
 *
 * Small multiples have no width of their own in Vega-Lite: each gets its part, and less of them stand side by side on a
 * phone. Their own legend is left out, since the page has one. `more` is how much higher the chart may be than the
 * server thought: less where it is below zero.
 *
 * @param {Specification} specification
 * @param {number} width
 * @param {number} [more]
 * @returns {Specification & { width?: number, columns?: number }}
 */
export function sized(specification, width, more = 0) {
  const chart = withNarrowNames(withoutLegend(specification), width);
  const columns = specification.usermeta?.columns;
  if (!columns && typeof chart.height !== "number") return { ...named(chart, 0), width };
  if (!columns) {
    const height = Math.max(Number(chart.height) + more, LOWEST);
    return { ...withSpreadBars(named(chart, height), height), width, height };
  }
  const names = chart.facet?.sort ?? [];
  const count = width < NARROW ? columnsOnPhone(names, columns, width) : columns;
  return { ...chart, columns: count, ...smallCharts(chart, { count, part: partOf(width, count), more }) };
}

/** @param {number} width @param {number} count */
const partOf = (width, count) => Math.max(Math.floor((width - AXIS) / count) - GAP, LEAST);

/**
 * Two small charts side by side, one where a name would be cut: names that begin alike would read alike.
 *
 * @param {string[]} names
 * @param {number} columns
 * @param {number} width
 */
function columnsOnPhone(names, columns, width) {
  return longestOf(names) > partOf(width, 2) + GAP ? 1 : Math.min(columns, 2);
}

/** @param {string[]} names */
const longestOf = (names) => Math.max(0, ...names.map((name) => name.length)) * CHARACTER;

/**
 * Small charts of a part of the width, whose names stay within it; `more`, where it is below zero, is taken from all rows.
 *
 * @param {Specification} specification
 * @param {{ count: number, part: number, more: number }} room
 */
function smallCharts({ facet = {}, spec }, { count, part, more }) {
  const rows = Math.ceil((facet.sort?.length ?? count) / count);
  const height = Math.max((spec?.height ?? 0) + Math.floor(more / rows), LOWEST_SMALL);
  const isLong = longestOf(facet.sort ?? []) > part;
  const header = { ...facet.header, labelLimit: part + GAP, ...(isLong && { labelFontSize: NAME_SMALL }) };
  return { facet: { ...facet, header }, spec: { ...spec, width: part, height } };
}

/**
 * @param {Specification} specification
 * @param {number} width
 * @returns {Specification}
 */
function withNarrowNames(specification, width) {
  const axis = specification.config?.axis;
  if (!axis?.labelLimit) return specification;
  const labelLimit = Math.min(LONGEST, Math.round(width * NAMES));
  return { ...specification, config: { ...specification.config, axis: { ...axis, labelLimit } } };
}

/**
 * Names beside bars that their axis would cut: on two lines where the bars are high enough; else those that begin alike
 * keep the end by which they differ, and lose their middle.
 *
 * @param {Specification} specification
 * @param {number} height of the chart, 0 where its bars have a height of their own
 * @returns {Specification}
 */
function named(specification, height) {
  const names = namesBesideBars(specification);
  const letters = Math.floor(
    (specification.config?.axis?.labelLimit ?? Number.POSITIVE_INFINITY) / CHARACTER,
  );
  const ends = specification.usermeta?.ends ?? {};
  const isHigh = names.length > 0 && height / names.length >= TWO_LINES;
  const cut = [...new Set([...names, ...Object.keys(ends)])].filter((name) => name.length > letters);
  if (!cut.length) return specification;
  const written = cut.map((name) => {
    const lines = isHigh ? twoLines(name, letters) : null;
    return [name, lines ?? shortName(name, ends[name] ?? 0, letters)];
  });
  const labelExpr = `${JSON.stringify(Object.fromEntries(written))}[datum.label] || datum.label`;
  const layer = specification.layer?.map((part) => {
    const { y } = part.encoding ?? {};
    if (!y || !("title" in y)) return part;
    return { ...part, encoding: { ...part.encoding, y: { ...y, axis: { ...y.axis, labelExpr } } } };
  });
  return { ...specification, ...(layer ? { layer } : {}) };
}

/** @param {Specification} specification */
function namesBesideBars(specification) {
  const orders = (specification.layer ?? []).map(({ encoding }) => encoding?.y?.sort);
  return orders.find((sort) => Array.isArray(sort)) ?? [];
}

/**
 * The two lines of a name, of some letters each; null where they do not hold it.
 *
 * @param {string} name
 * @param {number} letters
 */
function twoLines(name, letters) {
  const words = name.split(" ");
  const fits = (/** @type {string[]} */ part) => part.join(" ").length <= letters;
  const count = words.findLastIndex((_word, index) => fits(words.slice(0, index + 1))) + 1;
  const rest = words.slice(count);
  return count && rest.length && fits(rest) ? [words.slice(0, count).join(" "), rest.join(" ")] : null;
}

/**
 * Bars across of a high chart, apart from each other rather than thicker.
 *
 * @param {Specification} specification
 * @param {number} height
 * @returns {Specification}
 */
function withSpreadBars(specification, height) {
  const hasBars = specification.layer?.some(({ mark }) => mark?.type === "bar");
  const count = hasBars ? namesBesideBars(specification).length : 0;
  const step = count ? height / count : 0;
  if (step <= THICKEST) return specification;
  const bandPaddingInner = 1 - THICKEST / step;
  const scale = { bandPaddingInner, bandPaddingOuter: bandPaddingInner / 2 };
  return { ...specification, config: { ...specification.config, scale } };
}

/**
 * A name of some letters, its middle left out before the `end` by which it differs from others.
 *
 * @param {string} name
 * @param {number} end
 * @param {number} letters
 */
export function shortName(name, end, letters) {
  if (name.length <= letters || !end) return name;
  const tail = name.slice(end);
  const room = letters - tail.length - 2;
  return room >= LEAST_HEAD ? `${name.slice(0, room).trimEnd()}… ${tail}` : `…${tail}`;
}

/** @param {Specification} specification @returns {Specification} */
function withoutLegend(specification) {
  const config = { ...specification.config, legend: { disable: true } };
  const layer = specification.layer?.map((part) =>
    part.encoding?.color?.legend
      ? { ...part, encoding: { ...part.encoding, color: { ...part.encoding.color, legend: null } } }
      : part,
  );
  return { ...specification, config, ...(layer ? { layer } : {}) };
}
