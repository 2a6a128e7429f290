/** Coordinates as people write them, read into a point. Text in, numbers and the word of a fault out. */

/** @import {LonLat} from "../map_state/state.js" */
/** @import {PlanePoint, PlaneSystem} from "./projections.js" */
/** @import {Sentence} from "./tool-kinds.js" */

/**
 * What is read: a point, or one in metres of a projection, or the word of a fault: `empty`, `unreadable`, `range` (degrees
 * that do not exist), `nowhere` (metres outside France).
 *
 * @typedef {"empty" | "unreadable" | "range" | "nowhere"} Fault
 * @typedef {{ system: "wgs84" | "dms", point: LonLat, fault?: undefined }} Degrees
 * @typedef {{ system: PlaneSystem, plane: PlanePoint, fault?: undefined }} Metres
 */

/** @type {Record<string, number>} */
const SIGNS = { N: 1, S: -1, E: 1, O: -1, W: -1 };
const NUMBER = String.raw`[-+]?\d+(?:[.,]\d+)?`;
const GROUPED = /^([-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?)[ ;,/]+([-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?)$/;
const ANGLE = String.raw`(${NUMBER})\s*°\s*(?:(${NUMBER})\s*['′]\s*)?(?:(${NUMBER})\s*["″]\s*)?`;
const LETTER = "([NSEOW])?";
const LETTER_FIRST = new RegExp(`${LETTER} ?${ANGLE}()`, "gi");
const LETTER_LAST = new RegExp(`()${ANGLE}${LETTER}`, "gi");
// Where plane coordinates of France can be, in metres: no two of these boxes meet.
/** @type {Record<PlaneSystem, [west: number, south: number, east: number, north: number]>} */
const PLANES = {
  lambert93: [0, 6_000_000, 1_300_000, 7_200_000],
  cc49: [1_000_000, 8_000_000, 2_400_000, 8_500_000],
};

/**
 * Read coordinates.
 *
 * @param {string} text
 * @returns {Degrees | Metres | { fault: Fault }}
 */
export function readCoordinates(text) {
  const plain = normalised(text);
  if (!plain) return { fault: "empty" };
  if (plain.includes("°")) return readAngles(plain);
  const numbers = readNumbers(plain);
  if (!numbers) return { fault: "unreadable" };
  if (numbers.values.every((value) => Math.abs(value) <= 180)) return readDegrees(numbers);
  return readPlane(numbers.values);
}

/** @param {string} text */
function normalised(text) {
  return text
    .trim()
    .replace(/[\u00a0\u202f\s]+/g, " ")
    .replace(/[º˚]/g, "°")
    .replace(/['’]{2}|[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[()[\]]/g, "")
    .replace(/\b(?:lat(?:itude)?|lon(?:g(?:itude)?)?|x|y)\s*[:=]\s*/gi, "");
}

/** @param {string} text */
const toNumber = (text) => Number(text.replaceAll(" ", "").replace(",", "."));

/** @param {string} text */
function readNumbers(text) {
  const letters = [...text.matchAll(/[NSEOW]/gi)].map(([letter]) => letter.toUpperCase());
  const bare = text
    .replace(/[NSEOW]/gi, " ")
    .replace(/ +/g, " ")
    .replaceAll(" ,", ",")
    .trim();
  const grouped = GROUPED.exec(bare);
  const words = grouped ? grouped.slice(1) : twoWords(bare);
  if (words.length !== 2 || ![0, 2].includes(letters.length)) return null;
  const [first, second] = words.map(toNumber);
  /** @type {[number, number]} */
  const values = [first, second];
  return values.every(Number.isFinite) ? { values, letters } : null;
}

/** @param {string} text */
function twoWords(text) {
  const words = text.split(/ ?; ?|, | \/ | /).map((word) => word.replace(/,$/, ""));
  if (words.length !== 1) return words;
  const parts = words[0].split(",");
  return parts.length === 4 ? [parts.slice(0, 2).join("."), parts.slice(2).join(".")] : parts;
}

/**
 * Degrees: letters decide which is which; else the ranges of France; else latitude first, as people write.
 *
 * @param {{ values: [number, number], letters: string[] }} numbers
 * @returns {Degrees | { fault: Fault }}
 */
function readDegrees({ values: [first, second], letters }) {
  const [one, other] = letters.length
    ? [Math.abs(first) * SIGNS[letters[0]], Math.abs(second) * SIGNS[letters[1]]]
    : [first, second];
  const isLongitudeFirst = letters.length ? "EOW".includes(letters[0]) : looksLongitudeFirst(first, second);
  if (letters.length && "EOW".includes(letters[0]) === "EOW".includes(letters[1]))
    return { fault: "unreadable" };
  const [longitude, latitude] = isLongitudeFirst ? [one, other] : [other, one];
  const isOnEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return isOnEarth ? { system: "wgs84", point: [longitude, latitude] } : { fault: "range" };
}

/** @param {number} first @param {number} second */
function looksLongitudeFirst(first, second) {
  /** @param {number} value */
  const isLatitude = (value) => value > 41 && value < 52;
  return !isLatitude(first) && isLatitude(second) ? true : Math.abs(first) > 90;
}

/** @param {string} text @returns {Degrees | { fault: Fault }} */
function readAngles(text) {
  const pattern = /^[NSEOW]/i.test(text) ? LETTER_FIRST : LETTER_LAST;
  const angles = [...text.matchAll(pattern)];
  const rest = text.replace(pattern, "").replace(/[\s,;/]/g, "");
  if (angles.length !== 2 || rest) return { fault: "unreadable" };
  const letters = angles
    .map(([, before, , , , after]) => (after || before || "").toUpperCase())
    .filter(Boolean);
  const parts = angles.map(([, , ...numbers]) =>
    numbers.slice(0, 3).map((number) => toNumber(number ?? "0")),
  );
  if (letters.length === 1 || parts.some(([, minutes, seconds]) => minutes >= 60 || seconds >= 60))
    return { fault: letters.length === 1 ? "unreadable" : "range" };
  const [first, second] = parts.map(([degrees, minutes, seconds]) => {
    const sign = degrees < 0 || Object.is(degrees, -0) ? -1 : 1;
    return sign * (Math.abs(degrees) + minutes / 60 + seconds / 3600);
  });
  const read = readDegrees({ values: [first, second], letters });
  return read.fault ? read : { ...read, system: "dms" };
}

/** @param {[number, number]} numbers @returns {Metres | { fault: Fault }} */
function readPlane([first, second]) {
  for (const system of /** @type {PlaneSystem[]} */ (Object.keys(PLANES))) {
    const [west, south, east, north] = PLANES[system];
    for (const [x, y] of [
      [first, second],
      [second, first],
    ])
      if (x >= west && x <= east && y >= south && y <= north) return { system, plane: [x, y] };
  }
  return { fault: "nowhere" };
}

/**
 * Write a point as `latitude, longitude` in degrees to about a metre, with a point: people paste it elsewhere.
 *
 * @param {LonLat} point
 */
export function writeDegrees([longitude, latitude]) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/**
 * Write a point in degrees, minutes and seconds to the tenth: `48°48′18,0″ N 2°13′51,6″ E`.
 *
 * @param {LonLat} point
 */
export function writeAngles([longitude, latitude]) {
  return `${angle(latitude, "N", "S")} ${angle(longitude, "E", "O")}`;
}

/** @param {number} value @param {string} positive @param {string} negative */
function angle(value, positive, negative) {
  const tenths = Math.round(Math.abs(value) * 36_000);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0").replace(".", ",");
  const minutes = String(Math.floor(tenths / 600) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 36_000)}°${minutes}′${seconds}″\u00a0${value < 0 ? negative : positive}`;
}

/**
 * Write plane coordinates in whole metres: `644 452, 6 856 203`, with narrow spaces.
 *
 * @param {PlanePoint} plane
 * @param {string} [language]
 */
export function writePlane(plane, language = "fr-FR") {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  return plane.map((value) => format.format(value)).join(", ");
}

const LONG_ENOUGH = 14;

/**
 * Read what is typed, to be said back before anything moves. A short text that cannot be read yet is no fault.
 *
 * @param {string} text
 * @param {Sentence} sentence
 * @param {{ isWhole?: boolean }} [options] - the person has said it is all
 * @returns {Promise<{ text: string, isFault: boolean, point?: LonLat }>}
 */
export async function interpretCoordinates(text, sentence, { isWhole = false } = {}) {
  const read = readCoordinates(text);
  if (read.fault !== undefined) {
    const isFault = isWhole || (read.fault !== "empty" && text.length > LONG_ENOUGH);
    return { text: isFault ? sentence(`fault.${read.fault}`) : "", isFault };
  }
  const point =
    "point" in read ? read.point : (await import("./plane.js")).plane.from(read.system, read.plane);
  const values = { given: readText(read, point), place: writeDegrees(point) };
  return { point, text: sentence(`read.${read.system}`, values), isFault: false };
}

/** @param {Degrees | Metres} read @param {LonLat} point */
function readText(read, point) {
  if ("plane" in read) return writePlane(read.plane, document.documentElement.lang);
  return read.system === "dms" ? writeAngles(point) : writeDegrees(point);
}
