/** The chooser of colours: every colour of the form is a text, and a button that opens one dialog for all of them. */
import { inPalette, parseHex } from "../../interface/map/colours.js";

const ENOUGH = 3;
const HEX = /^#[0-9a-f]{6}$/i;

/** Follow the colours of the form, those of parts to come too. */
export function followColours(root, palettes, words) {
  const dialog = document.querySelector("[data-colours]");
  const free = dialog.querySelector("[data-free]");
  const picker = dialog.querySelector("[data-picker]");
  const told = dialog.querySelector("[data-contrast]");
  let wanted = null;
  let chosen = "";

  const show = (text) => {
    chosen = text;
    const shown = inPalette(`@${text}`, palettes.light);
    const dark = inPalette(`@${text}`, palettes.dark);
    if (HEX.test(text)) free.value = text;
    picker.value = shown;
    const ratios = [contrast(shown, palettes.light["paper-2"]), contrast(dark, palettes.dark["paper-2"])];
    const phrase = Math.min(...ratios) < ENOUGH ? words.low_contrast : words.contrast;
    told.textContent = phrase.replace("{light}", french(ratios[0])).replace("{dark}", french(ratios[1]));
    told.classList.toggle("warn-text", Math.min(...ratios) < ENOUGH);
    for (const button of dialog.querySelectorAll("[data-token]"))
      button.setAttribute("aria-pressed", String(button.dataset.token === text));
  };

  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-colour-button]");
    if (!button) return;
    wanted = button.closest("[data-colour]").querySelector("[data-colour-text]").id;
    dialog.querySelector("[data-colours-title]").textContent = button.textContent.trim();
    free.value = "";
    show(document.getElementById(wanted).value);
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("click", ({ target }) => {
    const token = target.closest("[data-token]")?.dataset.token;
    if (!token) return;
    free.value = "";
    show(token);
  });
  picker.addEventListener("input", () => show(picker.value));
  free.addEventListener("input", () => {
    if (HEX.test(free.value)) show(free.value.toLowerCase());
    else told.textContent = words.unreadable;
  });
  dialog.addEventListener("close", () => {
    const input = wanted && document.getElementById(wanted);
    if (!input) return;
    const isNew = dialog.returnValue === "ok" && input.value !== chosen;
    input.closest("[data-colour]").querySelector("[data-colour-button]").focus();
    if (!isNew) return;
    input.value = chosen;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const dress = () => {
    for (const place of root.querySelectorAll("[data-colour]")) {
      const button = place.querySelector("[data-colour-button]");
      const text = place.querySelector("[data-colour-text]");
      button.hidden = false;
      button.id = `button-${text.id}`;
      text.hidden = true;
    }
  };
  new MutationObserver(dress).observe(root, { childList: true, subtree: true });
  dress();
}

const french = (ratio) => ratio.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

/** The contrast ratio of two colours (WCAG 2.2). */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour) {
  const [red, green, blue] = parseHex(colour)
    .map((value) => value / 255)
    .map((share) => (share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
