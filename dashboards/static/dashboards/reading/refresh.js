/** A dashboard that its authors want fresh: asked again every so often, while it is looked at and not suspended. */

/** Call `ask` every `seconds` while the page is seen; the button of `root`, if any, suspends it. */
export function refreshing(root, seconds, ask) {
  if (!(seconds > 0)) return;
  const button = root.querySelector("[data-refresh-toggle]");
  let isOn = true;
  if (button) {
    button.hidden = false;
    button.title = button.dataset.pause;
    button.addEventListener("click", () => {
      isOn = !isOn;
      button.title = isOn ? button.dataset.pause : button.dataset.play;
      button.querySelector("[data-label]").textContent = button.title;
      button.toggleAttribute("data-suspended", !isOn);
    });
  }
  setInterval(() => {
    if (isOn && !document.hidden) ask();
  }, seconds * 1000);
}
