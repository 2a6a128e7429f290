/** What every script asks of a document, with types: an element that must be there, a plain click. */

/**
 * The first element of `root` that `selector` matches, as a `type`.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {abstract new (...args: never[]) => T} [type] - `HTMLElement` unless given
 * @returns {T}
 * @throws {Error} naming the selector, when there is none or it is something else
 */
export function find(root, selector, type) {
  const element = findOptional(root, selector, type);
  if (!element) throw new Error(`nothing matches ${selector}`);
  return element;
}

/**
 * The same, or null when there is none.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {abstract new (...args: never[]) => T} [type]
 * @returns {T | null}
 */
export function findOptional(root, selector, type) {
  const element = root.querySelector(selector);
  const expected = type ?? globalThis.HTMLElement;
  if (element && expected && !(element instanceof expected)) {
    throw new Error(`${selector} is a ${element.localName}, not a ${expected.name}`);
  }
  return /** @type {T | null} */ (element);
}

/**
 * All of them, those of another type left out.
 *
 * @template {Element} [T=HTMLElement]
 * @param {ParentNode} root
 * @param {string} selector
 * @param {abstract new (...args: never[]) => T} [type]
 * @returns {T[]}
 */
export function findAll(root, selector, type) {
  const expected = type ?? globalThis.HTMLElement;
  return /** @type {T[]} */ (
    [...root.querySelectorAll(selector)].filter((element) => element instanceof expected)
  );
}

/**
 * The closest ancestor of what an event happened on, or null.
 *
 * @template {Element} [T=HTMLElement]
 * @param {Event} event
 * @param {string} selector
 * @param {abstract new (...args: never[]) => T} [type]
 * @returns {T | null}
 */
export function closest({ target }, selector, type) {
  if (!(target instanceof Element)) return null;
  const element = target.closest(selector);
  return /** @type {T | null} */ (element instanceof (type ?? globalThis.HTMLElement) ? element : null);
}

/**
 * A click that opens nothing elsewhere: the main button, no modifier.
 *
 * @param {MouseEvent} event
 * @returns {boolean}
 */
export function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}
