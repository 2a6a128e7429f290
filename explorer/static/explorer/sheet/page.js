/** The page of a sheet, and that of its report form: photos, report in place, printing. */
import "../../vendor/htmx/htmx.esm.min.js";
import { reportForms } from "../reports/form.js";
import { sheetActions } from "./actions.js";
import { photoViewers } from "./viewer.js";

const PRINT = "#imprimer";

const PHONE = matchMedia("(max-width: 600px)");

photoViewers(document);
sheetActions(document);
if (PHONE.matches) for (const list of document.querySelectorAll("[data-fold]")) list.open = false;
reportForms(document);
document.querySelector("[data-print]")?.addEventListener("click", () => globalThis.print());
globalThis.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("[data-sheet-page] details")) folded.open = true;
});
if (location.hash === PRINT) {
  if (document.readyState === "complete") globalThis.print();
  else globalThis.addEventListener("load", () => globalThis.print(), { once: true });
}
