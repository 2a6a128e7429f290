/** Coordinates as people write them, read into a place. Pure: text in, numbers and the word of a fault out. */

const SIGNS = { N: 1, S: -1, E: 1, O: -1, W: -1 };
const NUMBER = String.raw`[-+]?\d+(?:[.,]\d+)?`;
const GROUPED = /^([-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?)[ ;,/]+([-+]?\d{1,3}(?: \d{3})+(?:[.,]\d+)?)$/;
const ANGLE = String.raw`(${NUMBER})\s*°\s*(?:(${NUMBER})\s*['′]\s*)?(?:(${NUMBER})\s*["″]\s*)?`;
const LETTER = "([NSEOW])?";
const LETTER_FIRST = new RegExp(`${LETTER} ?${ANGLE}()`, "gi");
const LETTER_LAST = new RegExp(`()${ANGLE}${LETTER}`, "gi");
// Where plane coordinates of France can be, in metres: no two of these boxes meet.
const PLANES = {
  lambert93: [0, 6_000_000, 1_300_000, 7_200_000],
  cc49: [1_000_000, 8_000_000, 2_400_000, 8_500_000],
};

/**
 * Read a place: `{ system, place: [longitude, latitude] }`, or `{ system, plane: [easting, northing] }` when it is
 * plane, or `{ fault }`: `empty`, `unreadable`, `range` (degrees that do not exist), `nowhere` (metres outside France).
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

const toNumber = (text) => Number(text.replaceAll(" ", "").replace(",", "."));

function readNumbers(text) {
  const letters = [...text.matchAll(/[NSEOW]/gi)].map(([letter]) => letter.toUpperCase());
  const bare = text
    .replace(/[NSEOW]/gi, " ")
    .replace(/ +/g, " ")
    .replaceAll(" ,", ",")
    .trim();
  const grouped = GROUPED.exec(bare);
  const words = grouped ? grouped.slice(1) : twoWords(bare);
  if (words?.length !== 2 || ![0, 2].includes(letters.length)) return null;
  const values = words.map(toNumber);
  return values.every(Number.isFinite) ? { values, letters } : null;
}

function twoWords(text) {
  const words = text.split(/ ?; ?|, | \/ | /).map((word) => word.replace(/,$/, ""));
  if (words.length !== 1) return words;
  const parts = words[0].split(",");
  return parts.length === 4 ? [parts.slice(0, 2).join("."), parts.slice(2).join(".")] : parts;
}

/** Degrees: letters decide which is which; else the ranges of France; else latitude first, as people write. */
function readDegrees({ values: [first, second], letters }) {
  const values = letters.length
    ? [Math.abs(first) * SIGNS[letters[0]], Math.abs(second) * SIGNS[letters[1]]]
    : [first, second];
  const isLongitudeFirst = letters.length ? "EOW".includes(letters[0]) : looksLongitudeFirst(first, second);
  if (letters.length && "EOW".includes(letters[0]) === "EOW".includes(letters[1]))
    return { fault: "unreadable" };
  return placed("wgs84", isLongitudeFirst ? values : values.reverse());
}

function looksLongitudeFirst(first, second) {
  const isLatitude = (value) => value > 41 && value < 52;
  return !isLatitude(first) && isLatitude(second) ? true : Math.abs(first) > 90;
}

function readAngles(text) {
  const pattern = /^[NSEOW]/i.test(text) ? LETTER_FIRST : LETTER_LAST;
  const found = [...text.matchAll(pattern)];
  const rest = text.replace(pattern, "").replace(/[\s,;/]/g, "");
  if (found.length !== 2 || rest) return { fault: "unreadable" };
  const letters = found
    .map(([, before, , , , after]) => (after || before || "").toUpperCase())
    .filter(Boolean);
  const parts = found.map(([, , ...numbers]) => numbers.slice(0, 3).map((number) => toNumber(number ?? "0")));
  if (letters.length === 1 || parts.some(([, minutes, seconds]) => minutes >= 60 || seconds >= 60))
    return { fault: letters.length === 1 ? "unreadable" : "range" };
  const values = parts.map(([degrees, minutes, seconds]) => {
    const sign = degrees < 0 || Object.is(degrees, -0) ? -1 : 1;
    return sign * (Math.abs(degrees) + minutes / 60 + seconds / 3600);
  });
  const read = readDegrees({ values, letters });
  return read.fault ? read : { ...read, system: "dms" };
}

function placed(system, [longitude, latitude]) {
  const isOnEarth = Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90;
  return isOnEarth ? { system, place: [longitude, latitude] } : { fault: "range" };
}

function readPlane([first, second]) {
  for (const [system, [west, south, east, north]] of Object.entries(PLANES)) {
    for (const [x, y] of [
      [first, second],
      [second, first],
    ])
      if (x >= west && x <= east && y >= south && y <= north) return { system, plane: [x, y] };
  }
  return { fault: "nowhere" };
}

/** Write a place as `latitude, longitude` in degrees to about a metre, with a point: people paste it elsewhere. */
export function writeDegrees([longitude, latitude]) {
  return `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
}

/** Write a place in degrees, minutes and seconds to the tenth: `48°48′18,0″ N 2°13′51,6″ E`. */
export function writeAngles([longitude, latitude]) {
  return `${angle(latitude, "N", "S")} ${angle(longitude, "E", "O")}`;
}

function angle(value, positive, negative) {
  const tenths = Math.round(Math.abs(value) * 36_000);
  const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0").replace(".", ",");
  const minutes = String(Math.floor(tenths / 600) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 36_000)}°${minutes}′${seconds}″\u00a0${value < 0 ? negative : positive}`;
}

/** Write plane coordinates in whole metres: `644 452, 6 856 203`, with narrow spaces. */
export function writePlane(plane, language = "fr-FR") {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  return plane.map((value) => format.format(value)).join(", ");
}
