/** What is drawn otherwise than it is online and asked: versions, and the sides of the divider. Pure: no DOM, no map. */

const SWIPE = /^([^:]+):(\d{1,3})(?::([^:]+))?$/;
const SIDE = /^[a-z0-9-]+(?:@(?:v\d{1,9}|(?!\.\.$)[0-9-]{0,10}\.\.[0-9-]{0,10}))?$/;
const VERSION = /^([a-z0-9-]+):(\d{1,9})$/;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Read the versions drawn instead of what is online, by layer. */
export function readVersions(parameters) {
  return Object.fromEntries(parameters.getAll("version").flatMap(readVersion));
}

function readVersion(text) {
  const match = VERSION.exec(text);
  return match ? [[match[1], Number(match[2])]] : [];
}

/** Read `side:percent` or `side:percent:side` as a divider, or null; a side is `layer`, `layer@v2` or `layer@from..to`. */
export function readSwipe(text) {
  const match = SWIPE.exec(text);
  if (!match || Number(match[2]) > 100) return null;
  if (![match[1], match[3] ?? match[1]].every((side) => SIDE.test(side))) return null;
  return { left: match[1], percent: Number(match[2]), right: match[3] ?? "" };
}

/** The layer of a side of the divider. */
export const layerOfSide = (side) => side.split("@")[0];

const swipeText = ({ left, percent, right }) =>
  [left, percent, right].filter((part) => part !== "").join(":");

/** Add to an address which versions are drawn, and what the divider compares. */
export function writeVariants(parameters, { versions = {}, swipe }) {
  for (const [slug, number] of Object.entries(versions)) parameters.append("version", `${slug}:${number}`);
  if (swipe) parameters.set("rideau", swipeText(swipe));
}

/** Whether other versions are drawn, or others sides compared, wherever the divider is. */
export function hasOtherVariants({ before, after }) {
  const sides = ({ versions = {}, swipe }) => [versions, swipe?.left, swipe?.right];
  return !same(sides(before), sides(after));
}
