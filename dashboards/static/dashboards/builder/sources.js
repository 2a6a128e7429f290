/** What is added to the page: fields and suggestions of a layer, ready sections, library panels, other dashboards. */

const TYPING_MS = 250;

/** Fills the side of the sources; `commands` add what is chosen. */
export class Sources {
  #root;
  #server;
  #addresses;
  #words;
  #panels;
  #page;
  #layer = "";

  constructor(root, { server, addresses, words, panels, page }) {
    this.#root = root;
    this.#server = server;
    this.#addresses = addresses;
    this.#words = words;
    this.#panels = panels;
    this.#page = page;
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
    const title = place.querySelector("[data-layer-name]")?.textContent.trim();
    this.#root.querySelector("[data-layer-title]").textContent = title || layer;
    if (relation) place.querySelector(`button[data-relation="${relation}"]`)?.focus();
  }

  /** What an element of the lists would add: `{ name, panel }` or `{ name, section }`; null for nothing. */
  offer(target) {
    const item = target.closest("[data-panel], [data-section], [data-include]");
    if (!item || !this.#root.contains(item)) return null;
    const name = item.dataset.title || item.textContent.trim().split("\n")[0].slice(0, 60);
    const { panel, section, include } = item.dataset;
    if (panel) return { name, panel: JSON.parse(panel) };
    return section ? { name, section: JSON.parse(section) } : { name, include: JSON.parse(include) };
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
    if (offered?.panel) this.#panels.add(offered.panel, undefined, { wants: "focus" });
    else if (offered?.section) this.#page.addSection(offered.section);
    else if (offered?.include) this.#page.addInclude(offered.include);
  }

  /** The places of lists that are searched, and what each is asked from. */
  #typed({ target }) {
    if (target.type !== "search") return;
    const place = target.closest("[data-layers], [data-library], [data-models]");
    if (!place) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const name = "layers" in place.dataset ? "layers" : "library" in place.dataset ? "library" : "models";
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
    if (isOpen && !place.childElementCount) await this.#fill(place, this.#addresses.layers);
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
      words.textContent = error.told?.detail || this.#words.saving.fragment_failed;
      if (place.dataset.address === address) place.replaceChildren(words);
    }
    place.removeAttribute("aria-busy");
  }
}
