/** Which parts of a form its conditions show: the answers of the page in order, as the server reads them. */

import { holds } from "./rules.js";

/** @import {Answer, Condition} from "./rules.js" */

/**
 * @typedef {object} ItemRule
 * @property {string} name
 * @property {string} kind
 * @property {number} section
 * @property {Condition | null} condition
 */

/**
 * @typedef {object} SectionRule
 * @property {number} number
 * @property {string} relation - empty for a section that is not repeated
 * @property {Condition | null} condition
 */

/** @typedef {{ sections: SectionRule[], items: ItemRule[] }} Rules */

/**
 * What is hidden: numbers of sections, names of items outside repeated parts.
 *
 * @typedef {{ sections: Set<number>, items: Set<string> }} Hidden
 */

const YES = "oui";

/**
 * The answer that typed texts are, as the server reads them: a text that is no answer is missing.
 *
 * @param {string} kind
 * @param {string[]} texts
 * @returns {Answer}
 */
export function answerOf(kind, texts) {
  const typed = texts.map((text) => text.trim()).filter(Boolean);
  if (kind === "choices") return typed;
  const [text = ""] = typed;
  if (!text) return null;
  if (kind === "boolean") return text === YES;
  if (kind === "integer" || kind === "number" || kind === "feature") return numberOf(text);
  return kind === "photo" ? typed.length : text;
}

/** @param {string} text */
function numberOf(text) {
  const digits = text.replaceAll(/\s/g, "").replace("\u2212", "-").replace(",", ".");
  return /^[+-]?\d+(\.\d+)?$/.test(digits) ? Number(digits) : null;
}

/**
 * What the conditions hide; the answers of what is hidden are missing for what follows.
 *
 * @param {Rules} rules
 * @param {(item: ItemRule) => Answer} read
 * @returns {Hidden}
 */
export function hiddenBy(rules, read) {
  /** @type {Hidden} */
  const hidden = { sections: new Set(), items: new Set() };
  /** @type {Record<string, Answer>} */
  const answers = {};
  for (const section of rules.sections) {
    const isOpen = holds(section.condition, answers);
    if (!isOpen) hidden.sections.add(section.number);
    if (section.relation) continue;
    for (const item of rules.items.filter((each) => each.section === section.number)) {
      if (!isOpen || !holds(item.condition, answers)) hidden.items.add(item.name);
      else answers[item.name] = read(item);
    }
  }
  return hidden;
}

/**
 * The names of the items of one record of a repeated section that its conditions hide.
 *
 * @param {Rules} rules
 * @param {number} section
 * @param {Record<string, Answer>} answers - of the form
 * @param {(item: ItemRule) => Answer} read
 * @returns {Set<string>}
 */
export function hiddenInRecord(rules, section, answers, read) {
  const hidden = new Set();
  const joined = { ...answers };
  for (const item of rules.items.filter((each) => each.section === section)) {
    if (holds(item.condition, joined)) joined[item.name] = read(item);
    else hidden.add(item.name);
  }
  return hidden;
}
