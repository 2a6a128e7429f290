/** The map page: wiring between the state, the map, the panel, the list and the sheet. */
import { MapView } from "./map-view.js";
import { onSchemeChange, readPalette } from "./palette.js";
import { bindChips, bindPanel, bindTabs } from "./panel.js";
import { bindPointer, bindTip } from "./pointer.js";
import { Sheet } from "./sheet.js";
import { ShownList } from "./shown-list.js";
import { readState, Store, writeState } from "./state.js";
import { bindTools, tellState } from "./tools.js";

const root = document.querySelector("[data-explorer]");
const config = JSON.parse(document.getElementById("map-config").textContent);
const asked = readState(location.search, location.hash);
const onByDefault = config.layers.filter(({ isOn }) => isOn).map(({ slug }) => slug);
const store = new Store({ ...asked, layers: asked.layers ?? onByDefault });

const sheet = new Sheet(root.querySelector("[data-sheet]"), config.layers, {
  onClose: () => {
    store.update({ feature: null });
    sheet.close();
  },
});
const list = new ShownList(root.querySelector("[data-list]"), config.list, store);
bindTabs(root);
bindPanel(root.querySelector("form"), store);
bindChips(root, store);

const fail = (error) => {
  root.querySelector("[data-map-error]").hidden = false;
  root.dataset.state = "error";
  console.warn(error);
};

async function openFeature(view) {
  const place = await sheet.show(store.state.feature);
  if (place) view.reach(place, sheet.covers(view.map.getContainer()));
}

const remember = (view) =>
  history.replaceState(null, "", writeState({ ...store.state, camera: view.camera }));

function follow(view, { before, after }) {
  remember(view);
  view.show(after);
  if (before.commune !== after.commune) view.frame(after);
  if (before.layers !== after.layers || before.commune !== after.commune) list.refresh(view.map.getBounds());
  if (after.feature && JSON.stringify(before.feature) !== JSON.stringify(after.feature)) openFeature(view);
}

function pick(choices) {
  if (choices.length > 1) sheet.choose(choices, ({ layer, id }) => store.update({ feature: { layer, id } }));
  else if (choices.length === 1) store.update({ feature: { layer: choices[0].layer, id: choices[0].id } });
}

async function start() {
  const view = new MapView(root.querySelector("[data-map]"), config, readPalette(), store.state);
  view.map.on("error", ({ error }) => fail(error));
  await view.start(store.state);
  bindTip(view.map, root.querySelector("[data-tip]"), bindPointer(view.map, config.layers, store, pick));
  bindTools(root, view, store);
  store.addEventListener("portal:state", ({ detail }) => follow(view, detail));
  view.map.on("moveend", () => {
    remember(view);
    if (!store.state.commune) list.refresh(view.map.getBounds());
  });
  onSchemeChange((palette) => view.repaint(palette, store.state));
  if (store.state.feature) await openFeature(view);
  if (asked.camera && !asked.commune) list.refresh(view.map.getBounds());
  remember(view);
  tellState(root, view.map);
  view.map.triggerRepaint();
}

start().catch(fail);
