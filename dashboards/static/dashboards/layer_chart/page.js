/** The chart of a layer: drawn when it is seen, again at each choice; its page keeps the choice in its address. */
import "../panels/element.js";
import { find, findAll } from "../../interface/dom.js";

const NEAR = "200px";

class LayerChart {
  #root;
  #turn = 0;

  /** @param {HTMLElement} root */
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
        this.#load(this.#root.dataset.layerChart ?? "");
      },
      { rootMargin: NEAR },
    );
    seen.observe(this.#root);
  }

  /** @param {EventTarget | null} field */
  #choose(field) {
    if (!(field instanceof Element)) return;
    const form = field.closest("[data-chart-form]");
    if (!(form instanceof HTMLFormElement)) return;
    const address = new URL(form.action);
    const values = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
    address.search = new URLSearchParams(values).toString();
    this.#load(address.href, field.id);
  }

  /**
   * Read a chart in place of the one that is there; the focus stays on what was chosen.
   *
   * @param {string} address
   * @param {string} [focused]
   */
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
    find(this.#root, "[data-chart], [data-chart-way]").outerHTML = await answer.text();
    if (focused) document.getElementById(focused)?.focus();
    if ("ownPage" in this.#root.dataset)
      history.replaceState(null, "", find(this.#root, "[data-chart]").dataset.address);
  }

  /**
   * A mark opens the features that it stands for, as its row of the table does.
   *
   * @param {FilterChoice} choice
   */
  #open({ field, value }) {
    const rows = findAll(this.#root, "a[data-filter-field]", HTMLAnchorElement);
    const row = rows.find(({ dataset }) => dataset.filterField === field && dataset.filterValue === value);
    if (row) location.assign(row.href);
  }
}

for (const root of findAll(document, "[data-layer-chart]")) new LayerChart(root);
