/** Which rows of a long table are on screen, how high its drawer is, and where keys lead. Pure: no DOM. */

/**
 * @typedef {object} Scroll what is on screen of the table
 * @property {number} scrollTop - pixels
 * @property {number} height
 * @property {number} rowHeight
 * @property {number} count - rows
 * @property {number} [extra] - rows drawn beyond each edge
 *
 * @typedef {{ row: number, column: number }} Cell
 */

/** Browsers lay out nothing reliable much taller: beyond, the scroll bar stands for the rows in proportion. */
export const TALLEST_PX = 12_000_000;

/**
 * How tall the space of all rows is.
 *
 * @param {number} count
 * @param {number} rowHeight
 */
export function spaceHeight(count, rowHeight) {
  return Math.min(count * rowHeight, TALLEST_PX);
}

/**
 * The rows to draw for a place of the scroll bar: `first` and `last` (not included), and `shift`, how many pixels the
 * rows are drawn below their own place because the scroll bar is shorter than they are.
 *
 * @param {Scroll} scroll
 */
export function windowOf({ scrollTop, height, rowHeight, count, extra = 6 }) {
  const whole = count * rowHeight;
  const space = spaceHeight(count, rowHeight);
  const reach = Math.max(1, space - height);
  const top = whole <= space ? scrollTop : (Math.min(scrollTop, reach) / reach) * (whole - height);
  const seen = Math.max(0, Math.floor(top / rowHeight));
  return {
    seen,
    first: Math.max(0, seen - extra),
    last: Math.min(count, Math.ceil((top + height) / rowHeight) + extra),
    shift: scrollTop - top,
  };
}

/**
 * Where to scroll so that a row is whole in a view of `height` pixels that starts at `scrollTop`.
 *
 * @param {number} row
 * @param {Scroll} scroll
 */
export function scrollFor(row, { scrollTop, height, rowHeight, count }) {
  const whole = count * rowHeight;
  const space = spaceHeight(count, rowHeight);
  const ratio = whole <= space ? 1 : (space - height) / (whole - height);
  const top = scrollTop / ratio;
  if (row * rowHeight < top) return row * rowHeight * ratio;
  if ((row + 1) * rowHeight > top + height) return ((row + 1) * rowHeight - height) * ratio;
  return scrollTop;
}

/** @param {number} value @param {number} most */
const clamp = (value, most) => Math.max(0, Math.min(value, most));

/**
 * The cell that a key leads to, or null for any other key; `page` is how many rows a page holds. `isQuarter` makes pages a
 * quarter of the table.
 *
 * @param {{ key: string, isFar?: boolean, isQuarter?: boolean }} press
 * @param {Cell} cell
 * @param {{ rows: number, columns: number, page: number }} size
 * @returns {Cell | null}
 */
export function cellAfter({ key, isFar, isQuarter }, { row, column }, { rows, columns, page }) {
  const [lastRow, lastColumn] = [rows - 1, columns - 1];
  const step = isQuarter ? Math.max(page, Math.round(rows / 4)) : page;
  /** @type {Record<string, [row: number, column: number]>} */
  const places = {
    ArrowUp: [isFar ? 0 : row - 1, column],
    ArrowDown: [isFar ? lastRow : row + 1, column],
    ArrowLeft: [row, isFar ? 0 : column - 1],
    ArrowRight: [row, isFar ? lastColumn : column + 1],
    PageUp: [row - step, column],
    PageDown: [row + step, column],
    Home: [isFar ? 0 : row, 0],
    End: [isFar ? lastRow : row, lastColumn],
  };
  if (!Object.hasOwn(places, key)) return null;
  const [nextRow, nextColumn] = places[key];
  return { row: clamp(nextRow, lastRow), column: clamp(nextColumn, lastColumn) };
}

const [LOW, HIGH, STEP] = [20, 85, 5];

/**
 * A height of the drawer in percent of the page, kept in its bounds.
 *
 * @param {number} percent
 */
export function bounded(percent) {
  return Math.min(HIGH, Math.max(LOW, Math.round(percent)));
}

/**
 * The height of the drawer that a key leads to, or null for any other key.
 *
 * @param {string} key
 * @param {number} percent
 */
export function heightAfter(key, percent) {
  const places = new Map([
    ["ArrowUp", percent + STEP],
    ["ArrowDown", percent - STEP],
    ["Home", LOW],
    ["End", HIGH],
  ]);
  const place = places.get(key);
  return place === undefined ? null : bounded(place);
}
