/** What publishing will change, drawn beside the settings: read once it is open, and after each save. */

/** Follow `details`; `read()` gives the HTML. Returns what is to be called when the draft is written. */
export function publicationChanges(details, read, words) {
  const body = details.querySelector("[data-changes-body]");
  let isStale = true;
  let turn = 0;

  const show = async () => {
    if (!isStale || !details.open) return;
    isStale = false;
    turn += 1;
    const asked = turn;
    body.setAttribute("aria-busy", "true");
    try {
      const html = await read();
      if (asked === turn) body.innerHTML = html;
    } catch (error) {
      isStale = true; // opened again, it is asked again
      if (asked === turn) body.textContent = error.told?.detail || words.saving.fragment_failed;
    }
    if (asked === turn) body.removeAttribute("aria-busy");
  };

  details.addEventListener("toggle", show);
  show();
  return () => {
    isStale = true;
    show();
  };
}
