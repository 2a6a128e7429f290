/** The public page: its map, and the place of the person as an address of the page. */
import { find, findOptional } from "../interface/dom.js";
import { worksMap } from "./maps.js";

const TIMEOUT_MS = 15_000;

const element = findOptional(document, "[data-works-map] [data-map]");
const config = document.getElementById("works-map")?.textContent;
if (element && config) worksMap(element, JSON.parse(config));

const button = findOptional(document, "[data-locate]");
button?.addEventListener("click", () => {
  const status = find(document, "[data-located]");
  const refuse = () => {
    button.ariaBusy = "false";
    status.textContent = status.dataset.refused ?? "";
  };
  if (!navigator.geolocation || !isSecureContext) return refuse();
  button.ariaBusy = "true";
  navigator.geolocation.getCurrentPosition(
    ({ coords: { longitude, latitude } }) => {
      const query = new URLSearchParams({ pres: `${longitude.toFixed(6)},${latitude.toFixed(6)}` });
      location.assign(`?${query}`);
    },
    refuse,
    { enableHighAccuracy: true, timeout: TIMEOUT_MS },
  );
});
