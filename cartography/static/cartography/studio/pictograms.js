/** The chooser of pictograms: found by words, shown in one dialog for every input that names one. */

const PAUSE_MS = 200;

/** Follow the buttons that choose a pictogram. */
export function followPictograms(root) {
  const dialog = document.querySelector("[data-pictograms]");
  const search = dialog.querySelector("[data-pictogram-search]");
  const found = dialog.querySelector("[data-pictogram-found]");
  let wanted = null;
  let timer = 0;
  let asked = 0;

  const look = async () => {
    asked += 1;
    const mine = asked;
    const address = `${root.dataset.iconsAddress}?q=${encodeURIComponent(search.value.trim())}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (mine === asked && answer.ok) found.innerHTML = await answer.text();
  };
  root.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-pictogram-button]");
    if (!button) return;
    wanted = button.closest("[data-pictogram]").querySelector("[data-pictogram-text]").id;
    search.value = "";
    dialog.showModal();
    search.focus();
    look();
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  found.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-pictogram-name]")?.dataset.pictogramName;
    const input = wanted && document.getElementById(wanted);
    if (!name || !input) return;
    dialog.close();
    input.value = name;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const dress = () => {
    for (const button of root.querySelectorAll("[data-pictogram-button][hidden]")) button.hidden = false;
  };
  new MutationObserver(dress).observe(root, { childList: true, subtree: true });
  dress();
}
