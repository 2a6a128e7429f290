/** The page where a style is made: wiring, undo and redo. */
import { tabLists } from "../../interface/controls/tabs.js";
import { find, findOptional } from "../../interface/dom.js";
import { History } from "../../interface/workshop/history.js";
import { followColours, followPictograms } from "./choosers.js";
import { followHistogram, readState, StudioForm } from "./form.js";
import { Preview } from "./preview.js";

/** @import { StudioWords } from "./form.js" */
/** @import { PreviewConfig } from "./preview.js" */

const root = findOptional(document, "[data-studio]");
if (root) open(root);

/** @param {HTMLElement} root */
function open(root) {
  /** @type {PreviewConfig} */
  const config = JSON.parse(find(document, "#studio-map").textContent);
  /** @type {StudioWords} */
  const words = JSON.parse(find(document, "#studio-words").textContent);
  const form = new StudioForm(root, words);
  const preview = new Preview(root, config, words);
  const enhance = () => {
    const { dataset } = find(root, "[data-tabs]");
    if (!dataset.bound) tabLists(root);
    dataset.bound = "";
    find(root, "[data-without-script]").hidden = true;
  };
  followColours(root, config.palettes, words);
  followPictograms(root);
  followHistogram(root);
  followSteps(root, form, words);
  form.addEventListener("parts", enhance);
  form.addEventListener("state", ({ detail }) => preview.show(detail.state));
  enhance();
  showCurrent(findOptional(root, "#studio-layers"));
  preview.start(readState(root));
}

/**
 * Scroll the list of layers, not the page, to the one whose style is made.
 *
 * @param {HTMLElement | null} list
 */
function showCurrent(list) {
  const current = list && findOptional(list, "[aria-current]");
  if (current) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 2;
}

/**
 * Undo and redo: the documents that the style went through, each put back whole. Follow the two buttons and their keys.
 *
 * @param {HTMLElement} root
 * @param {StudioForm} form
 * @param {StudioWords} words
 */
function followSteps(root, form, words) {
  const history = new History(readState(root).document);
  const buttons = { undo: find(root, "[data-undo]"), redo: find(root, "[data-redo]") };
  const status = find(root, "[data-message]");
  const draw = () => {
    nameButton(buttons.undo, history.undoes, words.undo, words.nothing_to_undo);
    nameButton(buttons.redo, history.redoes, words.redo, words.nothing_to_redo);
  };
  /** @param {"undo" | "redo"} way */
  const walk = (way) => {
    const step = history[way]();
    if (!step) return;
    status.textContent = words[way === "undo" ? "undone" : "redone"].replace("{step}", step);
    form.send({ document: history.document, isStep: true });
    draw();
  };
  form.addEventListener("state", ({ detail: { state, step, onto, isStep } }) => {
    if (!isStep && !same(state.document, history.document))
      history.push(state.document, step || "…", { onto, at: performance.now() });
    draw();
  });
  for (const way of /** @type {const} */ (["undo", "redo"]))
    buttons[way].addEventListener("click", () => walk(way));
  document.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof Element &&
      event.target.matches("input[type=text], input[type=search], textarea");
    if (!(event.ctrlKey || event.metaKey) || isTyping || document.querySelector("dialog[open]")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    walk(key === "y" || event.shiftKey ? "redo" : "undo");
  });
  draw();
}

/** @param {object} one @param {object} other */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Say what a button undoes or does again; it is disabled where there is nothing.
 *
 * @param {HTMLElement} button
 * @param {string} step
 * @param {string} words
 * @param {string} none
 */
function nameButton(button, step, words, none) {
  const text = step ? words.replace("{step}", step) : none;
  find(button, "[data-name]").textContent = text;
  button.title = text;
  button.setAttribute("aria-disabled", String(!step));
}
