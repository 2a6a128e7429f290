/** Sizes of charts in the page: one chart takes the room of its panel, small ones share its width. Pure. */

const GAP = 20;
const AXIS = 44;
const NARROW = 420;
const LEAST = 60;
const LOWEST = 96;
const LOWEST_SMALL = 48;
const CHARACTER = 6.6; // of the name of a small chart, on average
const NAME_SMALL = 11; // pixels of the letters of names that would be cut
const NAMES = 0.4; // of the width, at most, for the names of bars

/**
 * Return a specification for a panel of a width in pixels.
 *
 * Small multiples have no width of their own in Vega-Lite: each gets its part, and less of them stand side by side on a
 * phone. Their own legend is left out, since the page has one. `more` is how much higher the chart may be than the
 * server thought: less where it is below zero.
 */
export function sized(specification, width, more = 0) {
  const found = withNarrowNames(withoutLegend(specification), width);
  const columns = specification.usermeta?.columns;
  if (!columns && typeof found.height !== "number") return { ...found, width };
  if (!columns) return { ...found, width, height: Math.max(found.height + more, LOWEST) };
  const names = found.facet?.sort ?? [];
  const count = width < NARROW ? columnsOnPhone(names, columns, width) : columns;
  return { ...found, columns: count, ...smallCharts(found, { count, part: partOf(width, count), more }) };
}

const partOf = (width, count) => Math.max(Math.floor((width - AXIS) / count) - GAP, LEAST);

/** Two small charts side by side, one where a name would be cut: names that begin alike would read alike. */
function columnsOnPhone(names, columns, width) {
  return longestOf(names) > partOf(width, 2) + GAP ? 1 : Math.min(columns, 2);
}

const longestOf = (names) => Math.max(0, ...names.map((name) => name.length)) * CHARACTER;

/** Small charts of a part of the width, whose names stay within it; `more`, where it is below zero, is taken from all rows. */
function smallCharts({ facet = {}, spec }, { count, part, more }) {
  const rows = Math.ceil((facet.sort?.length ?? count) / count);
  const height = Math.max(spec.height + Math.floor(more / rows), LOWEST_SMALL);
  const isLong = longestOf(facet.sort ?? []) > part;
  const header = { ...facet.header, labelLimit: part + GAP, ...(isLong && { labelFontSize: NAME_SMALL }) };
  return { facet: { ...facet, header }, spec: { ...spec, width: part, height } };
}

function withNarrowNames(specification, width) {
  const axis = specification.config?.axis;
  if (!axis?.labelLimit) return specification;
  const labelLimit = Math.min(axis.labelLimit, Math.round(width * NAMES));
  return { ...specification, config: { ...specification.config, axis: { ...axis, labelLimit } } };
}

function withoutLegend(specification) {
  const config = { ...specification.config, legend: { disable: true } };
  const layer = specification.layer?.map((part) =>
    part.encoding?.color?.legend
      ? { ...part, encoding: { ...part.encoding, color: { ...part.encoding.color, legend: null } } }
      : part,
  );
  return { ...specification, config, ...(layer ? { layer } : {}) };
}
