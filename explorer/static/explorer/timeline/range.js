/** The periods of the bar of time as values: which are chosen, what they ask, how they are worded. Pure: no DOM. */

/**
 * A period as the server writes it: its days, empty for an open one, its name, how many features have a date in it.
 *
 * @typedef {{ first: string, last: string, name: string, count: number | null }} Period
 * @typedef {Pick<Period, "first" | "last">} Days
 * @typedef {{ first: number, last: number }} Window the indexes of the first and last periods chosen
 */

const RANGE = "..";

/**
 * The value that asks the periods from one index to another; empty for all of them.
 *
 * @param {Days[]} periods
 * @param {number} first
 * @param {number} last
 */
export function rangeValue(periods, first, last) {
  if (first <= 0 && last >= periods.length - 1) return "";
  const start = first <= 0 ? "" : periods[first].first;
  const end = last >= periods.length - 1 ? "" : periods[last].last;
  return `${start}${RANGE}${end}`;
}

/**
 * The values that the field is asked. `none`: what has no date answers too. All the dates and nothing else are asked by
 * their ends.
 *
 * @param {Days[]} periods
 * @param {Window} window
 * @param {boolean} none
 */
export function valuesOf(periods, { first, last }, none) {
  const value = rangeValue(periods, first, last);
  if (value) return none ? [value, "-"] : [value];
  if (none) return [];
  const whole = `${periods[0].first}${RANGE}${periods[periods.length - 1].last}`;
  return whole === RANGE ? [] : [whole];
}

/**
 * Two handles never cross: the one that moves pushes the other.
 *
 * @param {Window} window
 * @param {string} movedOne - "from" or "to"
 * @returns {Window}
 */
export function pushed({ first, last }, movedOne) {
  if (first <= last) return { first, last };
  return movedOne === "from" ? { first, last: first } : { first: last, last };
}

/**
 * The window moved by its own length, kept within the periods; null where it cannot move. From all, the first period.
 *
 * @param {Window} window
 * @param {number} step - 1 or -1
 * @param {number} number - of periods
 * @returns {Window | null}
 */
export function moved({ first, last }, step, number) {
  if (first <= 0 && last >= number - 1)
    return step > 0 ? { first: 0, last: 0 } : { first: number - 1, last: number - 1 };
  const length = last - first + 1;
  if (step > 0 ? last >= number - 1 : first <= 0) return null;
  const start = Math.min(Math.max(first + step * length, 0), number - length);
  return { first: start, last: start + length - 1 };
}

const VOWEL = /^[aeiouyàâéèêîôœ]/i;

/**
 * Word the periods from one index to another: « de mars 2019 à juin 2024 », « depuis 2019 »; one period by its name.
 *
 * @param {Omit<Period, "count">[]} periods
 * @param {Window} window
 * @param {Record<string, string | undefined>} words - templates by form
 */
export function wordsOf(periods, { first, last }, words) {
  const [from, to] = [periods[first].name, periods[last].name];
  if (first <= 0 && last >= periods.length - 1) return words.all ?? "";
  if (first === last) return from;
  const isDay = periods.some((one) => one.first && one.first === one.last);
  const form = first <= 0 ? "until" : last >= periods.length - 1 ? "since" : "range";
  const key = isDay ? `${form}Day` : form === "range" && VOWEL.test(from) ? "rangeVowel" : form;
  return (words[key] ?? "").replace("{first}", from).replace("{last}", to);
}

/**
 * How many features the periods hold; null where a count is suppressed.
 *
 * @param {Pick<Period, "count">[]} periods
 * @param {Window} window
 */
export function countOf(periods, { first, last }) {
  let sum = 0;
  for (const { count } of periods.slice(first, last + 1)) {
    if (count === null) return null;
    sum += count;
  }
  return sum;
}

/**
 * A period cut in two, as values: what the divider compares at first.
 *
 * @param {Days[]} periods
 * @param {Window} window
 * @returns {[left: string, right: string] | null}
 */
export function halves(periods, { first, last }) {
  const middle = Math.floor((first + last) / 2);
  /** @param {number} from @param {number} to */
  const value = (from, to) => `${periods[from].first}${RANGE}${periods[to].last}`;
  return first === last ? null : [value(first, middle), value(middle + 1, last)];
}

/**
 * A side as the address writes it, and what is wrong with it: `empty`, `backward` or nothing.
 *
 * @param {{ layer: string, content: string, first: string, last: string }} form
 */
export function sideOf({ layer, content, first, last }) {
  if (content !== "period") return { text: layer && content ? `${layer}@${content}` : layer, fault: "" };
  const isBackward = first !== "" && last !== "" && first > last;
  const fault = first === "" && last === "" ? "empty" : isBackward ? "backward" : "";
  return { text: `${layer}@${first}${RANGE}${last}`, fault };
}
