/** The page of results: those of a search begun on a map lead back to that map, as it was. */
import { tabStorage } from "../../interface/storage.js";
import { mapBefore, merged } from "./from-map.js";

const main = document.querySelector("[data-results-map]");
const map = main.dataset.resultsMap;
const before = mapBefore(tabStorage, document.referrer, [map, location.pathname]);
if (before)
  for (const link of main.querySelectorAll("a[href]")) {
    const address = new URL(link.href);
    if (address.pathname === map) link.href = `${map}${merged(before, address.search)}`;
  }
