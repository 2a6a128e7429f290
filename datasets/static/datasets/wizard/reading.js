/** Reads the file again in place when a choice of reading changes: the page around it stays, and so does the focus. */
import { find, findAll, findOptional } from "../../interface/dom.js";

const PAUSE_MS = 500;
// After ten seconds the page of the work tells more: how far it is, and a way to stop it.
const MAX_ATTEMPTS = 20;
const BUSY = new Set(["received", "reading"]);

/**
 * Bind the form of the reading; `onRenewed(root)` binds again what the new part of the page needs.
 *
 * @param {Document} root
 * @param {(root: Document) => void} onRenewed
 */
export function bindReading(root, onRenewed) {
  const section = findOptional(root, "[data-reading]");
  const form = section && findOptional(section, ".reading-form", HTMLFormElement);
  if (!form) return;
  let isReading = false;
  const read = async () => {
    if (isReading) return;
    isReading = true;
    section.setAttribute("aria-busy", "true");
    try {
      await readAgain(form, section.dataset.reading ?? "", onRenewed);
    } finally {
      isReading = false;
      section.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("change", read);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    read();
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {string} state
 * @param {(root: Document) => void} onRenewed
 */
async function readAgain(form, state, onRenewed) {
  const { busy = "", readingFailed = "", readAgain: done = "" } = form.dataset;
  say(busy);
  const id = document.activeElement?.id ?? "";
  const ordered = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const page = ordered.ok ? await pageWhenRead(state) : null;
  const newer = page && findOptional(page, "[data-columns]");
  // The portal could not read it so, or something is in the way: its own pages say what.
  if (!newer) return location.reload();
  keepIdentity(newer);
  find(document, "[data-columns]").replaceWith(newer);
  replaceMap(page);
  onRenewed(document);
  (document.getElementById(id) ?? find(document, "#lecture")).focus();
  say(newer.querySelector("#erreurs") ? readingFailed : done);
}

/** @param {string} words */
function say(words) {
  find(document, "[data-reading-message]").textContent = words;
}

/**
 * What was typed of the dataset itself stays: only the columns are another reading's.
 *
 * @param {HTMLElement} newer
 */
function keepIdentity(newer) {
  /** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control */
  const controls = /** @type {Control[]} */ (findAll(document, "[data-columns] [name^='jeu-']"));
  for (const input of controls) {
    const same = /** @type {Control | null} */ (newer.querySelector(`[name="${input.name}"]`));
    if (same) same.value = input.value;
  }
}

/**
 * The page of the columns once the file is read, as a document.
 *
 * @param {string} state
 */
async function pageWhenRead(state) {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const answer = await fetch(state, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    /** @type {{ state: string, url?: string }} */
    const progress = await answer.json();
    if (!BUSY.has(progress.state)) {
      if (!progress.url) return null;
      const page = await fetch(progress.url, { headers: { Accept: "text/html" } });
      return new DOMParser().parseFromString(await page.text(), "text/html");
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}

/** @param {Document} page */
function replaceMap(page) {
  const older = document.getElementById("dataset-map");
  const newer = page.getElementById("dataset-map");
  older?.remove();
  if (newer) document.body.append(newer);
}
