/** Cards of dashboards: the sketch of each becomes what its page shows, when it is seen, a few at a time. */
import { findAll } from "../../interface/dom.js";

const AT_ONCE = 2;

let running = 0;
/** @type {HTMLElement[]} */
const waiting = [];
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.push(/** @type {HTMLElement} */ (target));
  }
  next();
});

function next() {
  while (running < AT_ONCE) {
    const sketch = waiting.shift();
    if (!sketch) return;
    ask(sketch);
  }
}

/**
 * Put what the page shows in the place of a sketch, which stays where the answer is none.
 *
 * @param {HTMLElement} sketch
 */
async function ask(sketch) {
  running += 1;
  try {
    const answer = await fetch(sketch.dataset.miniature ?? "", { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) sketch.outerHTML = await answer.text();
  } catch {
    // The network is away: the card is read all the same.
  }
  running -= 1;
  next();
}

for (const sketch of findAll(document, "[data-miniature]")) seen.observe(sketch);
