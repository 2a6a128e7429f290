/** The measures of the ellipsoid, with the library that the page loads when a tool first needs it. */
import * as library from "../../vendor/geographiclib/geodesic.js";
import { geodesy } from "./geodesy.js";

// As it is, the file defines a global; joined when published, it has a default export.
export const earth = geodesy(library.default ?? globalThis.geodesic);
