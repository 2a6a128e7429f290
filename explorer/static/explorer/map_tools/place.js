/** Where the person is, asked of the browser, with a word for every way it can fail. */

const FAULTS = { 1: "refused", 2: "unknown", 3: "late" };
const PATIENCE_MS = 15_000;

/** Answer `{ place: [longitude, latitude], accuracy }` in metres, or `{ fault }`: `refused`, `unknown` or `late`. */
export function whereAmI(geolocation = navigator.geolocation, isSecure = isSecureContext) {
  if (!geolocation || !isSecure) return Promise.resolve({ fault: "unknown" });
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => resolve({ place: [longitude, latitude], accuracy }),
      ({ code }) => resolve({ fault: FAULTS[code] ?? FAULTS[2] }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 0 },
    );
  });
}

/** Answer whether the person already lets this site know where they are, so that asking shows no question. */
export function isAllowed(permissions = navigator.permissions) {
  return Promise.resolve(permissions?.query({ name: "geolocation" })).then(
    (answer) => answer?.state === "granted",
    () => false,
  );
}
