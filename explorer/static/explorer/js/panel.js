/** The panel of layers: a form that works alone, and that moves the map when a script runs. */

import { readQuestion, withLayer } from "./state.js";

/** Make the form follow the store, and the store follow the form. `shapes` are the layers' shapes by slug. */
export function bindPanel(form, store, shapes) {
  const switches = [...form.querySelectorAll('input[name="couches"]')];
  const communes = [...form.querySelectorAll('input[name="commune"]')];

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    const { layers } = store.state;
    if (switches.includes(target)) {
      const { checked, value } = target;
      store.update({
        layers: checked ? withLayer(layers, value, shapes) : layers.filter((slug) => slug !== value),
      });
    }
    if (communes.includes(target)) store.update({ commune: checkedIn(communes) });
  });
  const follow = ({ layers, commune }) => {
    for (const box of switches) box.checked = layers.includes(box.value);
    for (const box of communes) box.checked = commune.split(",").includes(box.value);
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}

const checkedIn = (boxes) =>
  boxes
    .filter(({ checked }) => checked)
    .map(({ value }) => value)
    .join(",");

/** Chips are links to the map without one condition: they change the question and leave the rest as it is. */
export function bindChips(chips, store) {
  chips.addEventListener("click", (event) => {
    const chip = event.target.closest("a[data-chip]");
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    store.update(readQuestion(new URL(chip.href).searchParams));
  });
}

/** Open and close the panel on small screens, and switch between its two tabs. */
export function bindTabs(root) {
  const tabs = [...root.querySelectorAll('[role="tab"]')];
  const choose = (chosen) => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).dataset.shown = String(isChosen);
    }
  };
  for (const tab of tabs) tab.addEventListener("click", () => choose(tab));
  root.querySelector('[role="tablist"]').addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    choose(next);
    next.focus();
  });
  for (const button of root.querySelectorAll("[data-panel]")) {
    button.addEventListener("click", () => {
      root.dataset.panel = button.dataset.panel;
      choose(tabs.find(({ id }) => id === button.dataset.tab) ?? tabs[0]);
    });
  }
  choose(tabs[0]);
}
