/** Escape closes the panel where it lies over the map, once nothing smaller is open for the key to close. */

const OVER =
  "details.drop[open], dialog[open], :popover-open, [role=listbox]:not([hidden]), [data-sheet]:not([hidden]), .is-target";

/** Bind the key. The button that closes the panel is there on small screens alone, and gives the focus back. */
export function bindEscape(root) {
  const button = root.querySelector(".panel-close");
  const isTyped = (field) => field.matches("input[type=search]") && field.value !== "";
  const press = (event) => {
    if (event.key !== "Escape" || root.dataset.panel !== "open" || !button.checkVisibility()) return;
    if (document.querySelector(OVER) || isTyped(event.target)) return; // a search field empties itself first
    event.stopImmediatePropagation();
    button.click();
  };
  document.addEventListener("keydown", press, { capture: true }); // before what the key would close has closed
}
