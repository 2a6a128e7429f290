import assert from "node:assert/strict";
import test from "node:test";
import {
  readScreen,
  readState,
  withScreen,
  writeState,
} from "../../../../explorer/static/explorer/map_state/state.js";

const SLUGS = ["arbres", "zones"];

/** Everything a link holds: each piece of what is on the screen, and the parameter it is written in. */
const PIECES = {
  layers: [["arbres", "zones"], /couches=arbres&couches=zones/],
  commune: ["92048,92012", /commune=92048,92012/],
  within: ["POLYGON((2 48,3 48,3 49,2 48))", /within=POLYGON/],
  near: ["2.2,48.8", /near=2\.2,48\.8/],
  radius: ["300", /radius=300/],
  q: ["cèdre", /q=c%C3%A8dre/],
  sujet: ["arbres", /sujet=arbres/],
  ordre: ["titre", /ordre=titre/],
  retrait: ["jeux,voies", /retrait=jeux,voies/],
  "plan-date": ["2024-03-01", /plan-date=2024-03-01/],
  own: [{ "zones.typezone": ["N", "U"], "arbres.touching": ["zones*"] }, /zones\.typezone=N/],
  opacity: [{ zones: 60 }, /opacite=zones:60/],
  renderings: [{ zones: "exact" }, /rendu=zones:exact/],
  versions: [{ zones: 2 }, /version=zones:2/],
  swipe: [
    { left: "zones@v1", percent: 40, right: "arbres@2024-01-01..2024-12-31" },
    /rideau=zones@v1:40:arbres@2024-01-01\.\.2024-12-31/,
  ],
  basemap: ["plan", /fond=plan/],
  feature: [{ layer: "arbres", id: 12 }, /objet=arbres\/12/],
  around: [true, /volet=voisinage/],
  table: [
    { layer: "arbres", sort: "-hauteur", columns: ["nom", "hauteur"] },
    /tri=-hauteur&colonnes=nom,hauteur/,
  ],
  statistics: [{ by: "genre" }, /reponse=statistiques&par=genre/],
  tab: ["tab-filters", /onglet=filtres/],
  filtersOf: ["zones", /filtres=zones/],
  time: ["arbres", /temps=arbres/],
  camera: [{ zoom: 14.25, center: [2.2365, 48.8125] }, /#14\.25\/48\.81250\/2\.23650$/],
};
const EVERYTHING = Object.fromEntries(Object.entries(PIECES).map(([name, [value]]) => [name, value]));

const written = (state) => withScreen(writeState(state), state);

function read(address) {
  const [search, hash] = address.split("#");
  return { ...readState(search, hash ? `#${hash}` : ""), ...readScreen(search, SLUGS) };
}

for (const [name, [, parameter]] of Object.entries(PIECES))
  test(`the address holds ${name}`, () => assert.match(written(EVERYTHING), parameter));

test("every piece of state is read back from its address", () => {
  assert.deepEqual(read(written(EVERYTHING)), EVERYTHING);
});

test("an address is written again as it was", () => {
  assert.equal(written(read(written(EVERYTHING))), written(EVERYTHING));
});

test("what is open by itself adds nothing to an address", () => {
  const bare = { ...EVERYTHING, tab: "", filtersOf: "zones", time: "", statistics: null, around: false };
  assert.equal(written(bare), writeState(bare));
});

test("the tab of what is closed is not written", () => {
  const closed = { ...EVERYTHING, table: null, feature: null, tab: "tab-views" };
  assert.doesNotMatch(written(closed), /reponse|par=|volet|filtres/);
});

test("a tab that does not exist, or a layer that is not there, is nothing", () => {
  const read = readScreen("?onglet=secret&filtres=autre&temps=autre&reponse=x&volet=y", SLUGS);
  assert.deepEqual(read, { tab: "", filtersOf: "", time: "", statistics: null, around: false });
});

test("the name of a property that every object has is no tab", () => {
  assert.equal(readScreen("?onglet=constructor", SLUGS).tab, "");
});

test("who has no account opens the answers of a link made on the saved views", () => {
  const tabs = [
    "?onglet=vues&sujet=arbres",
    "?onglet=vues&zones.typezone=N",
    "?onglet=vues&couches=zones",
  ].map((search) => readScreen(search, SLUGS, { hasViews: false }).tab);
  assert.deepEqual(tabs, ["tab-filters", "tab-filters", ""]);
  assert.equal(readScreen("?onglet=vues&sujet=arbres", SLUGS).tab, "tab-views");
});
