/** Typed coordinates, understood and said back before anything moves. */
import { readCoordinates, writeAngles, writeDegrees, writePlane } from "./coordinates.js";

const LONG_ENOUGH = 14;

/**
 * Read what is typed: `{ place, text }`, or `{ text, isFault }`. A short text that cannot be read yet is no fault,
 * unless `isGiven`: the person has said it is all.
 */
export async function understand(text, say, { isGiven = false } = {}) {
  const read = readCoordinates(text);
  if (read.fault) {
    const isFault = isGiven || (read.fault !== "empty" && text.length > LONG_ENOUGH);
    return { text: isFault ? say(`fault.${read.fault}`) : "", isFault };
  }
  const place = read.place ?? (await import("./plane.js")).plane.from(read.system, read.plane);
  return {
    place,
    text: say(`read.${read.system}`, { given: written(read, place), place: writeDegrees(place) }),
  };
}

function written({ system, plane }, place) {
  if (plane) return writePlane(plane, document.documentElement.lang);
  return system === "dms" ? writeAngles(place) : writeDegrees(place);
}
