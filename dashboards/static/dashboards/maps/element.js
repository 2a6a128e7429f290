/** A map of a dashboard as an element: drawn when it is seen, one after the other, given up when it goes. */
import { find } from "../../interface/dom.js";
import { Queue } from "./queue.js";

/** @import { PanelMapConfig } from "./layers.js" */
/** @import { PanelMap } from "./panel-map.js" */

/** @type {Queue<DashboardMap>} */
const queue = new Queue((element) => element.open());

/** `<dashboard-map>`: its JSON says what to draw; a click on the map or its legend asks for a filter of the page. */
export class DashboardMap extends HTMLElement {
  /** @type {PanelMap | null} */
  #panel = null;

  connectedCallback() {
    queue.watch(this);
    this.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    queue.leave(this);
    this.#panel?.part(this.key);
    this.#panel = null;
  }

  /** Moved in its page (`moveBefore`), it stays drawn. */
  connectedMoveCallback() {}

  /** The name of the panel, the same when the page asks for it again. */
  get key() {
    return this.dataset.config ?? "";
  }

  /**
   * What the server wrote of the map.
   *
   * @returns {PanelMapConfig}
   */
  get config() {
    return JSON.parse(find(this, "script[type='application/json']").textContent);
  }

  /** Draw the map; the promise is kept once it is drawn, or has failed and says so. */
  async open() {
    if (this.#panel) return;
    const { openMap } = await import("./panel-map.js");
    if (!this.isConnected) return; // the page asked for another panel meanwhile
    try {
      this.#panel = openMap(this);
      await this.#panel.show(this);
    } catch (error) {
      this.close();
      this.tell("failed");
      const words = find(this, "[data-map-tip]");
      words.textContent = this.config.said.failed;
      words.hidden = false;
      console.warn(error);
    }
  }

  /** What the map shows: west, south, east and north in degrees; null until it is drawn. */
  get bounds() {
    return this.dataset.state === "ready" ? (this.#panel?.bounds ?? null) : null;
  }

  /** Give the map's place in the memory of the graphics card back. */
  close() {
    this.#panel?.close();
    this.#panel = null;
    this.tell("waiting");
  }

  /**
   * Say in the page where the map stands: `waiting`, `ready` or `failed`.
   *
   * @param {string} state
   */
  tell(state) {
    this.dataset.state = state;
  }

  /**
   * Ask the page to filter on a value of a field.
   *
   * @param {string} field
   * @param {string} value
   */
  ask(field, value) {
    this.dispatchEvent(new CustomEvent("dashboard:filter", { detail: { field, value }, bubbles: true }));
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event instanceof KeyboardEvent && event.key === "Escape") find(this, "[data-map-tip]").hidden = true;
  }
}

customElements.define("dashboard-map", DashboardMap);
