/** The menus of the drawer: which columns are shown, and which files hold the coordinate system that is chosen. */

/** Listen to the menus under `drawer`, which are read again with each table; `onColumns` receives the names chosen. */
export function bindDownload(drawer, onColumns) {
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
