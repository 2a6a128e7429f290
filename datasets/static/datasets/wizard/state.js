/** The page of a file that a worker reads or loads: asks how far it is, shows it, and goes on when it is done. */

const PAUSE_MS = 700;

/** Write what changed; a phase is said aloud once, when it begins. */
export function show(section, { share, words }) {
  const phase = section.querySelector("[data-progress-phase]");
  if (phase.textContent !== capital(words.phase)) {
    phase.textContent = capital(words.phase);
    section.querySelector("[data-progress-said]").textContent = phase.textContent;
  }
  const bar = section.querySelector("progress");
  if (share === null) bar.removeAttribute("value");
  else bar.value = share;
  write(section.querySelector("h2"), capital(words.state));
  write(section.querySelector("[data-progress-share]"), words.percent);
  write(section.querySelector("[data-progress-bytes]"), words.bytes || "—");
  write(section.querySelector("[data-progress-rows]"), words.rows || "—");
  write(section.querySelector("[data-progress-left]"), words.left || "—");
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

async function follow(section) {
  const answer = await fetch(section.dataset.progress, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    location.reload();
    return;
  }
  const told = await answer.json();
  if (told.url) {
    location.replace(told.url);
    return;
  }
  if (
    told.state !== section.dataset.state &&
    !(told.state === "reading" && section.dataset.state === "received")
  ) {
    location.reload();
    return;
  }
  show(section, told);
  setTimeout(again, PAUSE_MS, section);
}

function again(section) {
  follow(section).catch((error) => {
    // The network is away for a moment: the next question tells.
    if (!(error instanceof TypeError)) throw error;
    setTimeout(again, PAUSE_MS, section);
  });
}

const section = globalThis.document?.querySelector("[data-progress]");
if (section) again(section);
