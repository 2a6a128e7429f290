/** The page of deliveries: as long as a file is being read or loaded, its section is read again and put in place. */
import { findOptional } from "../../interface/dom.js";

const PAUSE_MS = 2000;

async function renew() {
  const older = findOptional(document, "[data-uploads]");
  if (!older?.querySelector("[data-busy-upload]")) return;
  setTimeout(again, PAUSE_MS);
  // A section that somebody is in stays as it is: its links are not taken from under their hands.
  if (document.visibilityState !== "visible" || older.contains(document.activeElement)) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const newer = page.querySelector("[data-uploads]");
  if (newer && newer.innerHTML !== older.innerHTML) older.replaceWith(newer);
}

function again() {
  renew().catch((error) => {
    // The network is away for a moment: the next reading tells.
    if (!(error instanceof TypeError)) throw error;
  });
}

setTimeout(again, PAUSE_MS);
