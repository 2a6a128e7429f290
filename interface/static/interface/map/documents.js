/** A GeoJSON document drawn on the map as it comes, without tiles. Pure: colours in, style layers out. */

/** @import { AddLayerObject, DataDrivenPropertyValueSpecification, FilterSpecification } from "maplibre-gl" */
/** @import { Palette } from "./colours.js" */

/**
 * A GeoJSON document of any shapes in one colour, or in that of an expression: surfaces, lines, then points.
 *
 * @param {string} source
 * @param {DataDrivenPropertyValueSpecification<string>} colour
 * @param {Palette} palette
 * @returns {AddLayerObject[]}
 */
export function documentLayers(source, colour, palette) {
  /** @param {string} kind @returns {FilterSpecification} */
  const isOf = (kind) => ["==", ["geometry-type"], kind];
  return [
    {
      id: `${source}:fill`,
      type: "fill",
      source,
      filter: isOf("Polygon"),
      paint: { "fill-color": colour, "fill-opacity": 0.4 },
    },
    {
      id: `${source}:line`,
      type: "line",
      source,
      filter: ["!=", ["geometry-type"], "Point"],
      paint: { "line-color": colour, "line-width": 2 },
    },
    {
      id: `${source}:point`,
      type: "circle",
      source,
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
