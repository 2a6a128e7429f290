// A default export when published, a global while developing: both may be missing.
import proj4 from "proj4";

declare const library: typeof proj4 | undefined;
export default library;
declare global {
  var proj4: typeof import("proj4");
}
