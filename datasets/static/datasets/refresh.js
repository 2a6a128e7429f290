/** A page about something that goes on looks again by itself, as long as it is looked at. */

/** Reload after the seconds that `data-refresh` says. */
export function bindRefresh(root) {
  const waiting = root.querySelector("[data-refresh]");
  if (!waiting) return;
  setInterval(() => {
    if (document.visibilityState === "visible") location.reload();
  }, Number(waiting.dataset.refresh) * 1000);
}
