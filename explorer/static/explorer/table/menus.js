/** The menus of the drawer: which columns are shown, and which files hold the coordinate system that is chosen. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** Listen to the menus under `drawer`, which are read again with each table; `onColumns` receives the names chosen. */
export function bindMenus(drawer, onColumns) {
  drawer.addEventListener("change", ({ target }) => {
    if (target.matches("[data-columns] input")) chooseColumns(target, onColumns);
    if (target.matches("[data-download-crs]")) chooseSystem(target);
  });
}

function chooseColumns(box, onColumns) {
  const names = [...box.closest("[data-columns]").querySelectorAll("input:checked")].map(
    ({ value }) => value,
  );
  if (names.length) onColumns(names);
  else box.checked = true; // a table has a column
}

function chooseSystem(select) {
  const { srid } = select.selectedOptions[0].dataset;
  for (const button of select.form.querySelectorAll("[data-systems]"))
    button.disabled = "full" in button.dataset || !button.dataset.systems.split(" ").includes(srid);
}

/** Read the menus of a table again, and leave them as the person has them when they are there. */
export async function loadMenus(target, address) {
  let isChoosing = false;
  let focused = null;
  const look = () => {
    isChoosing = target.querySelector("[data-columns]")?.open;
    focused = target.contains(document.activeElement) ? document.activeElement.value : null;
  };
  target.addEventListener("htmx:before:swap", look, { once: true });
  await htmx.ajax("GET", address, { source: target, target, swap: "innerHTML" });
  target.removeEventListener("htmx:before:swap", look);
  const columns = target.querySelector("[data-columns]");
  if (isChoosing && columns) columns.open = true;
  if (focused) columns?.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
}
