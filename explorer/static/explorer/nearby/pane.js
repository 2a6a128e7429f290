/** The tab « Autour »: the nearest of a subject first, around the person or around the point of a link. */
import { deviceStorage, tabStorage } from "../../interface/storage.js";
import { isMine, keepMine, nearText } from "../map_state/mine.js";
import { hasChanged, hasOtherLayers, QUESTION, readFeature, writeQuestion } from "../map_state/state.js";
import { isAllowed, whereAmI } from "../map_tools/place.js";
import { fragmentOf } from "./fragment.js";
import { showChosen } from "./kinds.js";
import { habit, keepSubject } from "./memory.js";
import { asked } from "./subject.js";
import { Way } from "./way.js";

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
  #way = null;
  #turn = 0;
  #loaded = "";
  #isSought = false; // somebody waits for the answer: it takes the focus

  /** `show` brings the tab forward. */
  constructor(root, config, store, show) {
    this.#root = root;
    this.#pane = root.querySelector("[data-nearby]");
    this.#store = store;
    this.#show = show;
    this.#layers = config.layers;
    this.#person = config.person;
    root.addEventListener("click", (event) => this.#click(event));
    this.#pane.addEventListener("change", ({ target }) => {
      if (target.matches("[data-nearby-radius]")) store.update({ radius: target.value });
    });
    root.addEventListener("portal:tab", () => this.refresh());
    store.addEventListener("portal:state", ({ detail }) => {
      if (hasOtherLayers(detail) || hasChanged(detail, ...QUESTION, "tab")) this.refresh();
    });
    if (store.state.tab === TAB) queueMicrotask(() => this.#arrive());
  }

  /** Give the map once it is drawn: `view`, and the `overlay` of its tools. */
  attach(view, overlay) {
    this.#way = new Way(view, overlay);
    this.#follow();
  }

  /** The page opened on this tab: who already lets the browser tell where they are is not asked to press again. */
  async #arrive() {
    if (!this.#store.state.near && (await isAllowed())) this.locate();
    else this.refresh();
  }

  get #isShown() {
    return this.#pane.dataset.shown === "true";
  }

  #click(event) {
    const { target } = event;
    const link = this.#pane.contains(target) ? target.closest("[data-subject], a[data-feature]") : null;
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const { subject, feature } = link.dataset;
      if (subject) this.#choose(subject);
      else this.#store.update({ feature: readFeature(feature) });
    } else if (target.closest("[data-nearby-start]")) this.start();
    else if (target.closest("[data-nearby-locate]")) this.locate();
    else if (target.closest("[data-nearby-centre]")) this.#from(this.#way?.centre);
    else if (target.closest("[data-nearby-clear]")) this.#clear();
    else if (target.closest("[data-nearby-again]")) this.refresh();
  }

  #choose(slug) {
    keepSubject(deviceStorage, this.#person, slug);
    this.#store.update(asked(slug, this.#store.state.layers, this.#layers));
  }

  #clear() {
    const { own, sujet } = this.#store.state;
    const slug = sujet || this.#pane.querySelector("[data-subject][aria-current]").dataset.subject;
    const others = Object.entries(own).filter(([name]) => !name.startsWith(`${slug}.`));
    this.#store.update({ own: Object.fromEntries(others), commune: "", q: "", within: "" });
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

  /** Ask the browser where the person is; say why when it does not tell. */
  async locate() {
    this.#open();
    this.#loaded = "";
    this.#turn += 1;
    this.#fill("locating");
    const { place, accuracy, fault } = await whereAmI();
    if (fault) {
      this.#fill(fault);
      this.#focus("h2");
      return;
    }
    keepMine(tabStorage, place, accuracy);
    this.#from(place);
  }

  /** Look around a point of the address, by its own radius where none is asked yet. */
  around(near, radius) {
    this.#way?.forget();
    this.#open();
    this.#store.update({ near, radius: this.#store.state.radius || radius, within: "" });
  }

  #from(place) {
    if (!place) return;
    this.#way?.forget();
    const near = nearText(place);
    const { state } = this.#store;
    const usual = habit(deviceStorage, this.#person, state);
    this.#store.update({
      ...asked(usual, state.layers, this.#layers),
      near,
      radius: state.radius || FIRST_RADIUS,
      within: "",
    });
    if (near === state.near) this.refresh();
  }

  #fill(state) {
    const model = this.#root.querySelector(`template[data-nearby-state=${state}]`);
    this.#pane.replaceChildren(model.content.cloneNode(true));
  }

  /** Ask the server again when the tab shows and something changed. */
  async refresh() {
    const { state } = this.#store;
    if (!this.#isShown) this.#follow();
    if (!this.#isShown || !state.near) return;
    const question = writeQuestion(state);
    if (isMine(tabStorage, state.near)) question.set("moi", "oui");
    const address = `${this.#pane.dataset.nearby}?${question}`;
    if (address === this.#loaded) return;
    this.#loaded = address;
    this.#turn += 1;
    await this.#load(address, this.#turn);
  }

  async #load(address, turn) {
    this.#pane.ariaBusy = "true";
    const html = await fragmentOf(address);
    if (turn !== this.#turn) return;
    this.#pane.ariaBusy = "false";
    if (html === null) {
      this.#loaded = "";
      this.#fill("error");
      return;
    }
    this.#replace(html);
    this.#follow();
  }

  /** Put what the server wrote in place, and keep the focus and the scroll of the subjects where they were. */
  #replace(html) {
    const kinds = () => this.#pane.querySelector(".nearby-kinds");
    const { id } = document.activeElement;
    const hadFocus = this.#pane.contains(document.activeElement);
    const scroll = kinds()?.scrollLeft ?? 0;
    this.#pane.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    this.#pane.scrollTop = 0;
    if (kinds()) showChosen(kinds(), scroll);
    const title = this.#pane.querySelector(".nearby-title");
    const same = id && document.getElementById(id);
    if (hadFocus && same && same !== this.#pane) same.focus({ preventScroll: true });
    else if (hadFocus || this.#isSought) this.#focus(".nearby-title");
    this.#isSought = false;
    if (title) this.#root.querySelector("[data-said]").textContent = title.textContent;
  }

  #focus(selector) {
    this.#pane.querySelector(selector)?.focus({ preventScroll: true });
  }

  #follow() {
    this.#way?.follow(
      this.#store.state,
      this.#isShown ? this.#pane.querySelector("[data-way]")?.dataset.way : "",
    );
  }
}
