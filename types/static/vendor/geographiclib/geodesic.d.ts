// A default export when published, a global while developing: both may be missing.
import type * as geodesic from "geographiclib-geodesic";

declare const library: typeof geodesic | undefined;
export default library;
declare global {
  var geodesic: typeof import("geographiclib-geodesic");
}
