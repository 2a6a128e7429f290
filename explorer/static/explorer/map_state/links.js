/** Links of the question, followed while the answer to another one is on its way. Pure: no DOM, no map. */

/** @import {Question, Shape, TextName} from "./state.js" */
import { same, TEXTS, withLayer } from "./state.js";

const RELATION = /\.(touching|disjoint)$/;

/**
 * What a link asks, when something else has been asked since it was written: its own change alone.
 *
 * @param {Question} base - the question that the link was written for
 * @param {Question} linked - the question that it holds
 * @param {Question} current - the question of the state
 * @returns {Question}
 */
export function applyLink(base, linked, current) {
  const texts = /** @type {Record<TextName, string>} */ (
    Object.fromEntries(
      TEXTS.map((name) => [name, linked[name] === base[name] ? current[name] : linked[name]]),
    )
  );
  const names = [...Object.keys(current.own), ...Object.keys(linked.own), ...Object.keys(base.own)];
  const own = [...new Set(names)].flatMap((name) => {
    const values = changedValues(name, base.own[name], linked.own[name], current.own[name]);
    return values?.length ? [[name, values]] : [];
  });
  return { ...texts, own: Object.fromEntries(own) };
}

/**
 * Relations add up: two links followed one after the other ask both, whatever the first one had not told the second.
 *
 * @param {string} name
 * @param {string[] | undefined} base
 * @param {string[] | undefined} linked
 * @param {string[] | undefined} current
 */
function changedValues(name, base, linked, current) {
  if (same(linked, base)) return current;
  if (!RELATION.test(name)) return linked;
  const added = (linked ?? []).filter((value) => !base?.includes(value));
  const remaining = (current ?? []).flatMap((value) => {
    if (!base?.includes(value) || linked?.includes(value)) return [value];
    return added.splice(0, 1); // another one in its place: the sentence keeps its order
  });
  return [...new Set([...remaining, ...added])];
}

/**
 * The layers that are on once a link is followed: those of now without those that the link switches off, and those that
 * it adds to the question it was written for.
 *
 * @param {string[]} base - the layers of the question that the link was written for
 * @param {string[]} linked - those of the question that it holds
 * @param {string[]} current - those that are on
 * @param {Record<string, Shape>} shapes
 * @param {Record<string, number | undefined>} [ranks]
 */
export function layersAfterLink(base, linked, current, shapes, ranks) {
  const added = linked.filter((slug) => slug && !base.includes(slug));
  const remaining = current.filter((slug) => linked.includes(slug) || !base.includes(slug));
  return added.reduce((slugs, slug) => withLayer(slugs, slug, shapes, ranks), remaining);
}

/**
 * The layers that a question sets aside, as the address writes them: those of before and those that it switches off, as
 * long as they are off. Without a subject nothing is set aside.
 *
 * @param {Pick<Question, "sujet" | "retrait">} question - the new one
 * @param {string[]} layers - those that are on with it
 * @param {{ layers: string[], retrait: string }} before
 */
export function setAside({ sujet, retrait }, layers, before) {
  if (!sujet) return "";
  const slugs = [...before.retrait.split(","), ...retrait.split(","), ...before.layers];
  return [...new Set(slugs)].filter((slug) => slug && !layers.includes(slug)).join(",");
}

export const PLAN_DATE = "plan-date";

/**
 * The address of the map at another day of plans, "" for what is online.
 *
 * @param {string} href
 * @param {string} day - AAAA-MM-JJ
 */
export function atDay(href, day) {
  const address = new URL(href);
  if (day) address.searchParams.set(PLAN_DATE, day);
  else address.searchParams.delete(PLAN_DATE);
  return address.href;
}
