/** The measures of the ellipsoid, with the library that the page loads when a tool first needs it. */
import "../../../vendor/geographiclib/geodesic.js";
import { geodesy } from "./geodesy.js";

export const earth = geodesy(globalThis.geodesic);
