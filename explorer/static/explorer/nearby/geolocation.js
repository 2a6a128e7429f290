/** Where the person is, asked of the browser, with a word for every way it can fail. */

/** @import {LonLat} from "../map_state/state.js" */

/** @typedef {"refused" | "unknown" | "late"} Fault */
/** @typedef {{ point: LonLat, accuracy: number, fault?: undefined } | { fault: Fault }} Location `accuracy` in metres */

const FAULTS = new Map(
  /** @type {[number, Fault][]} */ ([
    [1, "refused"],
    [2, "unknown"],
    [3, "late"],
  ]),
);
const TIMEOUT_MS = 15_000;

/**
 * Ask the browser where the person is.
 *
 * @param {Pick<Geolocation, "getCurrentPosition"> | null} [geolocation]
 * @param {boolean} [isSecure] - whether the page may ask
 * @returns {Promise<Location>}
 */
export function locate(geolocation = navigator.geolocation, isSecure = isSecureContext) {
  if (!geolocation || !isSecure) return Promise.resolve({ fault: "unknown" });
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => resolve({ point: [longitude, latitude], accuracy }),
      ({ code }) => resolve({ fault: FAULTS.get(code) ?? "unknown" }),
      { enableHighAccuracy: true, timeout: TIMEOUT_MS, maximumAge: 0 },
    );
  });
}

/**
 * Answer whether the person already lets this site know where they are, so that asking shows no question.
 *
 * @param {Permissions | undefined} [permissions]
 */
export function isAllowed(permissions = navigator.permissions) {
  return Promise.resolve(permissions?.query({ name: "geolocation" })).then(
    (answer) => answer?.state === "granted",
    () => false,
  );
}
