/** A form that people fill: conditions, position, what the position fills, lighter photos. It works without all this. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { answerOf, hiddenBy, hiddenInRecord } from "./answers.js";
import { lighten } from "./photos.js";
import { positionText, readPosition } from "./positions.js";

/** @import {ItemRule, Rules} from "./answers.js" */
/** @import {Answer} from "./rules.js" */
/** @import {Position} from "./positions.js" */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */
/** @typedef {{ defaults: Record<string, { value: string, label: string }>, features: Record<string, { id: number, title: string, metres: number }[]> }} Place */

const PRECISE_M = 100;
const form = find(document, "[data-webform]", HTMLFormElement);
const words = find(document, "[data-words]", HTMLTemplateElement).dataset;

/** @param {string | undefined} sentence @param {string | number} value */
const say = (sentence, value) => (sentence ?? "%s").replace("%s", String(value));

/** @param {ParentNode} root @returns {Control[]} */
function controlsIn(root) {
  return [...root.querySelectorAll("input, select, textarea")].filter(
    /** @returns {control is Control} */
    (control) => "name" in control && control.name !== "",
  );
}

/** @param {HTMLElement} box @returns {string[]} */
function textsOf(box) {
  return controlsIn(box).flatMap((control) => {
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
      return control.checked ? [control.value] : [];
    }
    return control instanceof HTMLInputElement && control.files
      ? [...control.files].map(({ name }) => name)
      : [control.value];
  });
}

/** @param {Rules} rules */
function bindRules(rules) {
  /** @param {ParentNode} root @returns {(item: ItemRule) => Answer} */
  const readIn = (root) => (item) => {
    const box = findOptional(root, `[data-item="${item.name}"]`);
    return box ? answerOf(item.kind, textsOf(box)) : null;
  };
  const apply = () => {
    const hidden = hiddenBy(rules, readIn(form));
    for (const section of findAll(form, "[data-section]")) {
      const number = Number(section.dataset.section);
      section.hidden = hidden.sections.has(number);
      const records = findAll(section, "[data-record]");
      for (const box of records.length ? [] : findAll(section, "[data-item]")) {
        box.hidden = hidden.items.has(box.dataset.item ?? "");
      }
      for (const record of records) {
        const names = hiddenInRecord(rules, number, answers(), readIn(record));
        for (const box of findAll(record, "[data-item]")) box.hidden = names.has(box.dataset.item ?? "");
      }
    }
  };
  const repeated = new Set(rules.sections.filter(({ relation }) => relation).map(({ number }) => number));
  const answers = () => {
    const hidden = hiddenBy(rules, readIn(form));
    const visible = rules.items.filter((item) => !repeated.has(item.section) && !hidden.items.has(item.name));
    return Object.fromEntries(visible.map((item) => [item.name, readIn(form)(item)]));
  };
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  apply();
}

/** @param {HTMLElement} box */
function bindPosition(box) {
  const input = find(box, ".input", HTMLInputElement);
  const status = find(box, "[data-map-status]");
  const place = find(box, "[data-map-place]");
  const undo = findOptional(box, "[data-undo]", HTMLButtonElement);
  /** @type {import("./map.js").PlaceMap | null} */
  let map = null;

  /** @param {string} text @param {Position} middle */
  const write = (text, middle) => {
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    follow(middle);
  };
  const open = async () => {
    place.hidden = false;
    if (map) return map;
    try {
      const { openPlaceMap } = await import("./map.js");
      map = await openPlaceMap(place, {
        address: form.dataset.map ?? "",
        drawn: box.dataset.drawn ?? "point",
        text: input.value,
        onChange: (text, middle, count) => {
          write(text, middle);
          status.textContent =
            box.dataset.drawn === "point" ? say(words.placed, text) : say(words.vertices, count);
          if (undo) undo.hidden = !count;
        },
      });
    } catch (error) {
      console.warn(error);
      place.hidden = true;
      status.textContent = words.noMap ?? "";
    }
    return map;
  };

  find(box, "[data-map-buttons]").hidden = false;
  find(box, "[data-map-open]", HTMLButtonElement).addEventListener("click", open);
  undo?.addEventListener("click", () => map?.undo());
  find(box, "[data-locate]", HTMLButtonElement).addEventListener("click", () => {
    if (!("geolocation" in navigator)) {
      status.textContent = words.unlocated ?? "";
      return;
    }
    navigator.geolocation.getCurrentPosition(
      async ({ coords }) => {
        const metres = Math.round(coords.accuracy);
        /** @type {Position} */
        const here = [coords.longitude, coords.latitude];
        const isPrecise = metres <= PRECISE_M && box.dataset.drawn === "point";
        if (isPrecise) write(positionText(here), here);
        status.textContent = say(isPrecise ? words.located : words.imprecise, metres);
        (await open())?.show(here, isPrecise);
      },
      () => {
        status.textContent = words.unlocated ?? "";
        open();
      },
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  });
  input.addEventListener("change", () => {
    const here = readPosition(input.value);
    if (!here) return;
    map?.show(here, true);
    follow(here);
  });
}

let lastPlace = "";

/**
 * Fill what the position gives, where nobody typed anything, and offer the nearest features.
 *
 * @param {Position} position - longitude, latitude
 */
async function follow([longitude, latitude]) {
  const isUsed = form.querySelector("[data-filled], [data-near-list]");
  if (!isUsed) return;
  const query = new URLSearchParams({ lat: latitude.toFixed(6), lon: longitude.toFixed(6) });
  lastPlace = query.toString();
  const response = await fetch(`${form.dataset.place}?${query}`).catch(() => null);
  if (!response?.ok || lastPlace !== query.toString()) return; // the server fills it when the form is sent
  /** @type {Place} */
  const place = await response.json();
  for (const [name, { value, label }] of Object.entries(place.defaults)) fill(name, value, label);
  for (const [name, features] of Object.entries(place.features)) offer(name, features);
}

/** @param {string} name @param {string} value @param {string} label */
function fill(name, value, label) {
  const box = findOptional(form, `[data-item="${name}"]`);
  const [control] = box ? controlsIn(box) : [];
  if (!box || !control) return;
  const isOurs = control.value === "" || control.value === box.dataset.ours;
  if (!isOurs || (control instanceof HTMLInputElement && control.type === "radio")) return;
  control.value = value;
  box.dataset.ours = control.value;
  const note = findOptional(box, "[data-filled]");
  if (note) note.textContent = say(words.filled, label);
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

/** @param {string} name @param {{ id: number, title: string, metres: number }[]} features */
function offer(name, features) {
  for (const box of findAll(form, `[data-item="${name}"]`)) {
    const list = findOptional(box, "[data-near-list]", HTMLSelectElement);
    if (!list) continue;
    const first = new Option(words.near, "");
    list.replaceChildren(
      first,
      ...features.map(
        ({ id, title, metres }) => new Option(`${title} (${say(words.metres, metres)})`, String(id)),
      ),
    );
    list.hidden = !features.length;
    const [control] = controlsIn(box);
    if (control?.value) list.value = control.value;
  }
}

form.addEventListener("change", (event) => {
  const list = closest(event, "[data-near-list]", HTMLSelectElement);
  const box = list?.closest("[data-item]");
  const [control] = box ? controlsIn(box) : [];
  if (list && control) control.value = list.value;
  const { target } = event;
  if (target instanceof HTMLInputElement && target.files) lighten(target);
});

const rules = document.getElementById("form-rules");
if (rules) bindRules(JSON.parse(rules.textContent ?? "{}"));
for (const box of findAll(form, "[data-kind='position']")) bindPosition(box);
