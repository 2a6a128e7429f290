// Follows a file that a worker prepares: reads its page again, shows what changed, says aloud the changes of state alone.
import { find, findOptional } from "../dom.js";

const PAUSE_MS = 2000;
const UNFINISHED = new Set(["waiting", "running"]);

/**
 * Put the newer part in the place of the older one; the reader's place is kept while nothing but figures move.
 *
 * @param {HTMLElement} older
 * @param {HTMLElement} newer
 */
function renew(older, newer) {
  if (older.dataset.state === newer.dataset.state) {
    const [before, after] = [older, newer].map((part) => part.querySelector("[data-prepared-progress]"));
    if (before && after) before.replaceWith(after);
    return false;
  }
  const hadFocus = older.contains(document.activeElement);
  older.replaceWith(newer);
  find(document, "[data-prepared-message]").textContent = find(newer, "[data-prepared-title]").textContent;
  if (hadFocus) find(document, "[data-prepared-heading]").focus();
  return true;
}

async function follow() {
  const older = findOptional(document, "[data-prepared]");
  if (!older || !UNFINISHED.has(older.dataset.state ?? "")) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) {
      location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const newer = findOptional(page, "[data-prepared]");
    if (newer && renew(older, newer)) document.title = page.title;
  } catch (error) {
    // The network is away for a moment: the next reading tells.
    if (!(error instanceof TypeError)) throw error;
  }
  setTimeout(follow, PAUSE_MS);
}

setTimeout(follow, PAUSE_MS);
