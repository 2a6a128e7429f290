/** The menus of the drawer: which columns are shown, and which files hold the coordinate system that is chosen. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** Listen to the menus under `drawer`, which are read again with each table; `onColumns` receives the names chosen. */
export function bindMenus(drawer, onColumns) {
  drawer.addEventListener("change", ({ target }) => {
    if (target.matches("[data-columns] input")) chooseColumns(target, onColumns);
    if (target.matches("[data-download-crs]")) chooseSystem(target);
  });
  drawer.addEventListener("click", ({ target }) => {
    const columns = target.closest("[data-columns] > summary")?.parentElement;
    if (columns) remember(columns, !columns.open); // the click opens or closes it after this
  });
  drawer.addEventListener("toggle", ({ target }) => remember(target, target.open), true);
  keepMenus(drawer.querySelector("[data-drawer-menus]"));
}

/** Keep beside the menu of columns whether it is open: it may be read again at the moment that it is opened. */
function remember(details, isOpen) {
  if (details.matches("[data-columns]")) details.parentElement.dataset.choosing = String(isOpen);
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

/** Read the menus of a table again. */
export async function loadMenus(target, address) {
  await htmx.ajax("GET", address, { source: target, target, swap: "innerHTML" });
}

/** Leave the menus as the person has them when they come: of several that are asked at once, one comes later. */
function keepMenus(menus) {
  let focused = null;
  menus.addEventListener("htmx:before:swap", () => {
    focused = menus.contains(document.activeElement) ? document.activeElement.value : null;
  });
  menus.addEventListener("htmx:after:swap", () => {
    const columns = menus.querySelector("[data-columns]");
    if (columns) columns.open = menus.dataset.choosing === "true";
    if (focused) columns?.querySelector(`[value="${CSS.escape(focused)}"]`)?.focus();
  });
}
