/** Pages of the datasets: each comfort is an addition, without it the forms still work. */

import { closest, find, findAll, findOptional } from "../interface/dom.js";
import { bindMap } from "./preview-map.js";
import { bindDropZones } from "./wizard/drop-zone.js";
import { bindReading } from "./wizard/reading.js";

bindDropZones(document);
bindRefresh(document);
bind(document);

/**
 * What a part of the page that was read again needs too.
 *
 * @param {Document} root
 */
function bind(root) {
  bindReading(root, bind);
  bindBusyForms(root);
  bindTickAll(root);
  bindMap(root).catch((error) => console.warn(error));
}

/**
 * Bind every form that carries `data-busy`, the words to say meanwhile.
 *
 * @param {Document} root
 */
function bindBusyForms(root) {
  for (const form of findAll(root, "form[data-busy]", HTMLFormElement)) bindBusyForm(form);
  // A page that comes back from the history is not busy any more.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}

/** @param {HTMLFormElement} form */
function bindBusyForm(form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    sayBusy(form);
  });
}

/** @param {HTMLFormElement} form */
function sayBusy(form) {
  // Its button may stand beside it.
  const controls = /** @type {Iterable<HTMLInputElement | HTMLButtonElement>} */ (form.elements);
  const button = [...controls].find(({ type }) => type === "submit");
  button?.setAttribute("aria-disabled", "true");
  const words = document.createElement("p");
  words.className = "busy small";
  words.setAttribute("role", "status");
  const turning = document.createElement("span");
  turning.className = "spinner";
  (button?.parentElement ?? form).append(words);
  // Said once the region exists: a status that is born full is not read aloud.
  requestAnimationFrame(() => words.append(turning, form.dataset.busy ?? ""));
}

/**
 * Reload after the seconds that `data-refresh` says.
 *
 * @param {Document} root
 */
function bindRefresh(root) {
  const waiting = findOptional(root, "[data-refresh]");
  if (!waiting) return;
  setInterval(() => {
    if (document.visibilityState === "visible") location.reload();
  }, Number(waiting.dataset.refresh) * 1000);
}

/**
 * Bind the buttons of `data-tick-all`, which names the boxes that it ticks.
 *
 * @param {Document} root
 */
function bindTickAll(root) {
  for (const bar of findAll(root, "[data-tick-all]")) {
    const form = bar.closest("form");
    if (!form) continue;
    const names = `input[type=checkbox][name$="-${bar.dataset.tickAll}"]`;
    const boxes = () => findAll(form, names, HTMLInputElement);
    const count = () => {
      const ticked = boxes().filter(({ checked }) => checked).length;
      find(bar, "[data-ticked]").textContent = `${ticked}\u00a0/\u00a0${boxes().length}`;
    };
    bar.addEventListener("click", (event) => {
      const button = closest(event, "[data-tick]");
      if (!button) return;
      for (const box of boxes()) box.checked = Boolean(button.dataset.tick);
      count();
    });
    form.addEventListener("change", count);
  }
}
