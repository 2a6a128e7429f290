/** The print page of a dashboard: says how many pages the file has, for what is chosen. */

import { find } from "../../interface/dom.js";

const form = find(document, "[data-paper-form]", HTMLFormElement);
const count = find(form, "[data-page-count]");
/** @type {Record<string, string>} */
const words = JSON.parse(find(document, "#page-words").textContent ?? "{}");

/**
 * The words for a choice; none for a file that has no pages. Pure.
 *
 * @param {Record<string, string>} words - by sheet, orientation and "1" with data
 * @param {FormData} choice
 */
export function pageWords(words, choice) {
  if (choice.get("fichier-type") !== "pdf") return "";
  const key = [choice.get("papier-format"), choice.get("papier-sens"), choice.get("avec-tableaux") ?? "0"];
  return words[key.join(" ")] ?? "";
}

const show = () => {
  count.textContent = pageWords(words, new FormData(form));
};
form.addEventListener("change", show);
show(); // the browser may have kept another choice
