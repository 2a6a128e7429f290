/**
 * What is open around the map, as parts of the address beside those of `state.js`. Pure: no DOM, no map.
 *
 * | state | parameter | |
 * |---|---|---|
 * | `tab` | `onglet` | the tab of the panel; "" is the first one, and on a phone a closed panel |
 * | `filtersOf` | `filtres` | the layer whose filters show, when that tab does |
 * | `time` | `temps` | the layer whose bar of time is open |
 * | `statistics` | `reponse=statistiques`, `par` | the tab of the drawer, and what it counts by |
 * | `around` | `volet=voisinage` | the tab of the sheet |
 */

// The list is under the question: `liste` is its older name.
const TABS = {
  couches: "tab-layers",
  liste: "tab-filters",
  filtres: "tab-filters",
  vues: "tab-views",
  autour: "tab-nearby",
};
const NAMES = Object.fromEntries(Object.entries(TABS).map(([name, id]) => [id, name]));

/** Read what an address says of the screen; a layer that is not among `slugs` has no filters. */
export function readScreen(search, slugs) {
  const parameters = new URLSearchParams(search);
  const isCounted = parameters.get("reponse") === "statistiques" && parameters.has("tableau");
  return {
    tab: TABS[parameters.get("onglet")] ?? "",
    filtersOf: slugs.find((slug) => slug === parameters.get("filtres")) ?? "",
    time: slugs.find((slug) => slug === parameters.get("temps")) ?? "",
    statistics: isCounted ? { by: parameters.get("par") ?? "" } : null,
    around: parameters.get("volet") === "voisinage" && parameters.has("objet"),
  };
}

/** Add the screen of a state to its address, which ends with the place of the camera. */
export function withScreen(address, { tab, filtersOf, time, statistics, around, table, feature }) {
  const parameters = new URLSearchParams();
  if (NAMES[tab]) parameters.set("onglet", NAMES[tab]);
  if (tab === TABS.filtres && filtersOf) parameters.set("filtres", filtersOf);
  if (time) parameters.set("temps", time);
  if (table && statistics) parameters.set("reponse", "statistiques");
  if (table && statistics?.by) parameters.set("par", statistics.by);
  if (feature && around) parameters.set("volet", "voisinage");
  if (parameters.size === 0) return address;
  const [search, ...camera] = address.split("#");
  return [`${search}&${parameters}`, ...camera].join("#");
}
