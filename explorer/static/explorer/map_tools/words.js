/** Sentences of the tools, written by the server in the page's language, with their `{values}` filled in. */

/** Return `say(key, values)` over the sentences that `root` holds in a template. */
export function wordsOf(root) {
  const sentences = new Map(
    [...root.querySelector("[data-tool-words]").content.querySelectorAll("[data-key]")].map((element) => [
      element.dataset.key,
      element.textContent,
    ]),
  );
  return (key, values = {}) =>
    (sentences.get(key) ?? "").replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
