/** The chips over the map keep to one line: those that do not fit are told by their number, which unfolds them all. */

/** How many of the items are not whole between the edges of their list. Pure. */
export function outside(items, { left, right }) {
  return items.filter((one) => one.left < left - 1 || one.right > right + 1).length;
}

/** Keep the button of the chips that do not fit in step with the list, whatever is asked and however wide the map is. */
export function bindChips(root) {
  const chips = root.querySelector("#map-chips");
  const more = root.querySelector("[data-chips-more]");
  const follow = () => {
    const list = chips.querySelector(".chip-list");
    const isOpen = chips.dataset.open === "true";
    const items = [...(list?.children ?? [])].map((one) => one.getBoundingClientRect());
    const count = list && !isOpen ? outside(items, list.getBoundingClientRect()) : 0;
    more.hidden = count === 0 && !(isOpen && list);
    more.ariaExpanded = String(isOpen);
    more.querySelector("[data-chips-count]").textContent = isOpen ? more.dataset.fold : `+${count}`;
  };
  const later = () => requestAnimationFrame(follow);
  more.addEventListener("click", () => {
    chips.dataset.open = String(chips.dataset.open !== "true");
    follow();
  });
  new ResizeObserver(later).observe(chips.parentElement);
  root.addEventListener("portal:drawn", later);
  chips.addEventListener("scroll", later, { capture: true, passive: true });
  follow();
}
