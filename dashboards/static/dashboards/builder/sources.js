/** What is added to the page: fields and suggestions of a layer, ready sections, library panels, other dashboards. */
import { fieldsUsed } from "./document.js";

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
    root.querySelector("#onglet-modeles").addEventListener("click", () => this.#models());
    root.querySelector("#onglet-modeles").addEventListener("focus", () => this.#models());
  }

  /** Show the fields of a layer, or the choice of one when there is none. */
  async open(layer, relation = "") {
    if (!layer) {
      await this.#chooseLayer(true);
      return;
    }
    this.#layer = layer;
    await this.#chooseLayer(false);
    const place = this.#root.querySelector("[data-fields]");
    const asked = { couche: layer, ...(relation ? { relation } : {}) };
    await this.#fill(place, this.#addressOf("fields", asked));
    const source = place.querySelector(".source");
    if (source) {
      this.#root.querySelector("[data-layer-title]").replaceChildren(...source.children);
      source.remove();
    }
    this.#mark();
    if (relation) place.querySelector(`button[data-relation="${relation}"]`)?.focus();
  }

  /** What an element of the lists would add: `{ name, panel }` or `{ name, section }`; null for nothing. */
  offer(target) {
    const item = target.closest("[data-panel], [data-section], [data-include]");
    if (!item || !this.#root.contains(item)) return null;
    const { panel, section, include, filters } = item.dataset;
    const held = JSON.parse(panel ?? section ?? include);
    const name =
      item.dataset.title || held.title || item.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
    if (panel) return { name, panel: held };
    return section ? { name, section: held, filters: JSON.parse(filters ?? "[]") } : { name, include: held };
  }

  #click(event) {
    const { target } = event;
    if (target.closest("[data-choose-layer]")) {
      this.#chooseLayer(this.#root.querySelector("[data-layers]").hidden);
      return;
    }
    const layer = target.closest("button[data-layer]");
    if (layer) {
      const isChoice = layer.closest("[data-layers]") !== null;
      this.open(layer.dataset.layer, layer.dataset.relation).then(() => {
        if (isChoice) this.#root.querySelector("[data-choose-layer]").focus();
      });
      return;
    }
    if (target.closest("button")) this.#add(this.offer(target));
  }

  #add(offered) {
    if (offered?.panel) this.#panels.add(offered.panel, undefined, { name: offered.name });
    else if (offered?.section) this.#page.addSection(offered.section, undefined, offered.filters);
    else if (offered?.include) this.#page.addInclude(offered.include, offered.name);
  }

  /** The places of lists that are searched, and what each is asked from. */
  #typed({ target }) {
    if (target.type !== "search") return;
    const place =
      target.closest("[data-layers]")?.querySelector("[data-list]") ?? target.closest("[data-library]");
    if (!place) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const name = "library" in place.dataset ? "library" : "layers";
      const { id, value } = target;
      await this.#fill(place, this.#addressOf(name, { q: value }));
      const again = (id && place.querySelector(`#${id}`)) || place.querySelector('input[type="search"]');
      if (again && document.activeElement !== again) {
        again.value = value;
        again.focus();
        again.setSelectionRange(value.length, value.length);
      }
    }, TYPING_MS);
  }

  #timer = 0;

  async #chooseLayer(isOpen) {
    const place = this.#root.querySelector("[data-layers]");
    place.hidden = !isOpen;
    this.#root.querySelector("[data-choose-layer]").setAttribute("aria-expanded", String(isOpen));
    this.#root.querySelector("[data-fields]").hidden = isOpen;
    const list = place.querySelector("[data-list]");
    if (isOpen && !list.childElementCount) await this.#fill(list, this.#addresses.layers);
  }

  #models() {
    const [models, library] = ["[data-models]", "[data-library]"].map((name) =>
      this.#root.querySelector(name),
    );
    if (this.#layer && models.dataset.of !== this.#layer) {
      models.dataset.of = this.#layer;
      this.#fill(models, this.#addressOf("models", { couche: this.#layer }));
    }
    if (!library.childElementCount) this.#fill(library, this.#addresses.library);
  }

  /** Fields that some panel uses are marked. */
  #mark() {
    const used = fieldsUsed(this.#store.document, this.#layer);
    for (const item of this.#root.querySelectorAll("[data-fields] [data-field]")) {
      item.classList.toggle("is-used", used.has(item.dataset.field));
    }
  }

  #addressOf(name, parameters) {
    const found = new URLSearchParams(parameters).toString();
    return found ? `${this.#addresses[name]}?${found}` : this.#addresses[name];
  }

  async #fill(place, address) {
    place.dataset.address = address;
    place.setAttribute("aria-busy", "true");
    try {
      const html = await this.#server.part(address);
      if (place.dataset.address === address) place.innerHTML = html;
    } catch (error) {
      const words = document.createElement("p");
      words.className = "small muted";
      words.textContent = error.told?.detail || this.#store.words.saving.fragment_failed;
      if (place.dataset.address === address) place.replaceChildren(words);
    }
    place.removeAttribute("aria-busy");
  }
}
