/** The neighbourhood tab of a sheet: asked of the server the first time it shows. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** Load every `[data-load]` pane of `content` when it is first shown. */
export function loadWhenShown(content) {
  for (const pane of content.querySelectorAll("[data-load]")) {
    const watcher = new MutationObserver(() => {
      if (pane.hidden) return;
      watcher.disconnect();
      load(pane);
    });
    watcher.observe(pane, { attributeFilter: ["hidden"] });
  }
}

async function load(pane) {
  pane.ariaBusy = "true";
  await htmx.ajax("GET", pane.dataset.load, { source: pane, target: pane, swap: "innerHTML" });
  pane.ariaBusy = "false";
}
