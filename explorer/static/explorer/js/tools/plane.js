/** Lambert-93 and CC49, with the library that the page loads when they are first asked. */
import "../../../vendor/proj4/proj4.js";
import { projections } from "./projections.js";

export const plane = projections(globalThis.proj4);
