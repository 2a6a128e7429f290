/** The map page: wiring between the state, the map, the panel and what accompanies them. */
import { Companions } from "./companions.js";
import { MapView } from "./map-view.js";
import { onSchemeChange, readPalette } from "./palette.js";
import { bindChips, bindPanel, bindTabs } from "./panel.js";
import { bindPointer, bindTip } from "./pointer.js";
import { hasChanged, readState, Store, writeState } from "./state.js";
import { BASEMAP } from "./tools/basemap.js";
import { bindTools, tellState } from "./tools.js";

const root = document.querySelector("[data-explorer]");
const config = JSON.parse(document.getElementById("map-config").textContent);
const asked = readState(location.search, location.hash);
const onByDefault = config.layers.filter(({ isOn }) => isOn).map(({ slug }) => slug);
const store = new Store({ ...asked, layers: asked.layers ?? onByDefault });
const beside = new Companions(root, config, store);

const remember = () =>
  history.replaceState(null, "", writeState({ ...store.state, camera: beside.view?.camera ?? asked.camera }));

function fail(error) {
  root.querySelector("[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
}

async function draw() {
  const view = new MapView(root.querySelector("[data-map]"), config, readPalette(), store.state);
  view.map.on("error", ({ error, sourceId }) => sourceId !== BASEMAP && fail(error)); // it says so itself
  await view.start();
  beside.view = view;
  beside.tellMap();
  const under = bindPointer(view, config.layers, (choices) => beside.pick(choices));
  bindTip(view.map, root.querySelector("[data-tip]"), under);
  bindTools(root, view, store);
  view.map.on("moveend", () => {
    remember();
    const { commune, within, near } = store.state;
    if (!commune && !within && !near) beside.refresh();
  });
  onSchemeChange((palette) => view.repaint(palette, store.state));
  if (asked.camera && !asked.commune) beside.refresh();
  beside.reach();
  remember();
  tellState(root, view.map);
}

bindTabs(root);
const shapes = Object.fromEntries(config.layers.map(({ slug, shape }) => [slug, shape]));
bindPanel(root.querySelector("form"), store, shapes);
bindChips(root.querySelector("#map-chips"), store);
store.addEventListener("portal:state", ({ detail }) => {
  remember();
  beside.view?.show(detail.after);
  if (hasChanged(detail, "commune")) beside.view?.frame(detail.after);
});
if (store.state.feature) beside.open();
draw().catch(fail);
