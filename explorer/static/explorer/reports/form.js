/** The report form inside a sheet: what is typed survives an error, a lost connection and a closed panel. */
import { tabStorage } from "../../interface/storage.js";

const SWAPPED = new Set([200, 422, 429]);

/** Return the key under which the draft of a form is kept for the length of the visit. */
const keyOf = (form) => `report:${new URL(form.action, document.baseURI).pathname}`;

function keep(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  tabStorage.setItem(keyOf(form), JSON.stringify(fields));
}

function restore(form) {
  for (const [name, value] of JSON.parse(tabStorage.getItem(keyOf(form)) ?? "[]")) {
    const field = form.elements.namedItem(name);
    if (field && !field.value) field.value = value;
  }
}

/** Show or hide the word of a failed request beside the form of `slot`. */
function tellFailure(slot, hasFailed) {
  const notice = slot.parentElement.querySelector("[data-report-failed]");
  if (notice) notice.hidden = !hasFailed;
}

/** Bind the report forms under `root`, present or to come. */
export function reportForms(root) {
  const slotOf = ({ detail }) => detail.ctx?.target?.closest?.("[data-report]");

  root.addEventListener("input", ({ target }) => {
    const form = target.closest("[data-report-form]");
    if (form) keep(form);
  });
  root.addEventListener("htmx:before:swap", (event) => {
    const slot = slotOf(event);
    if (!slot) return;
    const isKnown = SWAPPED.has(event.detail.ctx.response.raw.status);
    if (!isKnown) event.preventDefault();
    tellFailure(slot, !isKnown);
  });
  root.addEventListener("htmx:after:swap", (event) => {
    const slot = slotOf(event);
    const form = slot?.querySelector("[data-report-form]");
    if (form) restore(form);
    if (slot?.querySelector("[data-report-sent]")) forget(event.detail.ctx.request.action);
    slot?.querySelector("[autofocus]")?.focus();
  });
  root.addEventListener("htmx:error", (event) => {
    const slot = slotOf(event);
    if (slot) tellFailure(slot, true);
  });
  root.addEventListener("click", ({ target }) => {
    const slot = target.closest("[data-report-cancel]")?.closest("[data-report]");
    if (!slot) return;
    slot.replaceChildren();
    slot.parentElement.querySelector("[data-report-open]")?.focus();
  });
  for (const form of root.querySelectorAll("[data-report-form]")) restore(form);
}

function forget(action) {
  tabStorage.removeItem(`report:${new URL(action, document.baseURI).pathname}`);
}
