/** The question as a sentence: the menus of its parts, what is typed in them, and where the focus goes next. */
import htmx from "../../vendor/htmx/htmx.esm.min.js";
import { rebased } from "../map_state/rebased.js";
import { readQuestion } from "../map_state/state.js";
import { bindReading } from "./reading.js";
import { typedText } from "./typed.js";

const MARGIN = 8;
const TYPED = "SAISI";
const BOX = "input[type=checkbox]";

/** Opens the menus of the sentence. `follow(address, base)` asks what an address asks. */
export class QuestionMenus {
  #root;
  #menu;
  #opener = "";
  #hadFocus = false;
  #turn = 0;

  constructor(root, store) {
    this.#root = root;
    this.#menu = root.querySelector("[data-question-menu]");
    root.addEventListener("click", (event) => this.#click(event));
    root.addEventListener("keydown", (event) => this.#key(event));
    this.#menu.addEventListener("submit", (event) => this.#typed(event, store));
    this.#menu.addEventListener("change", (event) => this.#ticked(event, store));
    this.#menu.addEventListener(
      "click",
      (event) => event.target.closest("[data-menu-close]") && this.#close(),
    );
    this.#menu.addEventListener("toggle", ({ newState }) => newState === "closed" && this.#closed());
    root.addEventListener("portal:drawn", () => this.#settle());
    bindReading(root);
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opener = event.target.closest("a[data-part-menu]");
    if (opener) {
      event.preventDefault();
      this.#open(opener);
    } else if (event.target.closest("a[data-ask]")) {
      this.#hadFocus = Boolean(event.target.closest("#question, [data-question-menu]"));
      this.#close();
    }
  }

  /** A part of the sentence is a button: the space bar opens it too. Arrows go from a choice to the next. */
  #key(event) {
    const opener = event.target.closest?.("a[role=button][data-part-menu]");
    if (opener && (event.key === " " || event.key === "ArrowDown")) {
      event.preventDefault();
      this.#open(opener);
    }
    if (!this.#menu.contains(event.target)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const isBox = event.target.matches(BOX);
    if (!step || (event.target.matches("input") && !isBox)) return;
    event.preventDefault();
    const within = isBox ? BOX : `.menu-choice, input:not(${BOX}), button`;
    const choices = [...this.#menu.querySelectorAll(within)].filter((each) => each.checkVisibility());
    choices.at((choices.indexOf(event.target) + step) % choices.length)?.focus();
  }

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
    (
      menu.querySelector('[aria-current="true"]') ?? menu.querySelector("a, input:not([type=hidden])")
    )?.focus();
  }

  /** Under its part, or above it where there is more room; across the whole screen of a phone. */
  #place() {
    const opener = document.getElementById(this.#opener);
    if (!opener) return;
    if (!this.#menu.matches(":popover-open")) this.#menu.showPopover();
    for (const part of this.#root.querySelectorAll("a[role=button][data-part-menu]"))
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

  #closed() {
    const opener = document.getElementById(this.#opener);
    if (opener) opener.ariaExpanded = "false";
    const isLost = document.activeElement === document.body || this.#menu.contains(document.activeElement);
    if (isLost) (opener ?? this.#renamed)?.focus();
  }

  /** The part that took the place of the opener: « bâtiment » has become « bâtiment inscrit ». */
  get #renamed() {
    return [
      ...this.#root.querySelectorAll(`#question [id^="${this.#opener}"]:not([id$=distance]), #part-ajouter`),
    ][0];
  }

  /** Several values: each box that is ticked asks at once, and the menu stays for the next. */
  #ticked({ target }, store) {
    const form = target.closest("form[data-boxes]");
    if (!form) return;
    const { dataset } = form.closest("[data-asked]");
    const asked = new URLSearchParams(new FormData(form));
    const base = readQuestion(new URLSearchParams(dataset.asked));
    dataset.asked = asked.toString();
    store.update(rebased(base, readQuestion(asked), store.state));
    form.querySelector("[data-menu-done]").hidden = false;
  }

  #typed(event, store) {
    event.preventDefault();
    const form = event.target.closest("form[data-typed]");
    if (!form) return this.#close();
    const text = typedText([...new FormData(form)]);
    if (text === "") return;
    const parameters = new URLSearchParams(form.dataset.typed.replaceAll(TYPED, encodeURIComponent(text)));
    const { asked } = form.closest("[data-asked]").dataset;
    this.#hadFocus = true;
    this.#close();
    const base = readQuestion(new URLSearchParams(asked));
    store.update(rebased(base, readQuestion(parameters), store.state));
  }

  /** A choice made low in a long list: the sentence that it changed comes back in sight. */
  #reveal() {
    const question = document.getElementById("question");
    const pane = question.closest(".pane").getBoundingClientRect();
    if (question.getBoundingClientRect().top < pane.top) question.scrollIntoView({ block: "start" });
  }

  /** The part that had the focus may be gone with the answer: the focus stays in the question. */
  #settle() {
    const count = this.#menu.querySelector("[data-menu-count]");
    if (count) count.textContent = document.getElementById("answers-count")?.textContent ?? "";
    if (this.#menu.matches(":popover-open"))
      document.getElementById(this.#opener)?.setAttribute("aria-expanded", "true");
    if (!this.#hadFocus) return;
    this.#hadFocus = false;
    this.#reveal();
    if (document.activeElement !== document.body && document.activeElement?.isConnected) return;
    const next = document.getElementById(this.#opener) ?? document.getElementById("part-ajouter");
    (next ?? document.querySelector("#question a"))?.focus({ preventScroll: true });
  }
}
