/** Cards of dashboards: the sketch of each becomes what its page shows, when it is seen, a few at a time. */

const AT_ONCE = 2;

let asked = 0;
const waiting = [];
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    waiting.push(target);
  }
  next();
});

function next() {
  while (asked < AT_ONCE && waiting.length) ask(waiting.shift());
}

/** Put what the page shows in the place of a sketch, which stays where the answer is none. */
async function ask(sketch) {
  asked += 1;
  try {
    const answer = await fetch(sketch.dataset.miniature, { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) sketch.outerHTML = await answer.text();
  } catch {
    // The network is away: the card is read all the same.
  }
  asked -= 1;
  next();
}

for (const sketch of document.querySelectorAll("[data-miniature]")) seen.observe(sketch);
