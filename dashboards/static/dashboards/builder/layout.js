/** Where panels stand on the grid of twelve columns, and where one that is held would go. Pure. */
import { COLUMNS, sizeOf } from "./document.js";

/** @import { DashboardDocument, Panel, PanelPlace, Size } from "./document.js" */

/** @typedef {{ id: string, column: number, row: number } & Size} Placed */
/** @typedef {"left" | "right" | "up" | "down"} Direction */

/**
 * The cells of the grid that panels take, as the browser places them: in order, each where it first fits.
 *
 * @param {Pick<Panel, "id" | "width" | "height">[]} panels
 * @returns {Placed[]}
 */
export function placed(panels) {
  const taken = new Set();
  /** @param {number} column @param {number} row @param {Size} size */
  const free = (column, row, { width, height }) => {
    for (let x = column; x < column + width; x += 1)
      for (let y = row; y < row + height; y += 1) if (taken.has(`${x},${y}`)) return false;
    return true;
  };
  let column = 0;
  let row = 0;
  return panels.map((panel) => {
    const size = sizeOf(panel);
    while (column + size.width > COLUMNS || !free(column, row, size)) {
      column += 1;
      if (column + size.width > COLUMNS) {
        column = 0;
        row += 1;
      }
    }
    for (let x = column; x < column + size.width; x += 1)
      for (let y = row; y < row + size.height; y += 1) taken.add(`${x},${y}`);
    const at = { id: panel.id, column, row, ...size };
    column += size.width;
    return at;
  });
}

/**
 * Where an arrow leads a panel: `{ section, rank }`, counted while it still stands where it is; null at the edge.
 * Left and right are one rank, up and down a row: past the first or last row, the section before or after.
 *
 * @param {DashboardDocument} document
 * @param {PanelPlace} place
 * @param {Direction} direction
 * @returns {PanelPlace | null}
 */
export function stepped(document, { section, rank }, direction) {
  const panels = document.sections[section].panels ?? [];
  const back = direction === "left" || direction === "up";
  if (direction === "left" || direction === "right") {
    const to = rank + (back ? -1 : 2);
    if (to >= 0 && to <= panels.length) return { section, rank: to };
    return otherSection(document, section, back);
  }
  const to = rowRank(panels, rank, back);
  return to === null ? otherSection(document, section, back) : { section, rank: to };
}

/**
 * The rank of the panel that stands over, or under, another one; null in the first, or last, row.
 *
 * @param {Panel[]} panels
 * @param {number} rank
 * @param {boolean} isUp
 * @returns {number | null}
 */
export function rowNeighbour(panels, rank, isUp) {
  const places = placed(panels);
  const own = places[rank];
  /** @param {Placed} other */
  const overlap = (other) =>
    Math.min(own.column + own.width, other.column + other.width) - Math.max(own.column, other.column);
  /** @param {Placed} other */
  const distance = (other) =>
    isUp ? own.row - (other.row + other.height) : other.row - own.row - own.height;
  const [nearest] = places
    .map((place, index) => ({ place, index }))
    .filter(({ place, index }) => index !== rank && distance(place) >= 0)
    .sort((a, b) => distance(a.place) - distance(b.place) || overlap(b.place) - overlap(a.place));
  return nearest?.index ?? null;
}

/** @param {Panel[]} panels @param {number} rank @param {boolean} isUp */
function rowRank(panels, rank, isUp) {
  const neighbour = rowNeighbour(panels, rank, isUp);
  if (neighbour === null) return null;
  return isUp ? neighbour : neighbour + 1;
}

/** @param {DashboardDocument} document @param {number} section @param {boolean} back @returns {PanelPlace | null} */
function otherSection(document, section, back) {
  const step = back ? -1 : 1;
  for (let at = section + step; at >= 0 && at < document.sections.length; at += step) {
    const { include, panels = [] } = document.sections[at];
    if (!include) return { section: at, rank: back ? panels.length : 0 };
  }
  return null;
}

/**
 * Where a panel held at a point would go among others: `{ rank, side }` from their rectangles on the screen. `side` is
 * the edge of the panel of that rank where the mark stands; `after` the last one, for the end of its row.
 *
 * @param {{ x: number, y: number }} point
 * @param {Pick<DOMRect, "left" | "right" | "top" | "bottom">[]} rectangles
 * @returns {{ rank: number, side: "before" | "after" | "none" }}
 */
export function dropRank({ x, y }, rectangles) {
  /** @type {{ distance: number, rank: number, isAfter: boolean } | null} */
  let best = null;
  for (const [rank, { left, right, top, bottom }] of rectangles.entries()) {
    const across = Math.max(left - x, 0, x - right);
    const along = Math.max(top - y, 0, y - bottom);
    // What stands on the same row counts first: a point between two panels is beside one of them.
    const distance = across + 4 * along;
    if (!best || distance < best.distance) best = { distance, rank, isAfter: x > (left + right) / 2 };
  }
  if (!best) return { rank: 0, side: "none" };
  return { rank: best.rank, side: best.isAfter ? "after" : "before" };
}

/**
 * The size that a panel has when its corner is drawn to a point; `unit` is that of one column and one row, gaps in.
 *
 * @param {{ x: number, y: number }} point
 * @param {{ left: number, top: number }} box
 * @param {{ column: number, row: number }} unit
 * @param {string} axes
 * @returns {Partial<Size>}
 */
export function sizeAt({ x, y }, { left, top }, unit, axes) {
  const width = Math.min(Math.max(Math.round((x - left) / unit.column), 1), COLUMNS);
  const height = Math.min(Math.max(Math.round((y - top) / unit.row), 1), COLUMNS);
  return { ...(axes.includes("x") ? { width } : {}), ...(axes.includes("y") ? { height } : {}) };
}
