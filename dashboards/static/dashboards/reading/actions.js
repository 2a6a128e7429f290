/** What a panel offers beside its chart: its table by one key, the whole screen. */

const TYPED = "input, select, textarea, [contenteditable]";

/** Follow the actions of the panels of `root`. */
export function panelActions(root) {
  const reveal = () => {
    for (const button of root.querySelectorAll("[data-full-screen]"))
      button.hidden = !document.fullscreenEnabled;
  };
  reveal();
  root.addEventListener("dashboard:panel", reveal);
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-full-screen]");
    if (button) button.closest("[data-panel]").requestFullscreen();
  });
  // One key, and only while something of the panel has the focus (WCAG 2.1.4).
  root.addEventListener("keydown", (event) => {
    if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches(TYPED)) return;
    const table = event.target.closest("[data-panel]")?.querySelector("details.panel-data");
    if (!table) return;
    event.preventDefault();
    table.open = !table.open;
    if (table.open) table.querySelector("summary").focus();
  });
}
