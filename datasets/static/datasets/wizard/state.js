/** The page of a file that a worker reads or loads: asks how far it is, shows it, and goes on when it is done. */

/**
 * What the server says of the work: `share` in percents, null while nobody knows it; `url` where to go once it is done.
 *
 * @typedef {object} Progress
 * @property {string} state
 * @property {number | null} share
 * @property {string} [url]
 * @property {Record<"state" | "phase" | "percent" | "bytes" | "rows" | "left", string>} words
 */

const PAUSE_MS = 700;

/**
 * Write what changed; a phase is said aloud once, when it begins.
 *
 * @param {HTMLElement} section
 * @param {Pick<Progress, "share" | "words">} progress
 */
export function show(section, { share, words }) {
  const phase = capital(words.phase);
  if (section.querySelector("[data-progress-phase]")?.textContent !== phase)
    write(section.querySelector("[data-progress-message]"), phase);
  write(section.querySelector("[data-progress-phase]"), phase);
  const bar = section.querySelector("progress");
  if (share === null) bar?.removeAttribute("value");
  else if (bar) bar.value = share;
  write(section.querySelector("h2"), capital(words.state));
  write(section.querySelector("[data-progress-share]"), words.percent);
  write(section.querySelector("[data-progress-bytes]"), words.bytes || "—");
  write(section.querySelector("[data-progress-rows]"), words.rows || "—");
  write(section.querySelector("[data-progress-left]"), words.left || "—");
}

/** @param {Element | null} element @param {string} text */
function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** @param {HTMLElement} section */
async function follow(section) {
  const answer = await fetch(section.dataset.progress ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    location.reload();
    return;
  }
  /** @type {Progress} */
  const progress = await answer.json();
  if (progress.url) {
    location.replace(progress.url);
    return;
  }
  if (
    progress.state !== section.dataset.state &&
    !(progress.state === "reading" && section.dataset.state === "received")
  ) {
    location.reload();
    return;
  }
  show(section, progress);
  setTimeout(again, PAUSE_MS, section);
}

/** @param {HTMLElement} section */
function again(section) {
  follow(section).catch((error) => {
    // The network is away for a moment: the next question tells.
    if (!(error instanceof TypeError)) throw error;
    setTimeout(again, PAUSE_MS, section);
  });
}

const section = /** @type {HTMLElement | null | undefined} */ (
  globalThis.document?.querySelector("[data-progress]")
);
if (section) again(section);
