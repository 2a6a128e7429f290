/** The question that people type, in the panel or in the header: the server reads it, the map asks it. */

import { closest, find, findOptional } from "../../interface/dom.js";
import { bindConditionLinks } from "../layer_panel/panel.js";
import { askPosition, hereRadius } from "../map_state/here.js";
import { setAside } from "../map_state/links.js";
import { hasChanged, QUESTION, readQuestion, readTable } from "../map_state/state.js";

/** @import {Shape, Store} from "../map_state/state.js" */

/**
 * Bind the form of the tab. What is said of the words that were left out stays until something else is asked.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 */
export function bindAskForm(root, store) {
  const form = find(root, "[data-ask-form]", HTMLFormElement);
  const field = find(form, "input", HTMLInputElement);
  const message = find(root, "[data-typed-message]");
  let isOwn = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) return;
    form.ariaBusy = "true";
    const answer = await fetch(`${form.action}?${new URLSearchParams({ q: text })}`, {
      headers: { "HX-Request": "true" },
    });
    form.ariaBusy = "false";
    if (!answer.ok || field.value.trim() !== text) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    message.replaceChildren(...parsed.body.childNodes);
    const address = findOptional(message, "[data-typed-address]")?.dataset.typedAddress;
    if (!address) return;
    const parameters = new URLSearchParams(address);
    isOwn = true;
    const layers = parameters.getAll("couches").filter(Boolean);
    // A superlative sorts the table, which opens; another question leaves it as it is.
    const table = readTable(parameters) ?? store.state.table;
    const question = readQuestion(parameters);
    store.update({ ...question, retrait: setAside(question, layers, store.state), layers, table });
    isOwn = false;
    askPosition(parameters);
  });
  store.addEventListener("portal:state", ({ detail }) => {
    if (!isOwn && hasChanged(detail, ...QUESTION)) message.replaceChildren();
  });
}

/**
 * The question typed in the search box of the header takes the place of the one that was asked: what is drawn, its basemap
 * and camera stay.
 *
 * @param {Store} store
 * @param {Record<string, Shape>} shapes
 * @param {Record<string, number | undefined>} ranks
 * @param {() => void} show - opens the sentence
 */
export function bindTypedQuestion(store, shapes, ranks, show) {
  const header = findOptional(document, "header.bar");
  if (!header) return;
  bindConditionLinks(header, store, shapes, ranks);
  header.addEventListener("click", (event) => {
    const link = closest(event, "a[data-ask]", HTMLAnchorElement);
    if (event.defaultPrevented && link && !hereRadius(new URL(link.href).searchParams)) show();
  });
}
