/** What the map frames around a person. Pure: places in degrees, metres, a box out. */

const DEGREE_M = 111_320;
const RING = 12;
const TOO_FAR_M = 20_000; // out of the territory: what was found is framed, and not the way to it

/** The box (west, south, east, north) of a circle of `radius` metres. */
export function circleBox([longitude, latitude], radius) {
  const north = radius / DEGREE_M;
  const east = north / Math.cos((latitude * Math.PI) / 180);
  return [longitude - east, latitude - north, longitude + east, latitude + north];
}

/** The box of the circle, and of the nearest place where it is beyond; that of this place alone when it is far away. */
export function boxToFrame(centre, radius, nearest) {
  const box = circleBox(centre, radius);
  if (!nearest) return box;
  const [west, south, east, north] = circleBox(centre, TOO_FAR_M);
  const [longitude, latitude] = nearest;
  if (longitude < west || longitude > east || latitude < south || latitude > north)
    return circleBox(nearest, radius);
  const away = Math.hypot(longitude - centre[0], latitude - centre[1]) * DEGREE_M;
  const around = circleBox(nearest, away / RING); // its ring is seen whole
  return [0, 1, 2, 3].map((edge) => (edge < 2 ? Math.min : Math.max)(box[edge], around[edge]));
}
