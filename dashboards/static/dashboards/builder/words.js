/** The words of the builder: texts with `{named}` places, and parts of the page that are copied. */

/** A text with its places filled in. Pure. */
export function fill(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

/** A copy of a part of the page by name: the first element of `<template data-part="…">`. */
export function part(name) {
  const template = document.querySelector(`template[data-part="${name}"]`);
  return template.content.firstElementChild.cloneNode(true);
}

/** Copies of all the elements of a part. */
export function parts(name) {
  const template = document.querySelector(`template[data-part="${name}"]`);
  return [...template.content.cloneNode(true).children];
}

/** A copy of the pictogram of a kind of panel. */
export function kindIcon(kind) {
  const icons = document.querySelector('template[data-part="icons"]').content;
  const found = icons.querySelector(`[data-kind="${kind ?? ""}"]`) ?? icons.querySelector('[data-kind=""]');
  return found.firstElementChild.cloneNode(true);
}
