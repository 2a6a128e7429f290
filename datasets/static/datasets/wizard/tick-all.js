/** All the boxes of a column ticked or not at once, and how many are, said aloud. */

/** Bind the buttons of `data-tick-all`, which names the boxes that it ticks. */
export function bindTickAll(root) {
  for (const bar of root.querySelectorAll("[data-tick-all]")) {
    const boxes = () => [
      ...bar.closest("form").querySelectorAll(`input[type=checkbox][name$="-${bar.dataset.tickAll}"]`),
    ];
    const tell = () => {
      const ticked = boxes().filter(({ checked }) => checked).length;
      bar.querySelector("[data-ticked]").textContent = `${ticked}\u00a0/\u00a0${boxes().length}`;
    };
    bar.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-tick]");
      if (!button) return;
      for (const box of boxes()) box.checked = Boolean(button.dataset.tick);
      tell();
    });
    bar.closest("form").addEventListener("change", tell);
  }
}
