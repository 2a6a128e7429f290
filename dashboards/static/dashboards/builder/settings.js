/** The settings of the chosen panel: the form that the server writes of it, bound to the document as one types. */
import { tabLists } from "../../interface/controls/tabs.js";
import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { findPanel, mergePanel, replacePanel, setInPanel, valueAt } from "./document.js";
import { problemOf } from "./server.js";

/** @import { Box } from "../../interface/map/geometry.js" */
/** @import { Panel } from "./document.js" */
/** @import { Store } from "./store.js" */
/** @import { BuilderWords } from "./words.js" */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement | HTMLButtonElement} Control */
/** @typedef {{ id: string, value: string }} SentControl - as it was when the server was asked */
/** @typedef {{ name: string, value: unknown }} SettingChange */
/** @typedef {(body: { panel: Panel, change?: SettingChange }) => Promise<{ panel: Panel, html: string }>} AskSettings */
/** @typedef {(id: string) => Box | null} BoundsOf - what the map of a panel shows in the preview, null until it is drawn */

const TYPING_MS = 500;
const REST_MS = 900;

/** Binds the form of `pane`; `ask(body)` posts it and gives `{ panel, html }`. */
export class Settings {
  #pane;
  #form;
  #store;
  #ask;
  #boundsOf;
  #written = ""; // what the form that shows was written for
  #tab = "";
  #turn = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #changes = Promise.resolve();
  #isAwaited = false; // whether the focus goes to the form once it is there

  /**
   * @param {HTMLElement} pane
   * @param {Store} store
   * @param {AskSettings} ask
   * @param {BoundsOf} boundsOf
   */
  constructor(pane, store, ask, boundsOf) {
    this.#pane = pane;
    this.#form = find(pane, "[data-settings]");
    this.#store = store;
    this.#ask = ask;
    this.#boundsOf = boundsOf;
    store.addEventListener("select", ({ detail }) => this.#select(detail.wants));
    store.addEventListener("change", () => this.#follow(TYPING_MS));
    this.#form.addEventListener("input", (event) => this.#typed(event));
    this.#form.addEventListener("change", (event) => this.#changed(event));
    this.#form.addEventListener("click", (event) => this.#pressed(event));
    this.#form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** @param {string} wants */
  #select(wants) {
    const { panel } = this.#store;
    this.#pane.classList.toggle("has-panel", panel !== null);
    this.#form.hidden = panel === null;
    find(this.#pane, "[data-page-settings]").hidden = panel !== null;
    this.#fault("");
    const isVisible = panel !== null && this.#written === textOf(panel);
    this.#isAwaited = wants === "settings" && !isVisible;
    if (panel && !isVisible) this.#read();
    if (wants === "settings" && isVisible) this.#enter();
  }

  /**
   * A step undone, or a change made elsewhere, shows in the form after a rest.
   *
   * @param {number} rest
   */
  #follow(rest) {
    const { panel } = this.#store;
    if (!panel || this.#written === textOf(panel)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), rest);
  }

  async #read() {
    const { panel } = this.#store;
    if (!panel) return;
    this.#turn += 1;
    const turn = this.#turn;
    this.#form.setAttribute("aria-busy", "true");
    try {
      const { html } = await this.#ask({ panel });
      if (turn === this.#turn && this.#store.selected === panel.id) this.#show(html, panel);
    } catch (error) {
      if (turn === this.#turn && this.#store.selected === panel.id) this.#refuse(error);
    }
    if (turn === this.#turn) this.#form.removeAttribute("aria-busy");
  }

  /**
   * Changes follow each other: each starts from what the one before has made.
   *
   * @param {string} id
   * @param {SettingChange} change
   * @param {SentControl} sent
   */
  #change(id, change, sent) {
    this.#turn += 1; // a form that is being read is stale
    this.#form.setAttribute("aria-busy", "true");
    const run = async () => {
      const before = findPanel(this.#store.document, id)?.panel;
      if (!before) return;
      try {
        const answer = await this.#ask({ panel: before, change });
        this.#take(before, answer.panel);
        const { panel } = this.#store;
        if (panel?.id === id) this.#show(answer.html, panel, sent);
      } catch (error) {
        if (this.#store.selected === id) this.#refuse(error, sent);
      }
    };
    const all = this.#changes.then(run);
    this.#changes = all;
    all.then(() => {
      if (this.#changes === all) this.#form.removeAttribute("aria-busy");
    });
  }

  /**
   * Put what the server made of a panel in the document, but for what was typed meanwhile.
   *
   * @param {Panel} before
   * @param {Panel} after
   */
  #take(before, after) {
    const current = findPanel(this.#store.document, before.id)?.panel;
    if (!current) return;
    const made = mergePanel(current, before, after);
    const names = { panel: this.#store.nameOf(made) };
    this.#store.do(replacePanel(this.#store.document, before.id, made), "change", names);
  }

  /**
   * @param {string} html
   * @param {Panel} panel
   * @param {SentControl} [sent]
   */
  #show(html, panel, sent) {
    clearTimeout(this.#timer);
    this.#fault("");
    const focused = controlOf(document.activeElement, this.#form);
    const folds = () => findAll(this.#form, "details", HTMLDetailsElement);
    const open = folds().map((fold) => fold.open);
    this.#tab = chosenTab(this.#form) ?? this.#tab;
    const { scrollTop } = this.#form;
    this.#form.innerHTML = html;
    drawTabs(this.#form, this.#tab);
    for (const [index, fold] of folds().entries()) fold.open ||= open[index] ?? false;
    this.#form.scrollTop = scrollTop;
    if (focused) focusAgain(this.#form, focused, sent);
    this.#written = textOf(panel);
    this.#follow(REST_MS);
    if (this.#isAwaited) this.#enter();
  }

  #enter() {
    this.#isAwaited = false;
    findOptional(this.#form, '[role="tab"][aria-selected="true"]')?.focus();
  }

  /**
   * A plain value is written as it is typed, a text that the server reads after a rest.
   *
   * @param {Event} event
   */
  #typed({ target }) {
    if (!isControl(target)) return;
    const { path, change } = target.dataset;
    if (path) this.#write(target, path);
    else if (change && isWritten(target)) {
      const { id } = target;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        const control = document.getElementById(id); // the form may have been written anew
        this.#send(isControl(control) ? control : target);
      }, TYPING_MS);
    }
  }

  /** @param {Control} control @param {string} path */
  #write(control, path) {
    const { panel } = this.#store;
    const value = typedValue(control);
    if (!panel || value === undefined || value === valueAt(panel, path)) return;
    const next = setInPanel(this.#store.document, panel.id, path, value);
    const isQuestion = path.startsWith("question") || path.startsWith("options");
    // Noted before the change is announced: the form that shows it needs no reading, unless it says more than what is typed.
    const changed = findPanel(next, panel.id)?.panel;
    if (!isQuestion && changed) this.#written = textOf(changed);
    const names = { panel: this.#store.nameOf(panel) };
    this.#store.do(next, "change", names, { onto: `${panel.id} ${path}`, isSilent: true });
    if (isQuestion) this.#follow(REST_MS);
  }

  /** @param {Event} event */
  #changed({ target }) {
    if (!isControl(target) || target instanceof HTMLButtonElement) return;
    const { path, change } = target.dataset;
    if (change) this.#send(target);
    else if (path) this.#write(target, path);
  }

  /** @param {MouseEvent} event */
  #pressed(event) {
    const button = closest(event, "button[data-change]", HTMLButtonElement);
    if (button && "mapView" in button.dataset) this.#sendView(button);
    else if (button) this.#send(button);
    const plain = closest(event, "button[data-path]", HTMLButtonElement);
    if (plain) this.#write(plain, plain.dataset.path ?? "");
  }

  /** @param {Control} control */
  #send(control) {
    clearTimeout(this.#timer);
    const { selected } = this.#store;
    if (!selected || !control.isConnected) return;
    const value = changeOf(control, this.#form);
    const sent = { id: control.id, value: control.value };
    if (isWritten(control) && control.dataset.sent === control.value) return;
    control.dataset.sent = control.value;
    this.#change(selected, { name: control.dataset.change ?? "", value }, sent);
  }

  /** Send what the map of the chosen panel shows. @param {HTMLButtonElement} button */
  #sendView({ id, dataset }) {
    const { selected, words } = this.#store;
    const bounds = selected ? this.#boundsOf(selected) : null;
    if (!selected || !bounds) return this.#fault(words.saving.map_not_drawn);
    this.#change(selected, { name: dataset.change ?? "", value: bounds }, { id, value: "" });
  }

  /** @param {unknown} error @param {SentControl} [sent] */
  #refuse(error, sent) {
    const { faults, detail, title } = problemOf(error);
    const texts = faults?.map(({ text }) => text).join(" ");
    this.#fault(texts || detail || title || this.#store.words.saving.change_failed);
    if (sent?.id) document.getElementById(sent.id)?.setAttribute("aria-invalid", "true");
  }

  /** @param {string} text */
  #fault(text) {
    const notice = find(this.#pane, "[data-settings-fault]");
    notice.hidden = !text;
    notice.textContent = text;
  }
}

/**
 * What a form depends on: neither the place of a panel nor its size.
 *
 * @param {Panel} panel
 */
function textOf(panel) {
  const { width: _width, height: _height, ...values } = panel;
  return JSON.stringify(values);
}

/**
 * Whether an element is a control of a form.
 *
 * @param {unknown} element
 * @returns {element is Control}
 */
const isControl = (element) =>
  element instanceof HTMLInputElement ||
  element instanceof HTMLTextAreaElement ||
  element instanceof HTMLSelectElement ||
  element instanceof HTMLButtonElement;

/**
 * The value of a control, as its `data-type` says; undefined for what is not typed to its end.
 *
 * @param {Control} control
 */
function typedValue(control) {
  const { type } = control.dataset;
  if (type === "flag") return (control instanceof HTMLInputElement && control.checked) || "";
  const text = control.value;
  if (type !== "number" || text === "") return text;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : undefined;
}

/**
 * What a changed control asks: its state for a box, the values of a list or of a group of boxes, its text otherwise.
 *
 * @param {Control} control
 * @param {HTMLElement} form
 */
function changeOf(control, form) {
  const { change, group, value } = control.dataset;
  if (control instanceof HTMLButtonElement) return value ?? control.value;
  if (group !== undefined) {
    const boxes = findAll(form, "[data-group]", HTMLInputElement);
    return boxes
      .filter((box) => box.dataset.change === change && box.dataset.group === group && box.checked)
      .map((box) => box.value);
  }
  if (control instanceof HTMLInputElement && control.type === "checkbox") return control.checked;
  if (control instanceof HTMLSelectElement && control.multiple)
    return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

/**
 * Whether a control holds a text that one writes, rather than a choice.
 *
 * @param {Control} control
 * @returns {control is HTMLInputElement | HTMLTextAreaElement}
 */
function isWritten(control) {
  return control.matches("textarea, input:is(:not([type]), [type=text], [type=search])");
}

/**
 * Which control of a form has the focus, and where in its text.
 *
 * @param {Element | null} element
 * @param {HTMLElement} form
 */
function controlOf(element, form) {
  if (!isControl(element) || !form.contains(element)) return null;
  return {
    id: element.id,
    change: element.dataset.change,
    value: element.value,
    at: isWritten(element) ? element.selectionStart : null,
  };
}

/**
 * Give the focus back to the same control of a form written anew, else to one that asks the same, else to its tab. A
 * text that was written since it was `sent` stays as it is.
 *
 * @param {HTMLElement} form
 * @param {NonNullable<ReturnType<typeof controlOf>>} focused
 * @param {SentControl} [sent]
 */
function focusAgain(form, { id, change, value, at }, sent) {
  const same = findAll(form, "[data-change]").filter((other) => other.dataset.change === change);
  const element =
    (id && document.getElementById(id)) ||
    same.find((other) => isControl(other) && other.value === value) ||
    same[0] ||
    findOptional(form, '[role="tab"][aria-selected="true"]');
  element?.focus({ preventScroll: true });
  if (at === null || !isControl(element)) return;
  const isAnswered = sent?.id === id && sent.value === value;
  if (element.id === id && !isAnswered) element.value = value;
  if (isWritten(element)) element.setSelectionRange(at, at);
}

/**
 * The name of the chosen tab; null when there is none yet.
 *
 * @param {HTMLElement} form
 */
function chosenTab(form) {
  return findOptional(form, '[role="tab"][aria-selected="true"]')?.dataset.of ?? null;
}

/**
 * Draw the tabs of a form; `chosen` is the name of the one that shows, the first by default.
 *
 * @param {HTMLElement} form
 * @param {string} chosen
 */
function drawTabs(form, chosen) {
  const sections = findAll(form, "section[data-tab]");
  if (!sections.length) return;
  const list = document.createElement("div");
  list.className = "builder-tabs";
  list.setAttribute("role", "tablist");
  list.dataset.tabs = "";
  list.setAttribute("aria-label", form.closest("aside")?.querySelector("h2")?.textContent ?? "");
  const current = sections.some(({ dataset }) => dataset.tab === chosen) ? chosen : sections[0].dataset.tab;
  for (const section of sections) list.append(tab(section, section.dataset.tab === current));
  form.prepend(list);
  tabLists(form);
}

/** @param {HTMLElement} section @param {boolean} isChosen */
function tab(section, isChosen) {
  const { tab: name, count } = section.dataset;
  const button = document.createElement("button");
  const label = section.getAttribute("aria-label") ?? "";
  section.id ||= `reglage-volet-${name}`;
  section.setAttribute("role", "tabpanel");
  section.removeAttribute("aria-label");
  button.type = "button";
  button.id = `reglage-onglet-${name}`;
  button.dataset.of = name ?? "";
  button.textContent = count && count !== "0" ? `${label} (${count})` : label;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", section.id);
  button.setAttribute("aria-selected", String(isChosen));
  section.setAttribute("aria-labelledby", button.id);
  return button;
}

/**
 * Follow `details`; `read()` gives the HTML. Returns what is to be called when the draft is written.
 *
 * @param {HTMLDetailsElement} details
 * @param {() => Promise<string>} read
 * @param {BuilderWords} words
 * @returns {() => void}
 */
export function publicationChanges(details, read, words) {
  const body = find(details, "[data-changes-body]");
  let isStale = true;
  let turn = 0;

  const show = async () => {
    if (!isStale || !details.open) return;
    isStale = false;
    turn += 1;
    const request = turn;
    body.setAttribute("aria-busy", "true");
    try {
      const html = await read();
      if (request === turn) body.innerHTML = html;
    } catch (error) {
      isStale = true; // opened again, it is asked again
      if (request === turn) body.textContent = problemOf(error).detail || words.saving.fragment_failed;
    }
    if (request === turn) body.removeAttribute("aria-busy");
  };

  details.addEventListener("toggle", show);
  show();
  return () => {
    isStale = true;
    show();
  };
}
