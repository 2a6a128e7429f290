/** The map beside the form: the draft, what is published, or both on each side of a divider, as light, dark or paper. */

import { schemePalette } from "../../interface/map/palette.js";
import { featureLayers } from "../../interface/map/style.js";
import { SwipeSides } from "../../interface/map/swipe.js";
import { createMap } from "../../interface/map/view.js";

const DARK = "(prefers-color-scheme: dark)";
const NAMES = ["published", "draft"];

/** The preview of a studio; call `start` once, then `show` at each change. */
export class Preview {
  #root;
  #config;
  #words;
  #view = null;
  #sides = null;
  #state = null;
  #shown = "draft";
  #theme = matchMedia(DARK).matches ? "dark" : "light";
  #drawn = new Map();
  #turn = Promise.resolve();

  constructor(root, config, words) {
    this.#root = root;
    this.#config = config;
    this.#words = words;
  }

  /** Open the map on the box of the layer; a browser that draws none is told so. */
  async start(state) {
    this.#state = state;
    const place = this.#root.querySelector("[data-map]");
    try {
      const bounds = this.#config.box ?? this.#config.bounds;
      const options = { palette: this.#palette, bounds, fitBoundsOptions: { padding: 48, maxZoom: 15 } };
      this.#view = createMap(place, { ...this.#config, layers: [] }, options);
    } catch {
      place.textContent = this.#words.no_map;
      return;
    }
    await this.#view.start();
    this.#sides = new SwipeSides(this.#view.map, (name) => this.#idsOf(name));
    this.#follow();
    await this.show(state);
    place.dataset.ready = "";
  }

  /** Draw another state of the style. */
  show(state) {
    this.#state = state;
    this.#turn = this.#turn.then(() => this.#draw());
    return this.#turn;
  }

  get #palette() {
    const scheme = this.#theme === "dark" ? "dark" : "light";
    const paper = this.#theme === "paper" ? { "paper-2": "#ffffff", "paper-3": "#ffffff" } : {};
    return { ...schemePalette(scheme), ...this.#config.palettes[scheme], ...paper };
  }

  #idsOf(name) {
    return (this.#drawn.get(name) ?? []).filter((id) => this.#view.map.getLayer(id));
  }

  #draw() {
    if (!this.#view) return;
    const { map } = this.#view;
    const palette = this.#palette;
    this.#sides.clear();
    this.#view.images.know(NAMES.map((name) => this.#state[name]));
    for (const name of NAMES) {
      const isShown = this.#shown === "both" || this.#shown === name;
      const { tiles: template, drawing } = this.#state[name];
      const layer = { slug: this.#config.slug, drawing: isShown ? drawing : [] };
      const source = `studio:${name}`;
      const tiles = [new URL(template, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
      const sources = { [source]: { type: "vector", tiles, minzoom: 0, maxzoom: 18 } };
      const entry = { id: name, source, opacity: 1, isDim: false };
      const layersOf = (colours) => featureLayers(layer, colours, entry);
      this.#view.drawOwn(name, sources, layersOf);
      this.#drawn.set(
        name,
        layersOf(palette).map(({ id }) => id),
      );
    }
    this.#divide();
    map.once("idle", () => {
      this.#root.dataset.drawn = String(Number(this.#root.dataset.drawn ?? 0) + 1);
    });
    map.triggerRepaint();
  }

  #divide() {
    const divider = this.#root.querySelector("[data-divider]");
    const isBoth = this.#shown === "both";
    divider.hidden = !isBoth;
    const percent = Number(divider.querySelector("input").value);
    this.#sides.place(isBoth ? { left: "published", right: "draft", percent } : null);
  }

  #follow() {
    const views = this.#root.querySelector("[data-views]");
    views.hidden = false;
    press(views, "theme", this.#theme);
    views.addEventListener("click", ({ target }) => {
      const { view, theme } = target.closest("button")?.dataset ?? {};
      if (view) this.#see(views, view);
      if (theme) this.#light(views, theme);
    });
    views.querySelector("[data-vision]").addEventListener("change", ({ target }) => {
      this.#root.querySelector("[data-map]").dataset.vision = target.value;
    });
    const zooms = this.#root.querySelector("[data-zooms]");
    zooms.hidden = false;
    zooms.querySelector("[data-nearer]").addEventListener("click", () => this.#view.map.zoomIn());
    zooms.querySelector("[data-farther]").addEventListener("click", () => this.#view.map.zoomOut());
    this.#root.querySelector("[data-divider] input").addEventListener("input", ({ target }) => {
      this.#sides.move(Number(target.value));
      this.#root.querySelector("[data-map]").style.setProperty("--divider", `${target.value}%`);
    });
  }

  #see(views, shown) {
    this.#shown = shown;
    press(views, "view", shown);
    this.#root.querySelector("[data-map]").toggleAttribute("data-divided", shown === "both");
    this.#root.querySelector("[data-said]").textContent = this.#words[shown];
    this.show(this.#state);
  }

  #light(views, theme) {
    this.#theme = theme;
    press(views, "theme", theme);
    this.#turn = this.#turn.then(() => {
      this.#sides.clear();
      this.#view.repaint(this.#palette);
      this.#draw();
    });
  }
}

function press(views, name, value) {
  for (const button of views.querySelectorAll(`[data-${name}]`))
    button.setAttribute("aria-pressed", String(button.dataset[name] === value));
}
