/** Tabs of a page: arrows move between them, the panel of the chosen one shows. Markup: role=tablist with `data-tabs`. */

/** Return the index an arrow, Home or End leads to among `count` tabs, or null for any other key. */
export function nextTab(key, index, count) {
  const places = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: count - 1 };
  return key in places ? (places[key] + count) % count : null;
}

function choose(tabs, index) {
  tabs.forEach((tab, at) => {
    const isChosen = at === index;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
  });
}

/** Bind every `[data-tabs]` of `root`. */
export function tabLists(root) {
  for (const list of root.querySelectorAll("[data-tabs]")) {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    choose(
      tabs,
      tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true"),
    );
    list.addEventListener("click", ({ target }) => {
      const index = tabs.indexOf(target.closest("[role=tab]"));
      if (index >= 0) choose(tabs, index);
    });
    list.addEventListener("keydown", (event) => {
      const index = nextTab(event.key, tabs.indexOf(event.target), tabs.length);
      if (index === null) return;
      event.preventDefault();
      choose(tabs, index);
      tabs[index].focus();
    });
  }
}
