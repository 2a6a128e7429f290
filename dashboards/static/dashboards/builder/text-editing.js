/** Words written where they stand: the title and the summary of the page, titles and texts of sections. */
import { closest, find, findAll } from "../../interface/dom.js";

/** @import { PageCommands } from "./commands.js" */
/** @import { DashboardDocument } from "./document.js" */
/** @import { Store } from "./store.js" */

/**
 * Write in place of a button: `begin` is its text, `write(text)` follows each letter, Enter and leaving keep it, Escape
 * brings back what was there. `isLong` gives room for several lines, which Enter then makes; the focus goes to `back`.
 *
 * @param {HTMLElement} button
 * @param {object} options
 * @param {string} options.begin
 * @param {(text: string) => void} options.write
 * @param {string} options.label
 * @param {number} options.most - characters
 * @param {HTMLElement} [options.back]
 * @param {() => void} [options.done]
 * @param {boolean} [options.isLong]
 * @param {boolean} [options.needed]
 */
function writeInPlace(button, { begin, write, label, most, back, done, isLong = false, needed = false }) {
  const control = document.createElement(isLong ? "textarea" : "input");
  control.className = "input in-place";
  control.value = begin;
  control.maxLength = most;
  control.setAttribute("aria-label", label);
  if (control instanceof HTMLTextAreaElement)
    control.rows = Math.min(Math.max(begin.split("\n").length + 1, 3), 12);
  button.hidden = true;
  button.after(control);
  control.focus();
  control.select();

  let written = begin;
  let isOver = false;
  /** @param {string} text */
  const put = (text) => {
    if (text === written || (needed && !text.trim())) return;
    written = text;
    write(text);
  };
  /** @param {boolean} isKept */
  const end = (isKept) => {
    if (isOver) return;
    isOver = true; // a control that is taken away loses the focus, which ends again
    const hadFocus = document.activeElement === control;
    put(isKept ? control.value : begin);
    control.remove();
    button.hidden = !button.textContent.trim();
    done?.();
    if (hadFocus) (back ?? button).focus();
  };
  control.addEventListener("input", () => put(control.value));
  control.addEventListener("blur", () => end(true));
  const keys = /** @type {HTMLElement} */ (control); // a union of two has no keys
  keys.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && (event.key !== "Enter" || (isLong && !event.ctrlKey))) return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter");
  });
}

/**
 * Let the words of the page and of its sections be written.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {PageCommands} page
 */
export function followTexts(root, store, page) {
  const title = find(root, "[data-title]");
  const summary = find(root, "[data-summary]");
  const draw = () => {
    title.textContent = store.document.title;
    summary.textContent = store.document.summary || summary.dataset.empty || "";
    summary.toggleAttribute("data-unwritten", !store.document.summary);
    for (const control of findAll(root, "[data-page]")) show(control, store.document);
  };
  draw();
  store.addEventListener("change", draw);
  root.addEventListener("input", ({ target }) => {
    if (!isPageControl(target)) return;
    const name = target.dataset.page;
    if (!name || (name === "title" && !target.value.trim())) return;
    page.describe(name, name === "refresh" ? Number(target.value) : target.value);
  });
  root.addEventListener("click", (event) => {
    const button = closest(
      event,
      "[data-edit-title], [data-edit-summary], [data-rename], [data-section-text]",
    );
    const section = closest(event, "section");
    if (!button) return;
    if ("editTitle" in button.dataset || "editSummary" in button.dataset) writePage(button, store, page);
    else if (section) writeSection(button, section, store, page);
  });
}

/**
 * @param {HTMLElement} button
 * @param {Store} store
 * @param {PageCommands} page
 */
function writePage(button, store, page) {
  const isTitle = "editTitle" in button.dataset;
  const name = isTitle ? "title" : "summary";
  writeInPlace(button, {
    begin: store.document[name] ?? "",
    write: (text) => page.describe(name, text),
    label: button.title,
    most: isTitle ? 120 : 600,
    isLong: !isTitle,
    needed: isTitle,
  });
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} element - the section as it is drawn
 * @param {Store} store
 * @param {PageCommands} page
 */
function writeSection(button, element, store, page) {
  const rank = Number(element.dataset.rank);
  const section = store.document.sections[rank];
  const isTitle = "rename" in button.dataset;
  const name = isTitle ? "title" : "text";
  const place = isTitle ? button : find(element, "[data-section-words]");
  writeInPlace(place, {
    begin: section[name] ?? "",
    write: (text) => page.describeSection(rank, { [name]: text }),
    label: button.textContent.trim(),
    back: button,
    done: () => store.announce("redraw", null),
    most: isTitle ? 200 : 5000,
    isLong: !isTitle,
  });
}

/**
 * @param {unknown} control
 * @returns {control is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement}
 */
const isPageControl = (control) =>
  control instanceof HTMLInputElement ||
  control instanceof HTMLTextAreaElement ||
  control instanceof HTMLSelectElement;

/**
 * What is said of the page in its settings, but for what is being typed there.
 *
 * @param {HTMLElement} control
 * @param {DashboardDocument} made
 */
function show(control, made) {
  if (control === document.activeElement || !isPageControl(control)) return;
  const { title, summary = "", refresh = 0 } = made;
  /** @type {Record<string, string | number>} */
  const values = { title, summary, refresh };
  const value = String(values[control.dataset.page ?? ""] ?? "");
  if (
    control instanceof HTMLSelectElement &&
    ![...control.options].some((option) => option.value === value)
  ) {
    control.add(new Option(`${value} s`, value));
  }
  control.value = value;
}
