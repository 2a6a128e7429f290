/** The panel of layers: a form that works alone, and that moves the map when a script runs. */

/** Make the form follow the store, and the store follow the form. */
export function bindPanel(form, store) {
  const switches = [...form.querySelectorAll('input[name="couches"]')];
  const commune = form.querySelector('select[name="commune"]');

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", () => {
    const layers = switches.filter(({ checked }) => checked).map(({ value }) => value);
    store.update({ layers, commune: commune?.value ?? store.state.commune });
  });
  const follow = ({ layers, commune: code }) => {
    for (const box of switches) box.checked = layers.includes(box.value);
    if (commune) commune.value = code;
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}

/** Show the commune asked as a chip that removes it. */
export function bindChips(root, store) {
  const chip = root.querySelector("[data-chip-commune]");
  const name = chip.querySelector("[data-chip-name]");
  const names = new Map(
    [...document.querySelectorAll('select[name="commune"] option')].map(({ value, textContent }) => [
      value,
      textContent,
    ]),
  );
  const follow = ({ commune }) => {
    chip.hidden = !commune;
    name.textContent = names.get(commune) ?? commune;
  };
  chip.addEventListener("click", () => store.update({ commune: "" }));
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
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
