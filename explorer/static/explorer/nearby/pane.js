/** The tab « Autour »: the nearest of a subject first, around the person or around the point of a link. */

import { closest, find, findOptional, isPlainClick } from "../../interface/dom.js";
import { deviceStorage, tabStorage } from "../../interface/storage.js";
import {
  hasChanged,
  hasOtherLayers,
  nearText,
  QUESTION,
  readFeature,
  writeQuestion,
} from "../map_state/state.js";
import { isUserLocation, storeSubject, storeUserLocation, usualSubject } from "../map_state/storage.js";
import { pointOf } from "../map_tools/shapes.js";
import { boxToFrame, subjectPatch } from "./framing.js";
import { isAllowed, locate } from "./geolocation.js";

/** @import {MapView} from "../../interface/map/view.js" */
/** @import {PageConfig} from "../map_state/config.js" */
/** @import {LonLat, MapState, Store} from "../map_state/state.js" */
/** @import {Overlay} from "../map_tools/overlay.js" */

const TAB = "tab-nearby";
const FIRST_RADIUS = "600";

/** Keeps the tab, the way to the nearest and the frame of the map in step with `near`, `radius` and `subject`. */
export class NearbyPane {
  #root;
  #pane;
  #store;
  #show;
  #layers;
  #person;
  /** @type {NearestWay | null} */
  #way = null;
  #turn = 0;
  #loaded = "";
  #isChosen = new URLSearchParams(location.search).has("couches"); // else the page opened on its own layers
  #isSought = false; // somebody waits for the answer: it takes the focus

  /**
   * @param {HTMLElement} root
   * @param {PageConfig} config
   * @param {Store} store
   * @param {(tab: string) => void} show - brings a tab forward
   * @param {string} here - the radius of a link that starts where the person is, or ""
   */
  constructor(root, config, store, show, here) {
    this.#root = root;
    this.#pane = find(root, "[data-nearby]");
    this.#store = store;
    this.#show = show;
    this.#layers = config.layers;
    this.#person = config.person;
    root.addEventListener("click", (event) => this.#click(event));
    this.#pane.addEventListener("change", (event) => {
      const radius = closest(event, "[data-nearby-radius]", HTMLSelectElement);
      if (radius) store.update({ radius: radius.value });
    });
    root.addEventListener("portal:tab", () => this.refresh());
    store.addEventListener("portal:state", ({ detail }) => {
      if (hasOtherLayers(detail)) this.#isChosen = true;
      if (hasOtherLayers(detail) || hasChanged(detail, ...QUESTION, "tab")) this.refresh();
    });
    document.addEventListener("portal:locate", ({ detail }) => this.locate(detail));
    if (here) queueMicrotask(() => this.locate(here));
    else if (store.state.tab === TAB) queueMicrotask(() => this.#arrive());
  }

  /**
   * Give the map once it is drawn, and the overlay of its tools.
   *
   * @param {MapView} view
   * @param {Overlay} overlay
   */
  attach(view, overlay) {
    this.#way = new NearestWay(view, overlay);
    this.#drawWay();
  }

  /** The page opened on this tab: who already lets the browser tell where they are is not asked to press again. */
  async #arrive() {
    if (!this.#store.state.near && (await isAllowed())) this.locate();
    else this.refresh();
  }

  get #isShown() {
    return this.#pane.dataset.selected === "true";
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = closest(event, "[data-nearby] [data-subject], [data-nearby] a[data-feature]");
    if (link && isPlainClick(event)) {
      event.preventDefault();
      const { subject, feature } = link.dataset;
      if (subject) this.#choose(subject);
      else this.#store.update({ feature: readFeature(feature) });
    } else if (closest(event, "[data-nearby-start]")) this.start();
    else if (closest(event, "[data-nearby-locate]")) this.locate();
    else if (closest(event, "[data-nearby-centre]")) this.#lookFrom(this.#way?.centre);
    else if (closest(event, "[data-nearby-clear]")) this.#clear();
    else if (closest(event, "[data-nearby-again]")) this.refresh();
  }

  /** @param {string} slug */
  #choose(slug) {
    storeSubject(deviceStorage, this.#person, slug);
    this.#store.update(subjectPatch(slug, this.#store.state.layers, this.#layers));
  }

  #clear() {
    const { own, sujet } = this.#store.state;
    const slug = sujet || find(this.#pane, "[data-subject][aria-current]").dataset.subject;
    const rest = Object.entries(own).filter(([name]) => !name.startsWith(`${slug}.`));
    this.#store.update({ own: Object.fromEntries(rest), commune: "", q: "", within: "" });
  }

  /** Bring the tab forward, and ask where the person is unless the map is already asked around a point. */
  start() {
    this.#open();
    if (!this.#store.state.near) this.locate();
  }

  #open() {
    this.#show(TAB);
    this.#isSought = true;
    if (document.activeElement !== document.body) this.#pane.focus({ preventScroll: true }); // somebody pressed
  }

  /**
   * Ask the browser where the person is; say why when it does not tell.
   *
   * @param {string} [radius] - of the question that starts there
   */
  async locate(radius = "") {
    this.#open();
    this.#loaded = "";
    this.#turn += 1;
    this.#fill("locating");
    const location = await locate();
    if (location.fault !== undefined) {
      this.#fill(location.fault);
      this.#focus("h2");
      return;
    }
    storeUserLocation(tabStorage, location.point, location.accuracy);
    this.#lookFrom(location.point, radius);
  }

  /**
   * Look around a point of the address, by its own radius where none is asked yet.
   *
   * @param {string} near
   * @param {string} radius
   */
  around(near, radius) {
    this.#way?.forget();
    this.#open();
    this.#store.update({ near, radius: this.#store.state.radius || radius, within: "" });
  }

  /** @param {LonLat | undefined} point @param {string} [radius] */
  #lookFrom(point, radius = "") {
    if (!point) return;
    this.#way?.forget();
    const near = nearText(point);
    const { state } = this.#store;
    const offered = this.#isChosen ? state.layers : this.#layers.map(({ slug }) => slug);
    const usual = usualSubject(deviceStorage, this.#person, state, offered);
    this.#store.update({
      ...subjectPatch(usual, state.layers, this.#layers),
      near,
      radius: radius || state.radius || FIRST_RADIUS,
      within: "",
    });
    if (near === state.near) this.refresh();
  }

  /** @param {string} state */
  #fill(state) {
    const model = find(this.#root, `template[data-nearby-state=${state}]`, HTMLTemplateElement);
    this.#pane.replaceChildren(model.content.cloneNode(true));
  }

  /** Ask the server again when the tab shows and something changed. */
  async refresh() {
    const { state } = this.#store;
    if (!this.#isShown) this.#drawWay();
    if (!this.#isShown || !state.near) return;
    const parameters = writeQuestion(state);
    if (isUserLocation(tabStorage, state.near)) parameters.set("moi", "oui");
    const address = `${this.#pane.dataset.nearby}?${parameters}`;
    if (address === this.#loaded) return;
    this.#loaded = address;
    this.#turn += 1;
    await this.#load(address, this.#turn);
  }

  /** @param {string} address @param {number} turn */
  async #load(address, turn) {
    this.#pane.ariaBusy = "true";
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    const html = answer?.ok ? await answer.text() : null;
    if (turn !== this.#turn) return;
    this.#pane.ariaBusy = "false";
    if (html === null) {
      this.#loaded = "";
      this.#fill("error");
      return;
    }
    this.#replace(html);
    this.#drawWay();
  }

  /**
   * Put what the server wrote in place, and leave the focus and the scroll of the subjects where they were.
   *
   * @param {string} html
   */
  #replace(html) {
    const kinds = () => findOptional(this.#pane, ".nearby-kinds");
    const focused = document.activeElement;
    const hadFocus = this.#pane.contains(focused);
    const scroll = kinds()?.scrollLeft ?? 0;
    this.#pane.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    this.#pane.scrollTop = 0;
    const written = kinds();
    if (written) showChosen(written, scroll);
    const title = findOptional(this.#pane, ".nearby-title");
    const same = focused?.id ? document.getElementById(focused.id) : null;
    if (hadFocus && same && same !== this.#pane) same.focus({ preventScroll: true });
    else if (hadFocus || this.#isSought) this.#focus(".nearby-title");
    this.#isSought = false;
    if (title) find(this.#root, "p[data-message]").textContent = title.textContent;
  }

  /** @param {string} selector */
  #focus(selector) {
    findOptional(this.#pane, selector)?.focus({ preventScroll: true });
  }

  #drawWay() {
    const way = this.#isShown ? findOptional(this.#pane, "[data-way]")?.dataset.way : "";
    this.#way?.draw(this.#store.state, way ?? "");
  }
}

/**
 * Leave the subjects scrolled as they were, as far as the one that is chosen shows.
 *
 * @param {HTMLElement} kinds
 * @param {number} scroll
 */
function showChosen(kinds, scroll) {
  const chosen = findOptional(kinds, "[aria-current]");
  const start = chosen ? chosen.offsetLeft - kinds.offsetLeft : 0;
  const isSeen = start >= scroll && start + (chosen?.offsetWidth ?? 0) <= scroll + kinds.clientWidth;
  kinds.scrollLeft = isSeen ? scroll : start - parseFloat(getComputedStyle(kinds).paddingLeft);
}

/** The way to the nearest on the map: drawn while the tab shows, and framed with its circle once for each question. */
class NearestWay {
  #view;
  #overlay;
  #framed = "";

  /** @param {MapView} view @param {Overlay} overlay */
  constructor(view, overlay) {
    this.#view = view;
    this.#overlay = overlay;
  }

  /** The middle of the map. */
  get centre() {
    return this.#view.camera.center;
  }

  /** Frame the next question even when it is the same one. */
  forget() {
    this.#framed = "";
  }

  /**
   * Draw from the point of the state to the nearest one, nothing when there is none.
   *
   * @param {Pick<MapState, "near" | "radius" | "sujet">} state
   * @param {string} nearest - `longitude,latitude`, or ""
   */
  draw({ near, radius, sujet }, nearest) {
    if (!near || !radius || !nearest) {
      this.#overlay.set("way", []);
      return;
    }
    const [from, to] = [pointOf(near), pointOf(nearest)];
    this.#overlay.set("way", [
      { shape: "line", points: [from, to], look: "is-way" },
      { shape: "dot", point: to, radius: 15, look: "is-nearest" },
    ]);
    const framed = [near, radius, sujet].join(" ");
    if (framed === this.#framed) return;
    this.#framed = framed;
    this.#view.frameBox(boxToFrame(from, Number(radius), to));
  }
}
