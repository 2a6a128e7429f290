/** Lambert-93 and CC49, with the library that the page loads when they are first asked. */
import * as library from "../../vendor/proj4/proj4.js";
import { projections } from "./projections.js";

// As it is, the file defines a global; joined when published, it has a default export.
export const plane = projections(library.default ?? globalThis.proj4);
