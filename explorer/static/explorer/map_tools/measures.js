/** Lengths, areas and scales as people read them. Pure: metres and square metres in, words out. */

const HECTARE_M2 = 10_000;
const KILOMETRE_M = 1_000;
const SHORT_M = 100;
const EARTH_M = 2 * Math.PI * 6_378_137;
const TILE_PX = 512;
const PIXEL_M = 0.0254 / 96; // a CSS pixel on paper

/** @param {number} value @param {number} digits @param {string} language */
const written = (value, digits, language) =>
  new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);

/**
 * Write a length: decimetres under 100 m, metres under a kilometre, then kilometres.
 *
 * @param {number} metres
 * @param {string} [language]
 */
export function lengthText(metres, language = "fr-FR") {
  const tenth = Math.round(metres * 10) / 10;
  if (tenth < SHORT_M) return `${written(tenth, 1, language)}\u00a0m`;
  if (Math.round(metres) < KILOMETRE_M) return `${written(Math.round(metres), 0, language)}\u00a0m`;
  return `${written(metres / KILOMETRE_M, 2, language)}\u00a0km`;
}

/**
 * Metres between two places in degrees, on the plane of their latitude: near enough for a territory.
 *
 * @param {[longitude: number, latitude: number]} from
 * @param {[longitude: number, latitude: number]} to
 */
export function metresBetween([fromLongitude, fromLatitude], [toLongitude, toLatitude]) {
  const narrowing = Math.cos((((fromLatitude + toLatitude) / 2) * Math.PI) / 180);
  const degrees = Math.hypot((toLongitude - fromLongitude) * narrowing, toLatitude - fromLatitude);
  return (degrees / 360) * EARTH_M;
}

/**
 * Write an area: square metres under a hectare, then hectares.
 *
 * @param {number} squareMetres
 * @param {string} [language]
 */
export function areaText(squareMetres, language = "fr-FR") {
  if (Math.round(squareMetres) < HECTARE_M2)
    return `${written(Math.round(squareMetres), 0, language)}\u00a0m²`;
  return `${written(squareMetres / HECTARE_M2, 2, language)}\u00a0ha`;
}

/**
 * Write square metres whole, whatever the size.
 *
 * @param {number} squareMetres
 * @param {string} [language]
 */
export function squareMetresText(squareMetres, language = "fr-FR") {
  return `${written(Math.round(squareMetres), 0, language)}\u00a0m²`;
}

/**
 * Metres under one CSS pixel of the map at a latitude, at a MapLibre zoom.
 *
 * @param {number} zoom
 * @param {number} latitude
 */
export function metresPerPixel(zoom, latitude) {
  return (EARTH_M * Math.cos((latitude * Math.PI) / 180)) / (TILE_PX * 2 ** zoom);
}

/**
 * The N of 1:N when the map is on paper at 96 CSS pixels an inch.
 *
 * @param {number} zoom
 * @param {number} latitude
 */
export function scaleOf(zoom, latitude) {
  return metresPerPixel(zoom, latitude) / PIXEL_M;
}

/**
 * The zoom at which the map on paper is at 1:`scale`.
 *
 * @param {number} scale
 * @param {number} latitude
 */
export function zoomOf(scale, latitude) {
  return Math.log2((EARTH_M * Math.cos((latitude * Math.PI) / 180)) / (TILE_PX * scale * PIXEL_M));
}

/**
 * The longest round length (1, 2 or 5 and zeros) that fits in `width` pixels: `{ metres, pixels }`.
 *
 * @param {number} resolution - metres under a pixel
 * @param {number} width
 */
export function scaleBar(resolution, width) {
  const longest = resolution * width;
  const power = 10 ** Math.floor(Math.log10(longest));
  const metres = ([5, 2].find((step) => step * power <= longest) ?? 1) * power;
  return { metres, pixels: metres / resolution };
}

/**
 * A scale rounded to two figures, written `1 : 25 000`.
 *
 * @param {number} scale
 * @param {string} [language]
 */
export function scaleText(scale, language = "fr-FR") {
  return `1\u00a0:\u00a0${new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(scale)}`;
}
