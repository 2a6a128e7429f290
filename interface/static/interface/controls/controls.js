/** Small controls of every page: copy, dialogs, menus, passwords shown, sharing, short messages. */
import { closest, find, findAll, isPlainClick } from "../dom.js";

/**
 * Buttons that copy an address: `data-copy` holds the text, `data-copied` the word shown when it is done. Listen to every
 * one under `root`, present or to come.
 *
 * @param {Document} root
 */
export function copyButtons(root) {
  root.addEventListener("click", async (event) => {
    const button = closest(event, "[data-copy]");
    if (!button) return;
    const text = button.dataset.copy || globalThis.location.href;
    const label = button.querySelector("[data-label]") ?? button;
    const before = label.textContent;
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = button.dataset.copied ?? "";
    } catch {
      label.textContent = button.dataset.refused ?? "";
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

/**
 * Dialogs: a button with `data-opens` shows the `<dialog>` of that id, present or to come; Escape, a click outside or its
 * own form close it. The browser keeps the focus inside and gives it back.
 *
 * @param {Document} root
 */
export function dialogs(root) {
  root.addEventListener("click", (event) => {
    const { target } = event;
    const opens = closest(event, "[data-opens]")?.dataset.opens;
    if (opens) {
      const dialog = root.getElementById(opens);
      if (dialog instanceof HTMLDialogElement) dialog.showModal();
    } else if (target instanceof HTMLDialogElement && target.matches(".dialog")) target.close();
  });
}

/**
 * Menus made of `<details class="drop">`: the browser opens them, this closes them on Escape and outside clicks.
 *
 * @param {Document} root
 */
export function closingMenus(root) {
  const open = () => findAll(root, "details.drop[open]", HTMLDetailsElement);
  root.addEventListener("click", ({ target }) => {
    for (const menu of open()) {
      if (!(target instanceof Node && menu.contains(target))) menu.open = false;
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      menu.open = false;
      find(menu, "summary").focus();
    }
  });
}

/**
 * Buttons that show the password of the input they control, until the page is left or the button pressed again. Without
 * script there is none, and the password stays hidden.
 *
 * @param {Document} root
 */
export function revealButtons(root) {
  for (const button of findAll(root, "[data-reveal]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const input = find(root, `#${button.getAttribute("aria-controls")}`, HTMLInputElement);
      const isVisible = input.type === "password";
      input.type = isVisible ? "text" : "password";
      button.setAttribute("aria-pressed", String(isVisible));
      if (button.firstChild)
        button.firstChild.textContent = (isVisible ? button.dataset.hide : button.dataset.show) ?? "";
    });
  }
}

/**
 * Links and buttons that open the ways to share a page, present or to come: `data-share` is `here` for the page as it is
 * at that instant. Without this the links lead to a page that says the same.
 *
 * @param {Document} root
 */
export function shareLinks(root) {
  root.addEventListener("click", async (event) => {
    const opener = closest(event, "[data-share]");
    if (!opener || !isPlainClick(event)) return;
    event.preventDefault();
    const href = opener.dataset.address ?? (opener instanceof HTMLAnchorElement ? opener.href : "");
    const address = new URL(href, document.baseURI);
    if (opener.dataset.share === "here")
      address.searchParams.set("page", location.pathname + location.search + location.hash);
    const menu = opener.closest("details.drop[open]");
    if (menu instanceof HTMLDetailsElement) {
      menu.open = false;
      find(menu, "summary").focus(); // where the focus comes back once the dialog is closed
    }
    const { openShare } = await import("../share/dialog.js");
    openShare(address.href);
  });
}

const VISIBLE_MS = 6_000;

/**
 * Return how long a message stays, in milliseconds; 0 means until it is closed. Long texts stay longer.
 *
 * @param {string} text
 * @param {string} kind
 * @returns {number}
 */
export function stay(text, kind) {
  return kind === "bad" ? 0 : VISIBLE_MS + 40 * Math.max(text.length - 60, 0);
}

/**
 * Short messages that come and go, read aloud by the region that holds them. Any module may show one without importing
 * this: `document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind } }))`, where `kind` is "good",
 * "bad" or nothing. A failure stays until it is closed. Buttons with `data-toast` show theirs.
 *
 * @param {Document} root
 */
export function toasts(root) {
  root.addEventListener("portal:toast", ({ detail }) => toast(root, detail.text, detail.kind));
  root.addEventListener("click", (event) => {
    const button = closest(event, "[data-toast]");
    if (button) toast(root, button.dataset.toast ?? "", button.dataset.toastKind);
  });
}

/**
 * Show a message in the region of `root`.
 *
 * @param {Document} root
 * @param {string} text
 * @param {string} [kind]
 */
function toast(root, text, kind = "") {
  const region = find(root, "[data-toasts]");
  const { content } = find(region, "template", HTMLTemplateElement);
  const item = /** @type {HTMLElement} */ (find(content, ".toast").cloneNode(true));
  if (kind) item.classList.add(kind);
  find(item, "[data-text]").textContent = text;
  find(item, "button").addEventListener("click", () => item.remove());
  region.append(item);
  const time = stay(text, kind);
  if (time) leave(item, time);
}

/**
 * Take a message away after a time, unless it is being read: under the pointer or focused.
 *
 * @param {HTMLElement} item
 * @param {number} time
 */
function leave(item, time) {
  setTimeout(() => (item.matches(":hover, :focus-within") ? leave(item, time) : item.remove()), time);
}
