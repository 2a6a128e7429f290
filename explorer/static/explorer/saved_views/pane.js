/** The tab of kept views: what is saved is the address that the map has at that instant. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";

/** Fill the address before the form leaves, and say what the server answered. */
export function bindViews(root) {
  const pane = root.querySelector("[data-views-pane]");
  pane.addEventListener("submit", () => fill(pane), true);
  pane.addEventListener("click", ({ target }) => {
    const link = target.closest("[data-sign-in]");
    if (!link) return;
    const back = new URL(link.href);
    back.searchParams.set("next", location.pathname + location.search + location.hash);
    link.href = back.href;
  });
  document.addEventListener("htmx:after:swap", () => {
    const said = pane.querySelector("[data-said]");
    if (!said) return;
    const detail = { text: said.dataset.said, kind: "good" };
    delete said.dataset.said;
    document.dispatchEvent(new CustomEvent("portal:toast", { detail }));
    pane.querySelector("#view_title")?.focus();
  });
  htmx.process(pane);
}

function fill(pane) {
  const field = pane.querySelector("[data-view-address]");
  const kept = new URLSearchParams(location.search);
  kept.delete("onglet"); // always this one
  if (field) field.value = `${kept}${location.hash}`;
}
