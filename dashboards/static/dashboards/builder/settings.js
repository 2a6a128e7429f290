/** The settings of the chosen panel: the form that the server writes of it, bound to the document as one types. */
import { changeOf, controlOf, focusAgain, typedValue } from "./controls.js";
import { replacePanel, setInPanel, valueAt } from "./document.js";
import { chosenTab, drawTabs } from "./setting-tabs.js";

const TYPING_MS = 400;

/** Binds the form of `pane`; `ask(body)` posts it and gives `{ panel, html }`. */
export class Settings {
  #pane;
  #place;
  #store;
  #ask;
  #shown = "";
  #tab = "";
  #turn = 0;
  #timer = 0;

  constructor(pane, store, ask) {
    this.#pane = pane;
    this.#place = pane.querySelector("[data-settings]");
    this.#store = store;
    this.#ask = ask;
    store.addEventListener("select", ({ detail }) => this.#select(detail.wants));
    store.addEventListener("change", () => this.#follow());
    this.#place.addEventListener("input", (event) => this.#typed(event));
    this.#place.addEventListener("change", (event) => this.#changed(event));
    this.#place.addEventListener("click", (event) => this.#pressed(event));
    this.#place.addEventListener("submit", (event) => event.preventDefault());
  }

  async #select(wants) {
    const { panel } = this.#store;
    this.#pane.classList.toggle("has-panel", panel !== null);
    this.#place.hidden = panel === null;
    this.#pane.querySelector("[data-page-settings]").hidden = panel !== null;
    this.#fault("");
    if (panel && this.#shown !== textOf(panel)) await this.#read(panel);
    if (wants === "settings") this.#pane.querySelector("[data-settings-title]").focus();
  }

  /** A step undone, or a change made elsewhere, shows in the form; what is written here already does. */
  #follow() {
    const { panel } = this.#store;
    if (!panel || this.#shown === textOf(panel)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(panel), TYPING_MS);
  }

  async #read(panel, change) {
    this.#turn += 1;
    const turn = this.#turn;
    this.#place.setAttribute("aria-busy", "true");
    try {
      const answer = await this.#ask({ panel, ...(change ? { change } : {}) });
      if (turn !== this.#turn || this.#store.selected !== panel.id) return;
      this.#fault("");
      if (change) this.#take(panel, answer.panel);
      this.#show(answer.html);
      this.#shown = textOf(this.#store.panel);
    } catch (error) {
      if (turn !== this.#turn || this.#store.selected !== panel.id) return;
      this.#fault(error.told?.detail || error.told?.title || this.#store.words.saving.change_failed);
      if (change) this.#place.querySelector(":focus")?.setAttribute("aria-invalid", "true");
    } finally {
      if (turn === this.#turn) this.#place.removeAttribute("aria-busy");
    }
  }

  #take(before, panel) {
    const { id: _id, ...values } = panel;
    const { width, height } = this.#store.panel;
    const sized = { ...values, ...(width ? { width } : {}), ...(height ? { height } : {}) };
    const isSized = before.kind === values.kind;
    const next = replacePanel(this.#store.document, before.id, isSized ? sized : values);
    this.#store.do(next, "change", { panel: this.#store.nameOf(values) });
  }

  #show(html) {
    const held = controlOf(document.activeElement, this.#place);
    this.#tab = chosenTab(this.#place) ?? this.#tab;
    const { scrollTop } = this.#place;
    this.#place.innerHTML = html;
    drawTabs(this.#place, this.#tab);
    this.#place.scrollTop = scrollTop;
    if (held) focusAgain(this.#place, held);
  }

  /** A plain value is written as it is typed. */
  #typed({ target }) {
    const { path } = target.dataset;
    if (path && this.#store.panel) this.#write(target, path);
    else if (
      target.dataset.change &&
      target.matches('textarea, input:not([type="checkbox"], [type="radio"])')
    ) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#send(target), 2 * TYPING_MS);
    }
  }

  #write(control, path) {
    const { panel } = this.#store;
    const value = typedValue(control);
    if (value === undefined || value === valueAt(panel, path)) return;
    const next = setInPanel(this.#store.document, panel.id, path, value);
    // Noted before the change is told: the form that shows it needs no reading.
    this.#shown = textOf(
      next.sections.flatMap((part) => part.panels ?? []).find(({ id }) => id === panel.id),
    );
    const names = { panel: this.#store.nameOf(panel) };
    this.#store.do(next, "change", names, { onto: `${panel.id} ${path}`, isSilent: true });
  }

  #changed({ target }) {
    if (target.dataset.change && !target.matches("button")) this.#send(target);
    else if (target.dataset.path && target.matches("select, [type=checkbox], [type=radio]")) {
      this.#write(target, target.dataset.path);
    }
  }

  #pressed({ target }) {
    const button = target.closest("button[data-change]");
    if (button) this.#send(button);
    const plain = target.closest("button[data-path]");
    if (plain) this.#write(plain, plain.dataset.path);
  }

  #send(control) {
    clearTimeout(this.#timer);
    const { panel } = this.#store;
    if (!panel || !control.isConnected) return;
    this.#read(panel, { name: control.dataset.change, value: changeOf(control, this.#place) });
  }

  #fault(text) {
    const place = this.#pane.querySelector("[data-settings-fault]");
    place.hidden = !text;
    place.textContent = text;
  }
}

function textOf(panel) {
  const { width: _width, height: _height, ...values } = panel;
  return JSON.stringify(values);
}
