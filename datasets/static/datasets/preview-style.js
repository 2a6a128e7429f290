/** How the small map is drawn, and what it must show. Pure: palette or features in, values out. */

/** Style layers from the ground to the points, coloured by the property `change` when there is one. */
export function layersOf(palette) {
  const colour = [
    "match",
    ["get", "change"],
    "added",
    palette.ok,
    "changed",
    palette.warn,
    "removed",
    palette.bad,
    palette.brand,
  ];
  const isOf = (kind) => ["==", ["geometry-type"], kind];
  return [
    { id: "sea", type: "background", paint: { "background-color": palette["paper-3"] } },
    { id: "ground", type: "fill", source: "ground", paint: { "fill-color": palette["paper-2"] } },
    { id: "limits", type: "line", source: "ground", paint: { "line-color": palette["line-2"] } },
    {
      id: "surfaces",
      type: "fill",
      source: "features",
      filter: isOf("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": 0.4 },
    },
    {
      id: "lines",
      type: "line",
      source: "features",
      filter: ["!", isOf("Point")],
      paint: { "line-color": colour, "line-width": 2 },
    },
    {
      id: "points",
      type: "circle",
      source: "features",
      filter: isOf("Point"),
      paint: {
        "circle-color": colour,
        "circle-radius": 5,
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 1.5,
      },
    },
  ];
}

/** Smallest box around the features, as [west, south, east, north]; null when they have no position. */
export function boundsOf({ features }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of features) if (geometry) widen(box, geometry.coordinates ?? []);
  return box[0] <= box[2] ? box : null;
}

function widen(box, part) {
  if (typeof part[0] !== "number") {
    for (const inner of part) widen(box, inner);
    return;
  }
  const [x, y] = part;
  box[0] = Math.min(box[0], x);
  box[1] = Math.min(box[1], y);
  box[2] = Math.max(box[2], x);
  box[3] = Math.max(box[3], y);
}
