/** The map beside the form: the draft, what is published, or both on each side of a divider, as light, dark or paper. */
import { closest, find, findAll } from "../../interface/dom.js";
import { schemePalette } from "../../interface/map/palette.js";
import { featureLayers } from "../../interface/map/style.js";
import { SwipeSides } from "../../interface/map/swipe.js";
import { createMap } from "../../interface/map/view.js";

/** @import { Palette } from "../../interface/map/colours.js" */
/** @import { Box } from "../../interface/map/geometry.js" */
/** @import { LayersOf, MapConfig, MapView } from "../../interface/map/view.js" */
/** @import { StudioState, StudioWords } from "./form.js" */

/**
 * What `preview_config` of `cartography/studio/presenters.py` writes in the page.
 *
 * @typedef {MapConfig & { box: Box | null, slug: string, palettes: { light: Palette, dark: Palette } }} PreviewConfig
 */

const DARK = "(prefers-color-scheme: dark)";
const NAMES = /** @type {const} */ (["published", "draft"]);

/** The preview of a studio; call `start` once, then `show` at each change. */
export class Preview {
  #root;
  #config;
  #words;
  /** @type {MapView | null} */
  #view = null;
  /** @type {SwipeSides | null} */
  #sides = null;
  /** @type {StudioState | null} */
  #state = null;
  #visible = "draft"; // or "published", or "both"
  #theme = matchMedia(DARK).matches ? "dark" : "light";
  /** @type {Map<string, string[]>} */
  #drawn = new Map();
  #turn = Promise.resolve();

  /**
   * @param {HTMLElement} root
   * @param {PreviewConfig} config
   * @param {StudioWords} words
   */
  constructor(root, config, words) {
    this.#root = root;
    this.#config = config;
    this.#words = words;
  }

  /**
   * Open the map on the box of the layer; a browser that draws none is told so.
   *
   * @param {StudioState} state
   */
  async start(state) {
    this.#state = state;
    const element = find(this.#root, "[data-map]");
    try {
      const bounds = this.#config.box ?? this.#config.bounds;
      /** @type {Parameters<typeof createMap>[2]} */
      const options = { palette: this.#palette, bounds, fitBoundsOptions: { padding: 48, maxZoom: 15 } };
      this.#view = createMap(element, { ...this.#config, layers: [] }, options);
    } catch {
      element.textContent = this.#words.no_map;
      return;
    }
    await this.#view.start();
    const { map } = this.#view;
    this.#sides = new SwipeSides(map, (name) =>
      (this.#drawn.get(name) ?? []).filter((id) => map.getLayer(id)),
    );
    this.#follow();
    await this.show(state);
    element.dataset.ready = "";
  }

  /**
   * Draw another state of the style.
   *
   * @param {StudioState} state
   */
  show(state) {
    this.#state = state;
    this.#turn = this.#turn.then(() => this.#draw());
    return this.#turn;
  }

  get #palette() {
    const scheme = this.#theme === "dark" ? "dark" : "light";
    /** @type {Palette} */
    const paper = this.#theme === "paper" ? { "paper-2": "#ffffff", "paper-3": "#ffffff" } : {};
    return { ...schemePalette(scheme), ...this.#config.palettes[scheme], ...paper };
  }

  #draw() {
    const [view, state] = [this.#view, this.#state];
    if (!view || !state) return;
    const { map } = view;
    const palette = this.#palette;
    this.#sides?.clear();
    view.images.know(NAMES.map((name) => state[name]));
    for (const name of NAMES) {
      const isVisible = this.#visible === "both" || this.#visible === name;
      const { tiles: template, drawing } = state[name];
      const layer = { slug: this.#config.slug, drawing: isVisible ? drawing : [] };
      const source = `studio:${name}`;
      const tiles = [new URL(template, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
      const entry = { id: name, source, opacity: 1, isDim: false };
      const layersOf = /** @type {LayersOf} */ ((colours) => featureLayers(layer, colours, entry));
      view.drawOwn(name, { [source]: { type: "vector", tiles, minzoom: 0, maxzoom: 18 } }, layersOf);
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
    const divider = find(this.#root, "[data-divider]");
    const isBoth = this.#visible === "both";
    divider.hidden = !isBoth;
    const percent = Number(find(divider, "input", HTMLInputElement).value);
    this.#sides?.divide(isBoth ? { left: "published", right: "draft", percent } : null);
  }

  #follow() {
    const views = find(this.#root, "[data-views]");
    views.hidden = false;
    press(views, "theme", this.#theme);
    views.addEventListener("click", (event) => {
      const { view, theme } = closest(event, "button")?.dataset ?? {};
      if (view) this.#showView(views, view);
      if (theme) this.#showTheme(views, theme);
    });
    const element = find(this.#root, "[data-map]");
    const vision = find(views, "[data-vision]", HTMLSelectElement);
    vision.addEventListener("change", () => {
      element.dataset.vision = vision.value;
    });
    const zooms = find(this.#root, "[data-zooms]");
    zooms.hidden = false;
    find(zooms, "[data-nearer]").addEventListener("click", () => this.#view?.map.zoomIn());
    find(zooms, "[data-farther]").addEventListener("click", () => this.#view?.map.zoomOut());
    const divider = find(this.#root, "[data-divider] input", HTMLInputElement);
    divider.addEventListener("input", () => {
      this.#sides?.move(Number(divider.value));
      element.style.setProperty("--divider", `${divider.value}%`);
    });
  }

  /** @param {HTMLElement} views @param {string} visible */
  #showView(views, visible) {
    this.#visible = visible;
    press(views, "view", visible);
    find(this.#root, "[data-map]").toggleAttribute("data-divided", visible === "both");
    find(this.#root, "[data-message]").textContent = this.#words[visible];
    if (this.#state) this.show(this.#state);
  }

  /** @param {HTMLElement} views @param {string} theme */
  #showTheme(views, theme) {
    this.#theme = theme;
    press(views, "theme", theme);
    this.#turn = this.#turn.then(() => {
      this.#sides?.clear();
      this.#view?.repaint(this.#palette);
      this.#draw();
    });
  }
}

/** @param {HTMLElement} views @param {string} name @param {string} value */
function press(views, name, value) {
  for (const button of findAll(views, `[data-${name}]`))
    button.setAttribute("aria-pressed", String(button.dataset[name] === value));
}
