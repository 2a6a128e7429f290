/** The question typed in the search box of the header: on the map, it takes the place of the one that was asked. */
import { bindConditionLinks } from "../layer_panel/panel.js";

/** Bind the header of the page: what is drawn, its basemap and place stay; `show` opens the sentence. */
export function bindTypedQuestion(store, shapes, ranks, show) {
  const header = document.querySelector("header.bar");
  if (!header) return;
  bindConditionLinks(header, store, shapes, ranks);
  header.addEventListener("click", (event) => {
    if (event.defaultPrevented && event.target.closest("a[data-ask]")) show();
  });
}
