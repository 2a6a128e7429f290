/** How far what is to be entered is, where the person already lets the site know where they are: nothing is asked. */

import { find, findAll } from "../../interface/dom.js";
import { lengthText, metresBetween } from "../map_tools/measures.js";
import { isAllowed, locate } from "../nearby/geolocation.js";

const list = find(document, "[data-distance-words]");
const words = list.dataset.distanceWords ?? "";

const write = async () => {
  if (!(await isAllowed())) return;
  const here = await locate();
  if (here.fault) return;
  for (const place of findAll(list, "[data-lonlat]")) {
    const [longitude = 0, latitude = 0] = (place.dataset.lonlat ?? "").split(" ").map(Number);
    const distance = lengthText(Math.round(metresBetween(here.point, [longitude, latitude])));
    place.textContent = words.replace("{distance}", distance);
    place.hidden = false;
  }
};

write();
