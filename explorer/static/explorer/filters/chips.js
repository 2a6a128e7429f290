/**
 * The chips over the map stay on one line, which scrolls: each of them is drawn whole or not at all, and a button with the
 * number of those that do not fit unfolds them all.
 */

import { closest } from "../../interface/dom.js";
import { cutItems } from "./cut-items.js";

/**
 * Keep the button of the chips that do not fit in step with the list, whatever is asked and however wide the map is.
 *
 * @param {HTMLElement} root
 * @param {{ chips: HTMLElement, more: HTMLElement, count: HTMLElement }} elements - `count` is the number in the button
 */
export function bindChips(root, { chips, more, count }) {
  const follow = () => {
    const list = chips.querySelector(".chip-list");
    const isOpen = chips.dataset.open === "true";
    const items = [...(list?.children ?? [])];
    const boxes = items.map((one) => one.getBoundingClientRect());
    const areCut = list && !isOpen ? cutItems(boxes, list.getBoundingClientRect()) : [];
    for (const [at, one] of items.entries()) one.classList.toggle("is-cut", Boolean(areCut[at]));
    const cut = areCut.filter(Boolean).length;
    more.hidden = cut === 0 && !(isOpen && list);
    more.ariaExpanded = String(isOpen);
    count.textContent = isOpen ? (more.dataset.fold ?? "") : `+${cut}`;
  };
  const later = () => requestAnimationFrame(follow);
  more.addEventListener("click", () => {
    chips.dataset.open = String(chips.dataset.open !== "true");
    follow();
  });
  new ResizeObserver(later).observe(chips.parentElement ?? chips);
  root.addEventListener("portal:drawn", later);
  chips.addEventListener("focusin", (event) =>
    closest(event, "li")?.scrollIntoView({ block: "nearest", inline: "nearest" }),
  );
  chips.addEventListener("scroll", later, { capture: true, passive: true });
  follow();
}
