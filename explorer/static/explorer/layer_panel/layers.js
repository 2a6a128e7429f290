/** What each row of the panel does beside its switch: search, opacity, zoom, what is too far to be seen. */
import { writeQuestion } from "../map_state/state.js";

/** Text without accents nor case, for comparing what people type. Pure. */
export function folded(text) {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{Mark}/gu, "")
    .toLowerCase();
}

/** Whether every word of `typed` is in `text`. Pure. */
export function isLike(text, typed) {
  const where = folded(text);
  return folded(typed)
    .split(/\s+/)
    .every((word) => where.includes(word));
}

/** Show only the rows that look like what is typed; a theme without any row goes too. */
export function bindSearch(form, said) {
  const field = form.querySelector("[data-layer-search]");
  const seek = () => {
    let shown = 0;
    for (const theme of form.querySelectorAll(".theme")) {
      const rows = [...theme.querySelectorAll("[data-layer]")];
      for (const row of rows) row.hidden = !isLike(`${row.dataset.title} ${row.dataset.theme}`, field.value);
      const seen = rows.filter((row) => !row.hidden).length;
      theme.hidden = seen === 0;
      shown += seen;
    }
    said(shown === 0);
  };
  field.addEventListener("input", seek);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

/** Say how many layers are on, or that the search found none. */
export function bindState(form, store) {
  const line = form.querySelector("[data-layers-on]");
  const off = form.querySelector("[data-all-off]");
  const say = () => {
    const { length } = store.state.layers;
    const { none, one, many } = line.dataset;
    line.textContent = length === 0 ? none : `${length} ${length === 1 ? one : many}`;
    off.disabled = length === 0;
  };
  off.addEventListener("click", () => {
    store.update({ layers: [] });
    form.querySelector("[data-layer-search]").focus();
  });
  bindSearch(form, (isNone) => {
    if (isNone) line.textContent = line.dataset.unmatched;
    else say();
  });
  store.addEventListener("portal:state", say);
  say();
}

const rowOf = (element) => element.closest("[data-layer]");

/** Sliders of opacity: the map follows while they move, and only the map. */
export function bindOpacity(form, store) {
  form.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-opacity]")) return;
    const { layer } = rowOf(target).dataset;
    const percent = Number(target.value);
    target.nextElementSibling.textContent = `${percent}\u00a0%`;
    const opacity = { ...store.state.opacity, [layer]: percent };
    if (percent === 100) delete opacity[layer];
    store.update({ opacity });
  });
}

/** Buttons that zoom to what answers in a layer: the server knows where it is. `view()` may be null. */
export function bindReach(form, store, view) {
  form.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-reach]");
    if (!button || !view()) return;
    const answer = await fetch(`${button.dataset.reach}?${writeQuestion(store.state)}`);
    if (!answer.ok) return;
    const { box } = await answer.json();
    if (box) view().frameBox(box);
    else tell(button.dataset.nothing);
  });
}

function tell(text) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text } }));
}

/** The layers that are on and need a larger scale than `zoom`. Pure. */
export function tooFar(layers, on, zoom) {
  return layers.filter(({ slug, minZoom }) => on.includes(slug) && zoom < minZoom).map(({ slug }) => slug);
}

/** Say which layers the map does not draw from so far, in their rows and in the summary. */
export function sayTooFar(root, layers, state, zoom) {
  const far = tooFar(layers, state.layers, zoom);
  for (const row of root.querySelectorAll("[data-layer]"))
    row.querySelector("[data-far]").hidden = !far.includes(row.dataset.layer);
  const summary = root.querySelector("[data-too-far]");
  const { one, many } = summary.dataset;
  summary.textContent = far.length ? ` · ${far.length} ${far.length === 1 ? one : many}` : "";
}
