/** The page of a sheet, and that of its report form: photos, report in place, printing. */
import "../../vendor/htmx/htmx.esm.min.js";
import { PHONE_PX } from "../../interface/breakpoints.js";
import { findAll, findOptional } from "../../interface/dom.js";
import { reportForms } from "../reports/form.js";
import { sheetActions } from "./actions.js";
import { photoViewers } from "./photos.js";

const PRINT = "#imprimer";

const PHONE = matchMedia(`(width <= ${PHONE_PX}px)`);

photoViewers(document.body);
sheetActions(document.body);
const target = location.hash.startsWith("#lignes-") ? document.getElementById(location.hash.slice(1)) : null;
if (PHONE.matches) {
  for (const list of findAll(document, "[data-fold]", HTMLDetailsElement))
    list.open = !!target?.contains(list);
}
if (target) {
  // Who just entered a record lands on its list: the confirmation stands there, not two screens above.
  const messages = findOptional(document, ".messages");
  if (messages) target.prepend(messages);
  target.scrollIntoView();
}
reportForms(document.body);
findOptional(document, "[data-print]")?.addEventListener("click", () => globalThis.print());
globalThis.addEventListener("beforeprint", () => {
  for (const folded of findAll(document, "[data-sheet-page] details", HTMLDetailsElement)) folded.open = true;
});
if (location.hash === PRINT) {
  if (document.readyState === "complete") globalThis.print();
  else globalThis.addEventListener("load", () => globalThis.print(), { once: true });
}
