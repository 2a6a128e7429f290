/** The settings of the chosen panel: the form that the server writes of it, bound to the document as one types. */
import { changeOf, controlOf, focusAgain, isWritten, typedValue } from "./controls.js";
import { find, mergePanel, replacePanel, setInPanel, valueAt } from "./document.js";
import { chosenTab, drawTabs } from "./setting-tabs.js";

const TYPING_MS = 500;
const REST_MS = 900;

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
  #changes = Promise.resolve();
  #isAwaited = false; // whether the focus goes to the form once it is there

  constructor(pane, store, ask) {
    this.#pane = pane;
    this.#place = pane.querySelector("[data-settings]");
    this.#store = store;
    this.#ask = ask;
    store.addEventListener("select", ({ detail }) => this.#select(detail.wants));
    store.addEventListener("change", () => this.#follow(TYPING_MS));
    this.#place.addEventListener("input", (event) => this.#typed(event));
    this.#place.addEventListener("change", (event) => this.#changed(event));
    this.#place.addEventListener("click", (event) => this.#pressed(event));
    this.#place.addEventListener("submit", (event) => event.preventDefault());
  }

  #select(wants) {
    const { panel } = this.#store;
    this.#pane.classList.toggle("has-panel", panel !== null);
    this.#place.hidden = panel === null;
    this.#pane.querySelector("[data-page-settings]").hidden = panel !== null;
    this.#fault("");
    const isShown = panel && this.#shown === textOf(panel);
    this.#isAwaited = wants === "settings" && !isShown;
    if (panel && !isShown) this.#read();
    if (wants === "settings" && isShown) this.#enter();
  }

  /** A step undone, or a change made elsewhere, shows in the form after a rest. */
  #follow(rest) {
    const { panel } = this.#store;
    if (!panel || this.#shown === textOf(panel)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), rest);
  }

  async #read() {
    const { panel } = this.#store;
    if (!panel) return;
    this.#turn += 1;
    const turn = this.#turn;
    this.#place.setAttribute("aria-busy", "true");
    try {
      const { html } = await this.#ask({ panel });
      if (turn === this.#turn && this.#store.selected === panel.id) this.#show(html, panel);
    } catch (error) {
      if (turn === this.#turn && this.#store.selected === panel.id) this.#refuse(error);
    }
    if (turn === this.#turn) this.#place.removeAttribute("aria-busy");
  }

  /** Changes follow each other: each starts from what the one before has made. */
  #change(id, change, sent) {
    this.#turn += 1; // a form that is being read is stale
    this.#place.setAttribute("aria-busy", "true");
    const run = async () => {
      const before = find(this.#store.document, id)?.panel;
      if (!before) return;
      try {
        const answer = await this.#ask({ panel: before, change });
        this.#take(before, answer.panel);
        if (this.#store.selected === id) this.#show(answer.html, this.#store.panel, sent);
      } catch (error) {
        if (this.#store.selected === id) this.#refuse(error, sent);
      }
    };
    const all = this.#changes.then(run);
    this.#changes = all;
    all.then(() => {
      if (this.#changes === all) this.#place.removeAttribute("aria-busy");
    });
  }

  /** Put what the server made of a panel in the document, but for what was typed meanwhile. */
  #take(before, after) {
    const current = find(this.#store.document, before.id)?.panel;
    if (!current) return;
    const made = mergePanel(current, before, after);
    const names = { panel: this.#store.nameOf(made) };
    this.#store.do(replacePanel(this.#store.document, before.id, made), "change", names);
  }

  #show(html, panel, sent) {
    clearTimeout(this.#timer);
    this.#fault("");
    const held = controlOf(document.activeElement, this.#place);
    const open = [...this.#place.querySelectorAll("details")].map((part) => part.open);
    this.#tab = chosenTab(this.#place) ?? this.#tab;
    const { scrollTop } = this.#place;
    this.#place.innerHTML = html;
    drawTabs(this.#place, this.#tab);
    for (const [at, part] of [...this.#place.querySelectorAll("details")].entries()) part.open ||= open[at];
    this.#place.scrollTop = scrollTop;
    if (held) focusAgain(this.#place, held, sent);
    this.#shown = textOf(panel);
    this.#follow(REST_MS);
    if (this.#isAwaited) this.#enter();
  }

  #enter() {
    this.#isAwaited = false;
    this.#place.querySelector('[role="tab"][aria-selected="true"]')?.focus();
  }

  /** A plain value is written as it is typed, a text that the server reads after a rest. */
  #typed({ target }) {
    const { path, change } = target.dataset;
    if (path) this.#write(target, path);
    else if (change && isWritten(target)) {
      const { id } = target;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#send(document.getElementById(id) ?? target), TYPING_MS);
    }
  }

  #write(control, path) {
    const { panel } = this.#store;
    const value = typedValue(control);
    if (!panel || value === undefined || value === valueAt(panel, path)) return;
    const next = setInPanel(this.#store.document, panel.id, path, value);
    const isQuestion = path.startsWith("question") || path.startsWith("options");
    // Noted before the change is told: the form that shows it needs no reading, unless it says more than what is typed.
    if (!isQuestion) this.#shown = textOf(find(next, panel.id).panel);
    const names = { panel: this.#store.nameOf(panel) };
    this.#store.do(next, "change", names, { onto: `${panel.id} ${path}`, isSilent: true });
    if (isQuestion) this.#follow(REST_MS);
  }

  #changed({ target }) {
    const { path, change } = target.dataset;
    if (target.matches("button")) return;
    if (change) this.#send(target);
    else if (path) this.#write(target, path);
  }

  #pressed({ target }) {
    const button = target.closest("button[data-change]");
    if (button) this.#send(button);
    const plain = target.closest("button[data-path]");
    if (plain) this.#write(plain, plain.dataset.path);
  }

  #send(control) {
    clearTimeout(this.#timer);
    const { selected } = this.#store;
    if (!selected || !control.isConnected) return;
    const value = changeOf(control, this.#place);
    const sent = { id: control.id, value: control.value };
    if (isWritten(control) && control.dataset.sent === control.value) return;
    control.dataset.sent = control.value;
    this.#change(selected, { name: control.dataset.change, value }, sent);
  }

  #refuse(error, sent) {
    const { told } = error;
    const faults = told?.faults?.map(({ text }) => text).join(" ");
    this.#fault(faults || told?.detail || told?.title || this.#store.words.saving.change_failed);
    if (sent?.id) document.getElementById(sent.id)?.setAttribute("aria-invalid", "true");
  }

  #fault(text) {
    const place = this.#pane.querySelector("[data-settings-fault]");
    place.hidden = !text;
    place.textContent = text;
  }
}

/** What a form depends on: neither the place of a panel nor its size. */
function textOf(panel) {
  const { width: _width, height: _height, ...values } = panel;
  return JSON.stringify(values);
}
