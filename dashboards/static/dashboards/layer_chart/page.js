/** The chart of a layer: drawn when it is seen, again at each choice; its page keeps the choice in its address. */
import "../panels/element.js";

const NEAR = "200px";

class LayerChart {
  #root;
  #turn = 0;

  constructor(root) {
    this.#root = root;
    root.addEventListener("change", ({ target }) => this.#choose(target));
    root.addEventListener("dashboard:filter", ({ detail }) => this.#open(detail));
    if (!root.querySelector("[data-chart]")) this.#whenSeen();
  }

  #whenSeen() {
    const seen = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return;
        seen.disconnect();
        this.#load(this.#root.dataset.layerChart);
      },
      { rootMargin: NEAR },
    );
    seen.observe(this.#root);
  }

  #choose(field) {
    const form = field.closest("[data-chart-form]");
    if (!form) return;
    const address = new URL(form.action);
    address.search = new URLSearchParams(new FormData(form));
    this.#load(address.href, field.id);
  }

  /** Read a chart in place of the one that is there; the focus stays on what was chosen. */
  async #load(address, focused = "") {
    this.#turn += 1;
    const turn = this.#turn;
    this.#root.ariaBusy = "true";
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== this.#turn) return;
    this.#root.ariaBusy = "false";
    if (!answer?.ok) {
      location.assign(address); // its page says why
      return;
    }
    const place = this.#root.querySelector("[data-chart], [data-chart-way]");
    place.outerHTML = await answer.text();
    if (focused) document.getElementById(focused)?.focus();
    if ("ownPage" in this.#root.dataset)
      history.replaceState(null, "", this.#root.querySelector("[data-chart]").dataset.address);
  }

  /** A mark opens the features that it stands for, as its row of the table does. */
  #open({ field, value }) {
    const rows = [...this.#root.querySelectorAll("a[data-filter-field]")];
    const found = rows.find(({ dataset }) => dataset.filterField === field && dataset.filterValue === value);
    if (found) location.assign(found.href);
  }
}

for (const root of document.querySelectorAll("[data-layer-chart]")) new LayerChart(root);
