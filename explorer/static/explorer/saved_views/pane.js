/** The tab of saved views: what is saved is the address that the map has at that instant. */

import { closest, find, findOptional } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/**
 * Fill the address before the form leaves, and say what the server answered.
 *
 * @param {HTMLElement} root
 */
export function bindViews(root) {
  const pane = find(root, "[data-views-pane]");
  pane.addEventListener("submit", () => fill(pane), true);
  pane.addEventListener("click", (event) => {
    const link = closest(event, "[data-sign-in]", HTMLAnchorElement);
    if (!link) return;
    const back = new URL(link.href);
    back.searchParams.set("next", location.pathname + location.search + location.hash);
    link.href = back.href;
  });
  document.addEventListener("htmx:after:swap", () => {
    const message = findOptional(pane, "[data-message]");
    if (!message) return;
    const detail = { text: message.dataset.message ?? "", kind: "good" };
    delete message.dataset.message;
    document.dispatchEvent(new CustomEvent("portal:toast", { detail }));
    findOptional(pane, "#view_title")?.focus();
  });
  htmx.process(pane);
}

/** @param {HTMLElement} pane */
function fill(pane) {
  const field = findOptional(pane, "[data-view-address]", HTMLInputElement);
  const parameters = new URLSearchParams(location.search);
  parameters.delete("onglet"); // always this one
  if (field) field.value = `${parameters}${location.hash}`;
}
