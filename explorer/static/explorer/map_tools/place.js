/** Where the person is, asked of the browser, with a word for every way it can fail. */

const FAULTS = { 1: "locate.refused", 2: "locate.unknown", 3: "locate.late" };
const PATIENCE_MS = 15_000;

/** Answer `{ place: [longitude, latitude], accuracy }` in metres, or `{ fault }`, a key of the tools' sentences. */
export function whereAmI(geolocation = navigator.geolocation) {
  if (!geolocation) return Promise.resolve({ fault: "locate.unknown" });
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude, accuracy } }) => resolve({ place: [longitude, latitude], accuracy }),
      ({ code }) => resolve({ fault: FAULTS[code] ?? FAULTS[2] }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 10_000 },
    );
  });
}
