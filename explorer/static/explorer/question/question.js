/** The question as a sentence: the menus of its parts, what is typed in them, where the focus goes next; read aloud. */

import { closest, find, findAll, findOptional, isPlainClick } from "../../interface/dom.js";
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { applyLink } from "../map_state/links.js";
import { readQuestion } from "../map_state/state.js";
import { localVoice, typedText } from "./typed.js";

/** @import {Store} from "../map_state/state.js" */

const MARGIN = 8;
const TYPED = "SAISI";
const BOX = "input[type=checkbox]";

/** Opens the menus of the sentence. */
export class QuestionMenus {
  #root;
  #menu;
  #opener = "";
  #hadFocus = false;
  #turn = 0;

  /** @param {HTMLElement} root @param {Store} store */
  constructor(root, store) {
    this.#root = root;
    this.#menu = find(root, "[data-question-menu]");
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("keydown", (event) => this.#key(event));
    this.#menu.addEventListener("submit", (event) => this.#submit(event, store));
    this.#menu.addEventListener("change", (event) => this.#tick(event, store));
    this.#menu.addEventListener("click", (event) => {
      if (closest(event, "[data-menu-close]")) this.#close();
    });
    this.#menu.addEventListener("toggle", (event) => {
      if (event.newState === "closed") this.#giveFocusBack();
    });
    root.addEventListener("portal:drawn", () => this.#settle());
    bindReadAloud(root);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    if (!isPlainClick(event)) return;
    const opener = closest(event, "a[data-part-menu]", HTMLAnchorElement);
    if (opener) {
      event.preventDefault();
      this.#open(opener);
    } else if (closest(event, "a[data-to-question]")) {
      event.preventDefault(); // the fragment of the address is the camera of the map
      find(document, "#question").scrollIntoView({ block: "start" });
      findOptional(document, "#question a")?.focus({ preventScroll: true });
    } else if (closest(event, "a[data-ask]")) {
      this.#hadFocus = Boolean(closest(event, "#question, [data-question-menu]"));
      this.#close();
    }
  }

  /**
   * A part of the sentence is a button: the space bar opens it too. Arrows go from a choice to the next.
   *
   * @param {KeyboardEvent} event
   */
  #key(event) {
    const opener = closest(event, "a[role=button][data-part-menu]", HTMLAnchorElement);
    if (opener && (event.key === " " || event.key === "ArrowDown")) {
      event.preventDefault();
      this.#open(opener);
    }
    const { target } = event;
    if (!(target instanceof HTMLElement) || !this.#menu.contains(target)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isBox = target.matches(BOX);
    if (!step || (target.matches("input") && !isBox)) return;
    event.preventDefault();
    const selector = isBox ? BOX : `.menu-choice, input:not(${BOX}), button`;
    const choices = findAll(this.#menu, selector).filter((one) => one.checkVisibility());
    choices.at((choices.indexOf(target) + step) % choices.length)?.focus();
  }

  /** @param {HTMLAnchorElement} opener */
  async #open(opener) {
    if (!this.#menu.contains(opener)) {
      const isSame = this.#opener === opener.id && this.#menu.matches(":popover-open");
      this.#close();
      if (isSame) return;
      this.#opener = opener.id;
    }
    this.#turn += 1;
    const turn = this.#turn;
    const { pathname, search } = new URL(opener.href);
    const menu = this.#menu;
    menu.ariaBusy = "true";
    await htmx.ajax("GET", pathname + search, { source: menu, target: menu, swap: "innerHTML" });
    menu.ariaBusy = "false";
    if (turn !== this.#turn) return;
    this.#place();
    const first = 'a, input:not([type="hidden"])';
    (findOptional(menu, '[aria-current="true"]') ?? findOptional(menu, first))?.focus();
  }

  /** Under its part, or above it where there is more room; across the whole screen of a phone. */
  #place() {
    const opener = document.getElementById(this.#opener);
    if (!opener) return;
    if (!this.#menu.matches(":popover-open")) this.#menu.showPopover();
    for (const part of findAll(this.#root, "a[role=button][data-part-menu]"))
      part.ariaExpanded = String(part === opener);
    const { left, top, bottom } = opener.getBoundingClientRect();
    const { style, offsetWidth } = this.#menu;
    const below = innerHeight - bottom - MARGIN * 2;
    const above = top - MARGIN * 2;
    const isBelow = below >= Math.min(this.#menu.scrollHeight, above);
    style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - offsetWidth - MARGIN))}px`;
    style.maxHeight = `${Math.max(isBelow ? below : above, 120)}px`;
    style.top = isBelow ? `${bottom + MARGIN / 2}px` : "auto";
    style.bottom = isBelow ? "auto" : `${innerHeight - top + MARGIN / 2}px`;
  }

  #close() {
    this.#turn += 1;
    if (this.#menu.matches(":popover-open")) this.#menu.hidePopover();
  }

  #giveFocusBack() {
    const opener = document.getElementById(this.#opener);
    if (opener) opener.ariaExpanded = "false";
    const isLost = document.activeElement === document.body || this.#menu.contains(document.activeElement);
    if (isLost) (opener ?? this.#renamed)?.focus();
  }

  /** The part that took the place of the opener: « bâtiment » has become « bâtiment inscrit ». */
  get #renamed() {
    const renamed = `#question [id^="${this.#opener}"]:not([id$=distance])`;
    return findOptional(this.#root, `${renamed}, #part-ajouter`);
  }

  /**
   * Several values: each box that is ticked asks at once, and the menu stays for the next.
   *
   * @param {Event} event
   * @param {Store} store
   */
  #tick(event, store) {
    const form = closest(event, "form[data-boxes]", HTMLFormElement);
    const base = closest(event, "[data-base-query]");
    if (!form || !base) return;
    const question = parametersOf(form);
    const before = readQuestion(new URLSearchParams(base.dataset.baseQuery));
    base.dataset.baseQuery = question.toString();
    store.update(applyLink(before, readQuestion(question), store.state));
    find(form, "[data-menu-done]").hidden = false;
  }

  /** @param {SubmitEvent} event @param {Store} store */
  #submit(event, store) {
    event.preventDefault();
    const form = closest(event, "form[data-typed]", HTMLFormElement);
    if (!form) return this.#close();
    const text = typedText([...new FormData(form)]);
    if (text === "") return;
    const { typed = "" } = form.dataset;
    const parameters = new URLSearchParams(typed.replaceAll(TYPED, encodeURIComponent(text)));
    const base = new URLSearchParams(closest(event, "[data-base-query]")?.dataset.baseQuery);
    this.#hadFocus = true;
    this.#close();
    store.update(applyLink(readQuestion(base), readQuestion(parameters), store.state));
  }

  /** A choice made low in a long list: the sentence that it changed comes back in sight. */
  #reveal() {
    const question = find(document, "#question");
    const pane = question.closest(".pane");
    if (pane && question.getBoundingClientRect().top < pane.getBoundingClientRect().top)
      question.scrollIntoView({ block: "start" });
  }

  /** The part that had the focus may be gone with the answer: the focus stays in the question. */
  #settle() {
    const count = findOptional(this.#menu, "[data-menu-count]");
    if (count) count.textContent = document.getElementById("answers-count")?.textContent ?? "";
    if (this.#menu.matches(":popover-open"))
      document.getElementById(this.#opener)?.setAttribute("aria-expanded", "true");
    if (!this.#hadFocus) return;
    this.#hadFocus = false;
    this.#reveal();
    if (document.activeElement !== document.body && document.activeElement?.isConnected) return;
    const next = document.getElementById(this.#opener) ?? document.getElementById("part-ajouter");
    (next ?? findOptional(document, "#question a"))?.focus({ preventScroll: true });
  }
}

/** @param {HTMLFormElement} form */
function parametersOf(form) {
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) parameters.append(name, String(value));
  return parameters;
}

/**
 * Show the button that reads the question aloud where there is a voice; it speaks, and a second press stops it.
 *
 * @param {HTMLElement} root
 */
function bindReadAloud(root) {
  /** @type {SpeechSynthesis | undefined} */
  const synthesis = globalThis.speechSynthesis; // some browsers have none
  if (!synthesis) return;
  const { lang } = document.documentElement;
  const voice = () => localVoice(synthesis.getVoices(), lang);
  const follow = () => {
    const button = findOptional(root, "[data-read-aloud]");
    if (button) button.hidden = !voice() || !root.querySelector("[data-sentence]");
  };
  synthesis.addEventListener?.("voiceschanged", follow);
  root.addEventListener("portal:drawn", follow);
  root.addEventListener("click", (event) => {
    if (!closest(event, "[data-read-aloud]")) return;
    const isSpeaking = synthesis.speaking;
    synthesis.cancel();
    if (isSpeaking) return;
    const count = findOptional(root, "#answers-count")?.textContent?.trim();
    const { sentence } = find(root, "[data-sentence]").dataset;
    const utterance = new SpeechSynthesisUtterance([sentence, count].filter(Boolean).join(". "));
    utterance.voice = voice();
    utterance.lang = lang;
    synthesis.speak(utterance);
  });
  follow();
}
