/** Layers that are on stand first in the panel, in their order on the map; the others are under their themes. */

/** The row before which a row of this title stands among `rows`, in the order of titles; null at the end. Pure. */
export function placeOf(rows, title) {
  return rows.find(({ dataset }) => dataset.title.localeCompare(title, "fr") > 0) ?? null;
}

/**
 * Sort the rows of the form by what is on. A row that is switched by hand stays where it is until the person goes
 * elsewhere: nothing moves under a finger.
 */
export function bindOnFirst(form, root, store) {
  const first = form.querySelector("[data-on-map]");
  const themes = new Map(
    [...form.querySelectorAll("[data-theme-rows]")].map((one) => [one.dataset.themeRows, one]),
  );
  const rowOf = (slug) => form.querySelector(`[data-layer="${CSS.escape(slug)}"]`);
  const sort = () => {
    const { layers } = store.state;
    const rows = layers.map(rowOf).filter(Boolean);
    for (const row of first.querySelectorAll("[data-layer]"))
      if (!rows.includes(row)) {
        const theme = themes.get(row.dataset.theme);
        theme.insertBefore(row, placeOf([...theme.querySelectorAll("[data-layer]")], row.dataset.title));
      }
    const isSorted = rows.every((row, at) => first.querySelectorAll("[data-layer]")[at] === row);
    if (!isSorted) first.append(...rows);
    for (const theme of [first, ...themes.values()]) theme.hidden = !theme.querySelector("[data-layer]");
  };
  store.addEventListener("portal:state", ({ detail: { before, after } }) => {
    if (before.layers !== after.layers && !form.contains(document.activeElement)) sort();
  });
  root.addEventListener("portal:tab", sort);
}
