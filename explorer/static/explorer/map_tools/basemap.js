/** What is under the layers: the backdrop of the portal, a basemap that it relays in place of it, or nothing. */
import { showBackdrop } from "../../interface/map/backdrop.js";
import { addBasemap, BASEMAP, removeBasemap } from "../../interface/map/basemap.js";

const ENOUGH_FAULTS = 4; // then the source is out of order: the backdrop comes back, and nothing is asked any more

/** Keep the map, the choice of the menu and the credit in step with the state's basemap. */
export function bindBasemap(root, map, store) {
  const choices = [...root.querySelectorAll("[data-basemap]")];
  const credit = root.querySelector("[data-basemap-credit]");
  const night = matchMedia("(prefers-color-scheme: dark)");
  let shown = null;
  let faults = 0;

  const clear = () => {
    removeBasemap(map);
    showBackdrop(map, true);
  };
  const draw = ({ dataset }) => {
    clear();
    const isRelayed = dataset.tiles !== undefined;
    if (isRelayed) addBasemap(map, dataset, { isDark: night.matches });
    showBackdrop(map, !isRelayed && dataset.bare === undefined);
    credit.textContent = dataset.credit ?? "";
  };
  const follow = ({ basemap }) => {
    const chosen = choices.find(({ value }) => value === basemap) ?? choices.find(({ value }) => !value);
    if (!chosen || chosen === shown) return;
    shown = chosen;
    faults = 0;
    chosen.checked = true;
    draw(chosen);
  };

  for (const choice of choices)
    choice.addEventListener("change", () => store.update({ basemap: choice.value }));
  map.on("error", ({ sourceId }) => {
    if (sourceId !== BASEMAP) return;
    faults += 1;
    if (faults >= ENOUGH_FAULTS) clear();
    credit.textContent = credit.dataset.failed;
  });
  // The map is repainted first, on the same event: what lies under is put back under on the next frame.
  night.addEventListener("change", () => requestAnimationFrame(() => shown && draw(shown)));
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}
