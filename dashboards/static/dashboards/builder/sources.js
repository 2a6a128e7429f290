/** What is added to the page: fields and suggestions of a layer, ready sections, library panels, other dashboards. */
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { fieldsUsed } from "./document.js";
import { problemOf } from "./server.js";

/** @import { PageCommands, PanelCommands } from "./commands.js" */
/** @import { Offer } from "./drag.js" */
/** @import { Server } from "./server.js" */
/** @import { Store } from "./store.js" */

const TYPING_MS = 250;

/** Fills the side of the sources; `commands` add what is chosen. */
export class Sources {
  #root;
  #server;
  #addresses;
  #store;
  #panels;
  #page;
  #layer = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {HTMLElement} root
   * @param {object} parts
   * @param {Server} parts.server
   * @param {Record<string, string>} parts.addresses
   * @param {Store} parts.store
   * @param {PanelCommands} parts.panels
   * @param {PageCommands} parts.page
   */
  constructor(root, { server, addresses, store, panels, page }) {
    this.#root = root;
    this.#server = server;
    this.#addresses = addresses;
    this.#store = store;
    this.#panels = panels;
    this.#page = page;
    store.addEventListener("change", () => this.#mark());
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("input", (event) => this.#typed(event));
    const models = find(root, "#onglet-modeles");
    models.addEventListener("click", () => this.#models());
    models.addEventListener("focus", () => this.#models());
  }

  /**
   * Show the fields of a layer, or the choice of one when there is none.
   *
   * @param {string | undefined} layer
   * @param {string} [relation]
   */
  async open(layer, relation = "") {
    if (!layer) {
      await this.#chooseLayer(true);
      return;
    }
    this.#layer = layer;
    await this.#chooseLayer(false);
    const list = find(this.#root, "[data-fields]");
    const parameters = { couche: layer, ...(relation ? { relation } : {}) };
    await this.#fill(list, this.#addressOf("fields", parameters));
    const source = list.querySelector(".source");
    if (source) {
      find(this.#root, "[data-layer-title]").replaceChildren(...source.children);
      source.remove();
    }
    this.#mark();
    if (relation) findOptional(list, `button[data-relation="${relation}"]`)?.focus();
  }

  /**
   * What an element of the lists would add: `{ name, panel }` or `{ name, section }`; null for nothing.
   *
   * @param {Event} event
   * @returns {Offer | null}
   */
  offer(event) {
    const item = closest(event, "[data-panel], [data-section], [data-include]");
    if (!item || !this.#root.contains(item)) return null;
    const { panel, section, include, filters } = item.dataset;
    const content = JSON.parse(panel ?? section ?? include ?? "{}");
    const name =
      item.dataset.title || content.title || item.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
    if (panel) return { name, panel: content };
    return section
      ? { name, section: content, filters: JSON.parse(filters ?? "[]") }
      : { name, include: content };
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (closest(event, "[data-choose-layer]")) {
      this.#chooseLayer(Boolean(find(this.#root, "[data-layers]").hidden));
      return;
    }
    const layer = closest(event, "button[data-layer]");
    if (layer) {
      const isChoice = layer.closest("[data-layers]") !== null;
      this.open(layer.dataset.layer, layer.dataset.relation).then(() => {
        if (isChoice) find(this.#root, "[data-choose-layer]").focus();
      });
      return;
    }
    if (closest(event, "button")) this.#add(this.offer(event));
  }

  /** @param {Offer | null} offered */
  #add(offered) {
    if (offered?.panel) this.#panels.add(offered.panel, undefined, { name: offered.name });
    else if (offered?.section) this.#page.addSection(offered.section, undefined, offered.filters);
    else if (offered?.include) this.#page.addInclude(offered.include, offered.name);
  }

  /**
   * The places of lists that are searched, and what each is asked from.
   *
   * @param {Event} event
   */
  #typed(event) {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.type !== "search") return;
    const layers = closest(event, "[data-layers]");
    const list = layers ? find(layers, "[data-list]") : closest(event, "[data-library]");
    if (!list) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const name = "library" in list.dataset ? "library" : "layers";
      const { id, value } = target;
      await this.#fill(list, this.#addressOf(name, { q: value }));
      const again = (id && list.querySelector(`#${id}`)) || list.querySelector('input[type="search"]');
      if (again instanceof HTMLInputElement && document.activeElement !== again) {
        again.value = value;
        again.focus();
        again.setSelectionRange(value.length, value.length);
      }
    }, TYPING_MS);
  }

  /** @param {boolean} isOpen */
  async #chooseLayer(isOpen) {
    const layers = find(this.#root, "[data-layers]");
    layers.hidden = !isOpen;
    find(this.#root, "[data-choose-layer]").setAttribute("aria-expanded", String(isOpen));
    find(this.#root, "[data-fields]").hidden = isOpen;
    const list = find(layers, "[data-list]");
    if (isOpen && !list.childElementCount) await this.#fill(list, this.#addresses.layers);
  }

  #models() {
    const models = find(this.#root, "[data-models]");
    const library = find(this.#root, "[data-library]");
    if (this.#layer && models.dataset.of !== this.#layer) {
      models.dataset.of = this.#layer;
      this.#fill(models, this.#addressOf("models", { couche: this.#layer }));
    }
    if (!library.childElementCount) this.#fill(library, this.#addresses.library);
  }

  /** Fields that some panel uses are marked. */
  #mark() {
    const used = fieldsUsed(this.#store.document, this.#layer);
    for (const item of findAll(this.#root, "[data-fields] [data-field]")) {
      item.classList.toggle("is-used", used.has(item.dataset.field));
    }
  }

  /** @param {string} name @param {Record<string, string>} parameters */
  #addressOf(name, parameters) {
    return `${this.#addresses[name]}?${new URLSearchParams(parameters)}`;
  }

  /** @param {HTMLElement} list @param {string} address */
  async #fill(list, address) {
    list.dataset.address = address;
    list.setAttribute("aria-busy", "true");
    try {
      const html = await this.#server.part(address);
      if (list.dataset.address === address) list.innerHTML = html;
    } catch (error) {
      const words = document.createElement("p");
      words.className = "small muted";
      words.textContent = problemOf(error).detail || this.#store.words.saving.fragment_failed;
      if (list.dataset.address === address) list.replaceChildren(words);
    }
    list.removeAttribute("aria-busy");
  }
}
