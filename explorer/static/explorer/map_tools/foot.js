/** What stands at the foot of the map: the scale bar, and the coordinates under the pointer or at the centre. */
import { deviceStorage } from "../../interface/storage.js";
import { writeDegrees, writePlane } from "./coordinates.js";
import { lengthText, metresPerPixel, scaleBar } from "./figures.js";

const WIDEST_PX = 110;
const SYSTEM = "portal:coordinates";

/** Keep the scale bar true. */
export function bindScale(root, map) {
  const bar = root.querySelector("[data-scale]");
  const text = root.querySelector("[data-scale-text]");
  const draw = () => {
    const { metres, pixels } = scaleBar(metresPerPixel(map.getZoom(), map.getCenter().lat), WIDEST_PX);
    bar.style.width = `${pixels.toFixed(0)}px`;
    text.textContent = lengthText(metres, document.documentElement.lang);
  };
  map.on("move", draw);
  draw();
}

/** Write coordinates in WGS 84 or in Lambert-93, as the person chose once for all. */
export function bindReadout(root, map) {
  const text = root.querySelector("[data-readout]");
  const button = root.querySelector("[data-readout-system]");
  const name = root.querySelector("[data-readout-name]");
  let system = deviceStorage.getItem(SYSTEM) === "lambert93" ? "lambert93" : "wgs84";
  let plane = null;
  let place = map.getCenter().toArray();

  const write = () => {
    name.textContent = button.dataset[system];
    if (system === "wgs84") text.textContent = writeDegrees(place);
    else if (plane) text.textContent = writePlane(plane.to(system, place), document.documentElement.lang);
  };
  const load = async () => {
    if (system === "lambert93") ({ plane } = await import("./plane.js"));
    write();
  };
  const follow = (at) => {
    place = at.toArray();
    write();
  };
  button.addEventListener("click", () => {
    system = system === "wgs84" ? "lambert93" : "wgs84";
    deviceStorage.setItem(SYSTEM, system);
    load();
  });
  map.on("mousemove", ({ lngLat }) => follow(lngLat));
  map.on("moveend", () => follow(map.getCenter()));
  load();
}
