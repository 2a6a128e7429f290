/** The focus of a list that is written again: on the same row, before any other key can be pressed. */

/**
 * What the focus of a document is read from: the document itself, or that of a test.
 *
 * @typedef {Pick<Document, "activeElement" | "body">} FocusedDocument
 */

/**
 * Focus the row of the same feature again, or the list when that is gone, each time htmx replaces the rows.
 *
 * `htmx:before:settle` is dispatched in the task that replaces them; `htmx:after:swap` and the promise of the request
 * come later, and what is typed until then would go to the body of the page.
 *
 * @param {HTMLElement} list - with a `tabindex`
 * @param {FocusedDocument} [page]
 */
export function followRow(list, page = document) {
  /** @param {string} selector */
  const row = (selector) => /** @type {HTMLElement | null} */ (list.querySelector(selector));
  let hadFocus = false;
  /** @type {string | undefined} the feature of the row that has the focus */
  let feature;
  list.addEventListener("htmx:before:swap", () => {
    hadFocus = list.matches(":focus-within");
    feature = row("[data-feature]:focus")?.dataset.feature;
  });
  list.addEventListener("htmx:before:settle", () => {
    const isLost = hadFocus && page.activeElement === page.body;
    hadFocus = false;
    if (!isLost) return;
    const again = feature && row(`[data-feature="${feature}"]`);
    (again || list).focus({ preventScroll: true });
  });
}
