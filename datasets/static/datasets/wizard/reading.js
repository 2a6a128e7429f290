/** Reads the file again in place when a choice of reading changes: the page around it stays, and so does the focus. */

const PAUSE_MS = 500;
// After ten seconds the page of the work tells more: how far it is, and a way to stop it.
const PATIENCE = 20;
const BUSY = new Set(["received", "reading"]);

/** Bind the form of the reading; `onRenewed(root)` binds again what the new part of the page needs. */
export function bindReading(root, onRenewed) {
  const section = root.querySelector("[data-reading]");
  const form = section?.querySelector(".reading-form");
  if (!form) return;
  let isReading = false;
  const read = async () => {
    if (isReading) return;
    isReading = true;
    section.setAttribute("aria-busy", "true");
    try {
      await readAgain(form, section.dataset.reading, onRenewed);
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

async function readAgain(form, state, onRenewed) {
  say(form.dataset.busy);
  const { id } = document.activeElement;
  const ordered = await fetch(form.action, { method: "POST", body: new FormData(form) });
  const page = ordered.ok ? await pageWhenRead(state) : null;
  const newer = page?.querySelector("[data-columns]");
  // The portal could not read it so, or something is in the way: its own pages say what.
  if (!newer) return location.reload();
  keepIdentity(newer);
  document.querySelector("[data-columns]").replaceWith(newer);
  replaceMap(page);
  onRenewed(document);
  (document.getElementById(id) ?? document.getElementById("lecture")).focus();
  say(newer.querySelector("#erreurs") ? form.dataset.readingFailed : form.dataset.readAgain);
}

function say(words) {
  document.querySelector("[data-reading-said]").textContent = words;
}

/** What was typed of the dataset itself stays: only the columns are another reading's. */
function keepIdentity(newer) {
  for (const input of document.querySelectorAll("[data-columns] [name^='jeu-']")) {
    const same = newer.querySelector(`[name="${input.name}"]`);
    if (same) same.value = input.value;
  }
}

/** The page of the columns once the file is read, as a document. */
async function pageWhenRead(state) {
  for (let asked = 0; asked < PATIENCE; asked += 1) {
    const answer = await fetch(state, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const told = await answer.json();
    if (!BUSY.has(told.state)) {
      if (!told.url) return null;
      const page = await fetch(told.url, { headers: { Accept: "text/html" } });
      return new DOMParser().parseFromString(await page.text(), "text/html");
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return null;
}

function replaceMap(page) {
  const older = document.getElementById("dataset-map");
  const newer = page.getElementById("dataset-map");
  older?.remove();
  if (newer) document.body.append(newer);
}
