/** The dialog of sharing: its content comes from the server at each opening. */
import { find, findOptional } from "../dom.js";

const PICTURE = "portal:picture";

/**
 * Open the ways to share that an address gives; when they cannot be read, go to their page, which says why.
 *
 * @param {string} address
 */
export async function openShare(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(address);
    return;
  }
  const dialog = dialogOf(document);
  find(dialog, "[data-share-content]").innerHTML = await answer.text();
  offerPicture(dialog);
  offerNative(dialog);
  dialog.showModal();
}

/** @param {Document} page */
function dialogOf(page) {
  const dialog = findOptional(page, "[data-share-dialog]", HTMLDialogElement);
  if (dialog) return dialog;
  const template = find(page, "template[data-share-template]", HTMLTemplateElement);
  page.body.append(template.content.cloneNode(true));
  return find(page, "[data-share-dialog]", HTMLDialogElement);
}

/**
 * A page that can draw what it shows says so: it answers the event with a promise of its name and its content.
 *
 * @param {HTMLElement} dialog
 */
function offerPicture(dialog) {
  const line = findOptional(dialog, "[data-share-picture]");
  if (!line || !document.querySelector("[data-makes-picture]")) return;
  const button = find(line, "button", HTMLButtonElement);
  const status = find(line, "[data-share-message]");
  const words = JSON.parse(line.dataset.sharePicture ?? "{}");
  line.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = status.dataset.wait ?? "";
    button.disabled = true;
    try {
      await new Promise((resolve, reject) =>
        document.dispatchEvent(new CustomEvent(PICTURE, { detail: { ...words, resolve, reject } })),
      );
      status.textContent = status.dataset.done ?? "";
    } catch (error) {
      console.warn(error);
      status.textContent = status.dataset.failed ?? "";
    }
    button.disabled = false;
    button.focus();
  });
}

/**
 * Phones send a link by what is installed on them.
 *
 * @param {HTMLElement} dialog
 */
function offerNative(dialog) {
  const button = findOptional(dialog, "[data-share-native]");
  if (!button || !navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { shareNative: url, title } = button.dataset;
    navigator.share({ url, title }).catch(() => {}); // closed without a choice
  });
}
