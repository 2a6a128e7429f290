/** Where the person is in a form whose parts are replaced: focus, caret, what is typed, scroll, tab, what is unfolded. */

/** Remember it, and return what puts it back. */
export function keepPlace(root) {
  const active = document.activeElement;
  const id = root.contains(active) ? active.id : "";
  const typed = id && "selectionStart" in active ? [active.value, active.selectionStart] : null;
  const scrolled = [...root.querySelectorAll("[data-scroll], [role=tabpanel]")].map((one) => [
    one.id,
    one.scrollTop,
  ]);
  const tab = root.querySelector("[role=tab][aria-selected=true]")?.id;
  const folds = new Map(
    [...root.querySelectorAll("details[data-keep]")].map((one) => [one.dataset.keep, one.open]),
  );
  // Before tabs are bound again: they read which one is chosen.
  return () => {
    for (const fold of root.querySelectorAll("details[data-keep]"))
      fold.open = folds.get(fold.dataset.keep) ?? fold.open;
    if (tab) document.getElementById(tab)?.click();
    for (const [name, top] of scrolled) if (name) document.getElementById(name).scrollTop = top;
    const input = id && document.getElementById(id);
    if (!input || input === document.activeElement) return;
    input.focus({ preventScroll: true });
    if (typed && input.value !== typed[0] && input.type === "text" && !input.dataset.colourText) {
      input.setSelectionRange?.(input.value.length, input.value.length);
    }
  };
}
