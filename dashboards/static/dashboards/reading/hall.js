/** A screen in a hall: one section at a time, until somebody pauses it (WCAG 2.2.2); still at first where people ask for it. */

/** Show the sections of `root` in turn, each for `seconds`. */
export function openHall(root, seconds) {
  const sections = [...root.querySelectorAll(".dashboard-section")];
  if (!sections.length) return;
  const control = (name) => root.querySelector(`[data-hall-${name}]`);
  const pause = control("pause");
  let place = 0;
  let isOn = sections.length > 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
  let timer = 0;

  const show = (number) => {
    place = (number + sections.length) % sections.length;
    for (const [other, section] of sections.entries()) section.hidden = other !== place;
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    if (isOn) timer = setTimeout(() => show(place + 1), seconds * 1000);
    pause.querySelector("[data-label]").textContent = isOn ? pause.dataset.pause : pause.dataset.play;
  };

  pause.addEventListener("click", () => {
    isOn = !isOn;
    plan();
  });
  control("next").addEventListener("click", () => show(place + 1));
  control("previous").addEventListener("click", () => show(place - 1));
  root.addEventListener("keydown", ({ key, target }) => {
    if (target.closest("[data-panel]")) return;
    if (key === "ArrowRight") show(place + 1);
    if (key === "ArrowLeft") show(place - 1);
  });
  control("controls").hidden = false;
  show(0);
}
