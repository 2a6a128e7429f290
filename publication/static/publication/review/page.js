/** A review that somebody else decides meanwhile: a banner says so, and what can no longer be sent goes. */
import { find, findAll, findOptional } from "../../interface/dom.js";

const EVERY_MS = 30_000;

watchState(document);

/**
 * Ask whether the state of the version is still that of the page, while it is looked at.
 *
 * @param {Document} root
 */
function watchState(root) {
  const section = findOptional(root, "[data-review-decision]");
  const address = section?.dataset.reviewState;
  if (!section || !address) return;
  const look = async () => {
    if (root.visibilityState !== "visible") return;
    const answer = await fetch(address).catch(() => null); // without network, the next time says it
    if (answer?.status !== 200) return;
    clearInterval(timer);
    root.removeEventListener("visibilitychange", look);
    showBanner(root, section, await answer.text());
  };
  const timer = setInterval(look, EVERY_MS);
  root.addEventListener("visibilitychange", look);
}

/**
 * @param {Document} root
 * @param {HTMLElement} section
 * @param {string} text - the banner as HTML
 */
function showBanner(root, section, text) {
  const banner = new DOMParser().parseFromString(text, "text/html").querySelector("[data-review-banner]");
  if (!banner) return;
  find(section, "[data-review-banner-place]").append(banner);
  for (const form of findAll(root, "[data-review-form]", HTMLFormElement)) form.hidden = true;
}
