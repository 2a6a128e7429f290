/** The page of results: those of a search begun on a map lead back to that map, as it was. */

import { find, findAll } from "../../interface/dom.js";
import { tabStorage } from "../../interface/storage.js";
import { merged, restoreMap } from "./results.js";

const main = find(document, "[data-results-map]");
const map = main.dataset.resultsMap ?? "";
const before = restoreMap(tabStorage, document.referrer, [map, location.pathname]);
if (before)
  for (const link of findAll(main, "a[href]", HTMLAnchorElement)) {
    const address = new URL(link.href);
    if (address.pathname === map) link.href = `${map}${merged(before, address.search)}`;
  }
