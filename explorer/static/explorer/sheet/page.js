/** The page of a sheet, and that of its report form: photos, report in place, printing. */
import "../../vendor/htmx/htmx.esm.min.js";
import { reportForms } from "../reports/form.js";
import { photoViewers } from "./viewer.js";

const PRINT = "#imprimer";

photoViewers(document);
reportForms(document);
document.querySelector("[data-print]")?.addEventListener("click", () => globalThis.print());
globalThis.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("[data-sheet-page] details")) folded.open = true;
});
if (location.hash === PRINT) {
  if (document.readyState === "complete") globalThis.print();
  else globalThis.addEventListener("load", () => globalThis.print(), { once: true });
}
