/** The question that people type: the server reads it, the map asks it, and the words that it left out are said. */
import { hasChanged, QUESTION, readQuestion, readTable } from "../map_state/state.js";

/** Bind the form of the tab. What is said of the words stays until something else is asked. */
export function bindAskForm(root, store) {
  const form = root.querySelector("[data-ask-form]");
  const said = root.querySelector("[data-typed-said]");
  let isOwn = false;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = form.querySelector("input");
    const text = field.value.trim();
    if (!text) return;
    form.ariaBusy = "true";
    const answer = await fetch(`${form.action}?${new URLSearchParams({ q: text })}`, {
      headers: { "HX-Request": "true" },
    });
    form.ariaBusy = "false";
    if (!answer.ok || field.value.trim() !== text) return;
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    said.replaceChildren(...parsed.body.childNodes);
    const address = said.querySelector("[data-typed-address]")?.dataset.typedAddress;
    if (!address) return;
    const parameters = new URLSearchParams(address);
    isOwn = true;
    const layers = parameters.getAll("couches").filter(Boolean);
    // A superlative sorts the table, which opens; another question leaves it as it is.
    const table = readTable(parameters) ?? store.state.table;
    store.update({ ...readQuestion(parameters), layers, table });
    isOwn = false;
  });
  store.addEventListener("portal:state", ({ detail }) => {
    if (!isOwn && hasChanged(detail, ...QUESTION)) said.replaceChildren();
  });
}
