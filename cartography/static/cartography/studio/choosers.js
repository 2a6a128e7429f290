/** The choosers of the form: one dialog of colours, one of pictograms, for all the inputs that name one. */
import { closest, find, findAll } from "../../interface/dom.js";
import { inPalette, parseHex } from "../../interface/map/colours.js";

/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { StudioWords } from "./form.js" */

const ENOUGH_CONTRAST = 3;
const HEX = /^#[0-9a-f]{6}$/i;
const PAUSE_MS = 200;

/**
 * Follow the colours of the form, those of parts to come too: every colour is a text, and a button that opens the dialog.
 *
 * @param {HTMLElement} root
 * @param {{ light: Palette, dark: Palette }} palettes
 * @param {StudioWords} words
 */
export function followColours(root, palettes, words) {
  const dialog = find(document, "[data-colours]", HTMLDialogElement);
  const free = find(dialog, "[data-free]", HTMLInputElement);
  const picker = find(dialog, "[data-picker]", HTMLInputElement);
  const status = find(dialog, "[data-contrast]");
  let inputId = "";
  let chosen = "";

  /** @param {string} text */
  const show = (text) => {
    chosen = text;
    const light = inPalette(`@${text}`, palettes.light);
    const dark = inPalette(`@${text}`, palettes.dark);
    if (HEX.test(text)) free.value = text;
    picker.value = light;
    const ratios = [contrast(light, palettes.light["paper-2"]), contrast(dark, palettes.dark["paper-2"])];
    const isLow = Math.min(...ratios) < ENOUGH_CONTRAST;
    const phrase = isLow ? words.low_contrast : words.contrast;
    status.textContent = phrase.replace("{light}", french(ratios[0])).replace("{dark}", french(ratios[1]));
    status.classList.toggle("warn-text", isLow);
    for (const button of findAll(dialog, "[data-token]"))
      button.setAttribute("aria-pressed", String(button.dataset.token === text));
  };

  root.addEventListener("click", (event) => {
    const button = closest(event, "[data-colour-button]");
    const part = button?.closest("[data-colour]");
    if (!button || !part) return;
    const input = find(part, "[data-colour-text]", HTMLInputElement);
    inputId = input.id;
    find(dialog, "[data-colours-title]").textContent = button.textContent.trim();
    free.value = "";
    show(input.value);
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("click", (event) => {
    const token = closest(event, "[data-token]")?.dataset.token;
    if (!token) return;
    free.value = "";
    show(token);
  });
  picker.addEventListener("input", () => show(picker.value));
  free.addEventListener("input", () => {
    if (HEX.test(free.value)) show(free.value.toLowerCase());
    else status.textContent = words.unreadable;
  });
  dialog.addEventListener("close", () => {
    const input = document.getElementById(inputId);
    const part = input?.closest("[data-colour]");
    if (!(input instanceof HTMLInputElement) || !part) return;
    const isNew = dialog.returnValue === "ok" && input.value !== chosen;
    find(part, "[data-colour-button]").focus();
    if (!isNew) return;
    input.value = chosen;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  followParts(root, () => {
    for (const part of findAll(root, "[data-colour]")) {
      const button = find(part, "[data-colour-button]");
      const text = find(part, "[data-colour-text]");
      button.hidden = false;
      button.id = `button-${text.id}`;
      text.hidden = true;
    }
  });
}

/**
 * Follow the buttons that choose a pictogram, looked for by words.
 *
 * @param {HTMLElement} root
 */
export function followPictograms(root) {
  const dialog = find(document, "[data-pictograms]", HTMLDialogElement);
  const search = find(dialog, "[data-pictogram-search]", HTMLInputElement);
  const results = find(dialog, "[data-pictogram-found]");
  let inputId = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let requests = 0;

  const look = async () => {
    requests += 1;
    const request = requests;
    const address = `${root.dataset.iconsAddress}?q=${encodeURIComponent(search.value.trim())}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (request === requests && answer.ok) results.innerHTML = await answer.text();
  };
  root.addEventListener("click", (event) => {
    const part = closest(event, "[data-pictogram-button]")?.closest("[data-pictogram]");
    if (!part) return;
    inputId = find(part, "[data-pictogram-text]").id;
    search.value = "";
    dialog.showModal();
    search.focus();
    look();
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  results.addEventListener("click", (event) => {
    const name = closest(event, "[data-pictogram-name]")?.dataset.pictogramName;
    const input = document.getElementById(inputId);
    if (!name || !(input instanceof HTMLInputElement)) return;
    dialog.close();
    input.value = name;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  followParts(root, () => {
    for (const button of findAll(root, "[data-pictogram-button][hidden]")) button.hidden = false;
  });
}

/**
 * Call `enhance` now and whenever parts are replaced.
 *
 * @param {HTMLElement} root
 * @param {() => void} enhance
 */
function followParts(root, enhance) {
  new MutationObserver(enhance).observe(root, { childList: true, subtree: true });
  enhance();
}

/** @param {number} ratio */
const french = (ratio) => ratio.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

/**
 * The contrast ratio of two colours (WCAG 2.2).
 *
 * @param {string} one
 * @param {string} other
 */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} colour */
function luminance(colour) {
  const [red, green, blue] = parseHex(colour)
    .map((value) => value / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
