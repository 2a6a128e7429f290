/** A chart of a dashboard as an element: drawn when it is near the screen, given up when it goes. */
import { find, findOptional } from "../../interface/dom.js";

/** @import { Chart } from "./chart.js" */

const NEAR = "300px";
const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries)
      if (isIntersecting) /** @type {PanelChart} */ (target).open();
  },
  { rootMargin: NEAR },
);

/** `<panel-chart>`: its JSON is a specification of Vega-Lite; a click on a mark asks for a filter of the page. */
class PanelChart extends HTMLElement {
  /** @type {Chart | null} */
  #chart = null;

  connectedCallback() {
    this.dataset.state ??= "waiting";
    seen.observe(this);
  }

  disconnectedCallback() {
    seen.unobserve(this);
    this.#chart?.close();
    this.#chart = null;
  }

  /** Moved in its page (`moveBefore`), it stays drawn. */
  connectedMoveCallback() {}

  /** Draw the chart: `data-state` is then `ready`, or `failed`, where the table that says the same is unfolded. */
  async open() {
    seen.unobserve(this);
    if (this.#chart) return;
    try {
      const { Chart } = await import("./chart.js");
      if (!this.isConnected || this.#chart) return;
      const written = find(this, "script[type='application/json']").textContent;
      this.#chart = new Chart(this, JSON.parse(written));
      await this.#chart.open();
      this.dataset.state = "ready";
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    this.dataset.state = "failed";
    const panel = this.closest("[data-panel]");
    const table = panel && findOptional(panel, "details.panel-data", HTMLDetailsElement);
    if (table) table.open = true;
    console.warn(error);
  }
}

customElements.define("panel-chart", PanelChart);
