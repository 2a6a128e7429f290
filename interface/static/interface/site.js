/** Small comforts of every page. Each one is an addition: without it the page still works. */
import {
  closingMenus,
  copyButtons,
  dialogs,
  revealButtons,
  shareLinks,
  toasts,
} from "./controls/controls.js";
import { resultLists } from "./controls/result-list.js";
import { searchBoxes } from "./controls/search-box.js";
import { tabLists } from "./controls/tabs.js";
import { findOptional } from "./dom.js";

copyButtons(document);
closingMenus(document);
searchBoxes(document);
dialogs(document);
resultLists(document);
shareLinks(document);
tabLists(document);
revealButtons(document);
toasts(document);
registerOfflineWorker(document);

/**
 * The page shown without network: a service worker keeps it, and nothing else of the portal. A browser that refuses the
 * worker simply has no offline page.
 *
 * @param {Document} root
 */
function registerOfflineWorker(root) {
  const address = findOptional(root, "meta[name=offline-worker]", HTMLMetaElement)?.content;
  if (!address || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => navigator.serviceWorker.register(address).catch(console.warn), {
    once: true,
  });
}
