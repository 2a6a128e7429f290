/** Buttons that copy an address: `data-copy` holds the text, `data-copied` the word shown when it is done. */

/** Listen to every copy button under `root`, present or to come. */
export function copyButtons(root) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const text = button.dataset.copy || globalThis.location.href;
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = button.dataset.copied;
    } catch {
      label.textContent = button.dataset.refused;
    }
    button.addEventListener(
      "blur",
      () => {
        label.textContent = before;
      },
      { once: true },
    );
  });
}
