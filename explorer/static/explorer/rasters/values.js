/** What the rasters that are on hold at a place and in a feature: words from the server, beside the sheet. */

const PLACES = 6;

/** The question of a place and a feature, or null when no raster is on. Pure. */
export function questionOf(rasters, place, feature) {
  if (rasters.length === 0 || (!place && !feature)) return null;
  const asked = new URLSearchParams(rasters.map((slug) => ["couches", slug]));
  if (place) {
    asked.set("lon", place[0].toFixed(PLACES));
    asked.set("lat", place[1].toFixed(PLACES));
  }
  if (feature) asked.set("objet", `${feature.layer}/${feature.id}`);
  return asked;
}

/** The part of the panel of the sheet that tells values. */
export class RasterValues {
  #box;
  #config;
  #store;
  #shapes;
  #turn = 0;
  #last = null;

  constructor(root, config, store) {
    this.#box = root.querySelector("[data-raster-values]");
    this.#config = config;
    this.#store = store;
    this.#shapes = new Map(config.layers.map(({ slug, shape }) => [slug, shape]));
    store.addEventListener("portal:state", ({ detail: { before, after } }) => {
      if (this.#last && this.#on(before).join() !== this.#on(after).join()) this.show(...this.#last);
    });
  }

  #on({ layers }) {
    return layers.filter((slug) => this.#config.rasters.some((raster) => raster.slug === slug));
  }

  /** Whether a raster is on. */
  get isAsked() {
    return this.#on(this.#store.state).length > 0;
  }

  /** Tell what is at a place (longitude, latitude), and in a feature that is a surface; either may be null. */
  async show(place, feature) {
    const turn = ++this.#turn;
    this.#last = [place, feature];
    const surface = feature && this.#shapes.get(feature.layer) === "surface" ? feature : null;
    const asked = questionOf(this.#on(this.#store.state), place, surface);
    if (!asked) {
      this.#box.replaceChildren();
      return;
    }
    const answer = await fetch(`${this.#config.rasterValues}?${asked}`, {
      headers: { "HX-Request": "true" },
    });
    if (turn !== this.#turn) return;
    if (answer.ok) this.#box.innerHTML = await answer.text();
    else this.#box.replaceChildren();
  }

  /** Tell nothing any more. */
  clear() {
    this.#turn += 1;
    this.#last = null;
    this.#box.replaceChildren();
  }
}

/** How a raster is drawn after a choice: nothing in the address where it is the usual way. Pure. */
export function withRendering(renderings, { slug, isSharp }, chosen) {
  const { [slug]: _before, ...others } = renderings ?? {};
  return chosen === (isSharp ? "exact" : "lisse") ? others : { ...others, [slug]: chosen };
}

/** Choices between smooth and exact: the map follows, and the address keeps them. */
export function bindRenderings(form, rasters, store) {
  form.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-rendering]")) return;
    const { layer } = target.closest("[data-layer]").dataset;
    const raster = rasters.find(({ slug }) => slug === layer);
    store.update({ renderings: withRendering(store.state.renderings, raster, target.value) });
  });
}

/** Name the rasters that are on, in the words for one and for several; empty when none is. Pure. */
export function rasterWords(rasters, layers, { raster, rasters: several }) {
  const titles = rasters.filter(({ slug }) => layers.includes(slug)).map(({ title }) => title);
  if (titles.length === 0) return "";
  return (titles.length === 1 ? raster : several).replace("{titles}", titles.join(", "));
}

/** Buttons that frame a raster on the map; `view()` may be null. */
export function bindRasterFrames(form, rasters, view) {
  form.addEventListener("click", ({ target }) => {
    const slug = target.closest("[data-raster-frame]")?.dataset.rasterFrame;
    const raster = rasters.find((one) => one.slug === slug);
    if (raster) view()?.frameBox(raster.bounds);
  });
}
