/** The report form inside a sheet: what is typed survives an error, a lost connection and a closed panel. */

import { closest, findAll, findOptional } from "../../interface/dom.js";
import { tabStorage } from "../../interface/storage.js";

/** @import {HtmxRequestCtx} from "htmx.org" */

const SWAPPED = new Set([200, 422, 429]);
const FORM = "[data-report-form]";

/**
 * The key under which the draft of a form is stored for the length of the visit.
 *
 * @param {string} action - the address of the form
 */
const keyOf = (action) => `report:${new URL(action, document.baseURI).pathname}`;

/** @param {HTMLFormElement} form */
function store(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  tabStorage.setItem(keyOf(form.action), JSON.stringify(fields));
}

/** @param {HTMLFormElement} form */
function restore(form) {
  /** @type {[name: string, value: string][]} */
  const fields = JSON.parse(tabStorage.getItem(keyOf(form.action)) ?? "[]");
  for (const [name, value] of fields) {
    const field = form.elements.namedItem(name);
    if (field && "value" in field && !field.value) field.value = value;
  }
}

/** @param {HtmxRequestCtx | undefined} ctx */
function slotOf(ctx) {
  const slot = ctx?.target?.closest?.("[data-report]");
  return slot instanceof HTMLElement ? slot : null;
}

/**
 * Show or hide the notice of a failed request beside the form of `slot`.
 *
 * @param {HTMLElement} slot
 * @param {boolean} hasFailed
 */
function showFailure(slot, hasFailed) {
  const notice = slot.parentElement && findOptional(slot.parentElement, "[data-report-failed]");
  if (notice) notice.hidden = !hasFailed;
}

/**
 * Bind the report forms under `root`, present or to come.
 *
 * @param {HTMLElement} root
 */
export function reportForms(root) {
  root.addEventListener("input", (event) => {
    const form = closest(event, FORM, HTMLFormElement);
    if (form) store(form);
  });
  root.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    const slot = slotOf(ctx);
    if (!slot) return;
    const isKnown = SWAPPED.has(ctx.response?.raw.status ?? 0);
    if (!isKnown) event.preventDefault();
    showFailure(slot, !isKnown);
  });
  root.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const slot = slotOf(ctx);
    if (!slot) return;
    const form = findOptional(slot, FORM, HTMLFormElement);
    if (form) restore(form);
    if (slot.querySelector("[data-report-sent]")) tabStorage.removeItem(keyOf(ctx.request.action));
    findOptional(slot, "[autofocus]")?.focus();
  });
  root.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    const slot = slotOf(ctx);
    if (slot) showFailure(slot, true);
  });
  root.addEventListener("click", (event) => {
    const slot = closest(event, "[data-report-cancel]") && closest(event, "[data-report]");
    if (!slot) return;
    slot.replaceChildren();
    if (slot.parentElement) findOptional(slot.parentElement, "[data-report-open]")?.focus();
  });
  for (const form of findAll(root, FORM, HTMLFormElement)) restore(form);
}
