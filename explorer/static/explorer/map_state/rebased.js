/** Links of the question, followed while the answer to another one is on its way. Pure: no DOM, no map. */
import { TEXTS } from "./state.js";

const RELATION = /\.(touching|disjoint)$/;

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * What a link asks, when something else has been asked since it was written: its own change alone.
 *
 * `base` is the question it was written for, `asked` the one it holds, `now` the one of the state.
 */
export function rebased(base, asked, now) {
  const shared = Object.fromEntries(
    TEXTS.map((name) => [name, asked[name] === base[name] ? now[name] : asked[name]]),
  );
  const names = [...Object.keys(now.own), ...Object.keys(asked.own), ...Object.keys(base.own)];
  const own = [...new Set(names)].flatMap((name) => {
    const values = changedValues(name, base.own[name], asked.own[name], now.own[name]);
    return values?.length ? [[name, values]] : [];
  });
  return { ...shared, own: Object.fromEntries(own) };
}

/** Relations add up: two links followed one after the other ask both, whatever the first one had not told the second. */
function changedValues(name, base, asked, now) {
  if (same(asked, base)) return now;
  if (!RELATION.test(name)) return asked;
  const added = (asked ?? []).filter((value) => !base?.includes(value));
  const kept = (now ?? []).flatMap((value) => {
    if (!base?.includes(value) || asked?.includes(value)) return [value];
    return added.splice(0, 1); // another one in its place: the sentence keeps its order
  });
  return [...new Set([...kept, ...added])];
}
