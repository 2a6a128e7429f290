/** The words of the builder: texts with `{named}` places, and parts of the page that are copied. */

import { find } from "../../interface/dom.js";

/** @typedef {Record<"steps" | "said" | "saving", Record<string, string>>} BuilderWords - `script_words` of the server */

/**
 * A text with its places filled in. Pure.
 *
 * @param {string} text
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/**
 * A copy of a part of the page by name: the first element of `<template data-part="…">`.
 *
 * @param {string} name
 * @returns {HTMLElement}
 */
export function part(name) {
  return find(contentOf(name), "*");
}

/**
 * Copies of all the elements of a part.
 *
 * @param {string} name
 * @returns {HTMLElement[]}
 */
export function parts(name) {
  return /** @type {HTMLElement[]} */ ([...contentOf(name).children]);
}

/** @param {string} name */
function contentOf(name) {
  const template = find(document, `template[data-part="${name}"]`, HTMLTemplateElement);
  return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
}

/**
 * A copy of the pictogram of a kind of panel.
 *
 * @param {string} [kind]
 */
export function kindIcon(kind) {
  const icons = contentOf("icons");
  const icon =
    icons.querySelector(`[data-kind="${kind ?? ""}"] > *`) ?? icons.querySelector('[data-kind=""] > *');
  if (!icon) throw new Error("no pictogram of kinds");
  return icon;
}
