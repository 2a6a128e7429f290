/** The form of a grant: its effect is counted as it changes, and a commune of the map is a box of the form. */

import "../../vendor/htmx/htmx.esm.min.js";

document.addEventListener("click", (event) => {
  const commune = event.target instanceof Element ? event.target.closest("[data-commune]") : null;
  const code = commune?.getAttribute("data-commune") ?? "";
  for (const box of document.querySelectorAll("input[name='communes']")) {
    if (code && box instanceof HTMLInputElement && box.value === code) box.click();
  }
});
