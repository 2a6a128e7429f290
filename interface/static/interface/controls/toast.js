/** Short messages that come and go, read aloud by the region that holds them.
 *
 * Any module may show one without importing this: `document.dispatchEvent(new CustomEvent("portal:toast", { detail: {
 * text, kind } }))`, where `kind` is "good", "bad" or nothing. A failure stays until it is closed.
 */

const SHOWN_MS = 6_000;

/** Return how long a message stays, in milliseconds; 0 means until it is closed. Long texts stay longer. */
export function stay(text, kind) {
  return kind === "bad" ? 0 : SHOWN_MS + 40 * Math.max(text.length - 60, 0);
}

/** Show a message in the region of `root`. */
export function toast(text, { kind = "", root = document } = {}) {
  const region = root.querySelector("[data-toasts]");
  const item = region.querySelector("template").content.firstElementChild.cloneNode(true);
  if (kind) item.classList.add(kind);
  item.querySelector("[data-text]").textContent = text;
  item.querySelector("button").addEventListener("click", () => item.remove());
  region.append(item);
  const time = stay(text, kind);
  if (time) leave(item, time);
  return item;
}

/** Take a message away after a time, unless it is being read: under the pointer or focused. */
function leave(item, time) {
  setTimeout(() => (item.matches(":hover, :focus-within") ? leave(item, time) : item.remove()), time);
}

/** Show the messages that other modules, and buttons with `data-toast`, ask for. */
export function toasts(root) {
  root.addEventListener("portal:toast", ({ detail }) => toast(detail.text, { kind: detail.kind, root }));
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-toast]");
    if (button) toast(button.dataset.toast, { kind: button.dataset.toastKind, root });
  });
}
