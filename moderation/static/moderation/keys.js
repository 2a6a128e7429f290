/** The keys of the pages of moderation: what each means, without the page. */

/** @typedef {Pick<KeyboardEvent, "key" | "altKey" | "shiftKey" | "ctrlKey" | "metaKey">} Key */

/** What takes typed text: a letter there writes. */
export const TYPED =
  "input:not([type=checkbox], [type=radio], [type=submit]), select, textarea, [contenteditable]";

/**
 * What a key asks for: `help`, `send` (what is written), `leave` (the field), a letter, or nothing. Pure.
 *
 * @param {Key} key
 * @param {boolean} isTyping whether the focus is where text is typed
 * @returns {string}
 */
export function keyAction({ key, altKey, shiftKey, ctrlKey, metaKey }, isTyping) {
  if (altKey) return "";
  if (ctrlKey || metaKey) return key === "Enter" && isTyping && !shiftKey ? "send" : "";
  if (isTyping) return key === "Escape" ? "leave" : "";
  if (key === "?") return "help";
  return /^[a-z]$/i.test(key) && !shiftKey ? key.toLowerCase() : "";
}

/**
 * The index of the line to go to from one, -1 for none: it stops at both ends. Pure.
 *
 * @param {number} index that has the focus, -1 for none
 * @param {number} count
 * @param {number} step 1 or -1
 * @returns {number}
 */
export function nextIndex(index, count, step) {
  if (count === 0) return -1;
  return index < 0 ? (step > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, index + step));
}
