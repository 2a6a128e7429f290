/** A chart of a panel, drawn by Vega without `eval`: as wide as its panel, in the colours of the moment. */
import { find, findAll } from "../../interface/dom.js";
import { compile, expressionInterpreter, parse, View } from "../../vendor/vega/vega.js";
import { coloured, sized } from "./specification.js";

/** @import { Specification } from "./specification.js" */

/** A row that a mark is drawn from; `filters` are its keys, by field. @typedef {{ filters?: [field: string, value: unknown][] }} Datum */
/** @typedef {Pick<DOMRect, "left" | "right" | "top">} Edges */

const SCHEMES = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"];

const SLACK = 2;
const WORTH = 40;
// How much higher than its specification the chart of a panel was drawn, by panel and width: under another filter it is
// drawn once, at that height.
/** @type {Map<string, number>} */
const heights = new Map();

/** A chart in `host`, from a specification of Vega-Lite whose data are inlined. */
export class Chart {
  /** @type {View | null} */
  #view = null;
  #host;
  #specification;
  #stage = document.createElement("div");
  #tip = document.createElement("p");
  #width = 0;
  #schemes = SCHEMES.map((query) => matchMedia(query));
  #resizes = new ResizeObserver(() => this.#resize());

  /** @param {HTMLElement} host @param {Specification} specification */
  constructor(host, specification) {
    this.#host = host;
    this.#specification = specification;
    this.#stage.className = "panel-stage";
    this.#tip.className = "panel-tip";
    this.#tip.hidden = true;
    this.#tip.setAttribute("role", "status");
    host.append(this.#stage, this.#tip);
  }

  /** Draw, and follow the width of the panel and the scheme of the page; resolves once it is drawn. */
  async open() {
    await this.#draw();
    this.#resizes.observe(this.#host);
    const body = this.#host.closest(".panel-body");
    if (body) this.#resizes.observe(body); // lower when the foot of the panel takes a second line
    for (const scheme of this.#schemes) scheme.addEventListener("change", this);
  }

  /** Leave the page. */
  close() {
    this.#resizes.disconnect();
    for (const scheme of this.#schemes) scheme.removeEventListener("change", this);
    this.#view?.finalize();
    this.#stage.remove();
    this.#tip.remove();
  }

  handleEvent() {
    this.#draw();
  }

  /** Draw the chart at the height of its panel: what is around it is known once it is drawn. */
  async #draw() {
    const width = Math.floor(this.#host.clientWidth);
    this.#width = width;
    const panel = this.#host.closest("[data-panel]")?.id;
    const key = `${panel} ${width}`;
    const more = (panel && heights.get(key)) || 0;
    await this.#render(width, more);
    const room = roomAround(this.#host);
    if (Math.abs(room) > SLACK) {
      await this.#render(width, more + room);
      // One that is at its lowest and still cut begins again from its specification.
      if (roomAround(this.#host) < -SLACK) heights.delete(key);
      else heights.set(key, more + room);
    }
    this.#label();
    this.#stage.dataset.width = String(width);
  }

  /** @param {number} width @param {number} more - pixels higher than its specification */
  async #render(width, more) {
    const root = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const read = (name) => root.getPropertyValue(`--${name}`).trim();
    const specification = coloured(sized(this.#specification, width, more), read);
    const { spec } = compile(
      /** @type {Parameters<typeof compile>[0]} */ (/** @type {unknown} */ (specification)),
    );
    this.#view?.finalize();
    const view = new View(parse(spec, undefined, { ast: true }), {
      container: this.#stage,
      expr: expressionInterpreter,
      renderer: "svg",
      tooltip: (_handler, event, _item, value) => this.#point(event, value),
    });
    this.#view = view;
    view.addEventListener("click", (_event, item) => this.#ask(item?.datum));
    await view.runAsync();
  }

  #label() {
    focusableMarks(find(this.#stage, "svg", SVGElement), {
      ask: (datum) => this.#ask(datum),
      show: (text, mark) => this.#showTip(text, mark.getBoundingClientRect()),
      clear: () => this.#clearStatus(),
    });
    nameCutLabels(this.#stage);
    this.#host.dispatchEvent(new CustomEvent("dashboard:drawn", { bubbles: true }));
  }

  #resize() {
    const width = Math.floor(this.#host.clientWidth);
    const isCut = roomAround(this.#host) < -SLACK;
    if (width > 0 && (width !== this.#width || isCut)) this.#draw();
  }

  /**
   * Ask the page to filter by what a mark stands for: its first key, all of them in `filters`.
   *
   * @param {Datum} [datum]
   */
  #ask(datum) {
    const filters = (datum?.filters ?? []).map(([field, value]) => ({ field, value }));
    if (!filters.length) return;
    const detail = { ...filters[0], filters };
    this.#host.dispatchEvent(new CustomEvent("dashboard:filter", { detail, bubbles: true }));
  }

  /** @param {MouseEvent} event @param {unknown} value */
  #point(event, value) {
    if (value === null || value === undefined || value === "") this.#clearStatus();
    else this.#showTip(String(value), { left: event.clientX, right: event.clientX, top: event.clientY });
  }

  /** @param {string} text @param {Edges} edges */
  #showTip(text, { left, right, top }) {
    const frame = this.#host.getBoundingClientRect();
    this.#tip.textContent = text;
    this.#tip.hidden = false;
    const half = this.#tip.offsetWidth / 2;
    const middle = Math.min(Math.max((left + right) / 2 - frame.left, half), frame.width - half);
    const x = Math.round(Math.max(middle - half, 0));
    const y = Math.round(Math.max(top - frame.top - this.#tip.offsetHeight - 8, 0));
    this.#tip.style.setProperty("transform", `translate(${x}px, ${y}px)`);
  }

  #clearStatus() {
    this.#tip.hidden = true;
  }
}

/**
 * Let the pointer read the whole of a name that its axis cuts; the keyboard reads it on the mark.
 *
 * @param {HTMLElement} stage
 */
function nameCutLabels(stage) {
  for (const label of findAll(stage, ".role-axis-label text", SVGElement)) {
    const { __data__: item } = /** @type {SVGElement & { __data__?: { datum?: { value?: unknown } } }} */ (
      label
    );
    if (!label.textContent?.includes("…") || typeof item?.datum?.value !== "string") continue;
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = item.datum.value;
    label.append(title);
  }
}

/**
 * How much higher a drawn chart may be in its panel; below zero where it is cut. On a page of many panels a little room
 * is left: a chart is not drawn twice for it.
 *
 * @param {HTMLElement} host
 */
function roomAround(host) {
  const body = host.closest(".panel-body");
  const last = host.closest(".panel-read")?.lastElementChild;
  if (!body || !last) return 0;
  const room = Math.floor(
    body.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom - body.scrollTop,
  );
  return room < WORTH && room > 0 && !host.closest(".panel:fullscreen, .one-panel, .kiosk") ? 0 : room;
}

const NEXT = new Set(["ArrowRight", "ArrowDown"]);
const PREVIOUS = new Set(["ArrowLeft", "ArrowUp"]);

/**
 * Let the keyboard go through the marks that say something.
 *
 * @param {SVGElement} drawing
 * @param {object} chart
 * @param {(datum?: Datum) => void} chart.ask
 * @param {(text: string, mark: Element) => void} chart.show
 * @param {() => void} chart.clear
 */
function focusableMarks(drawing, { ask, show, clear }) {
  const marks = findAll(drawing, "[aria-roledescription][aria-label]", SVGElement).filter(datumOf);
  marks.forEach((mark, index) => {
    mark.setAttribute("tabindex", index ? "-1" : "0");
    if (filtersOf(mark).length) {
      mark.setAttribute("role", "button");
      mark.dataset.mark = JSON.stringify(filtersOf(mark)[0]);
    }
    mark.addEventListener("focus", () => show(mark.getAttribute("aria-label") ?? "", mark));
    mark.addEventListener("blur", clear);
    mark.addEventListener("keydown", (event) => {
      const step = NEXT.has(event.key) ? 1 : PREVIOUS.has(event.key) ? -1 : 0;
      if (step) move(marks, index, step);
      else if (event.key === "Enter" || event.key === " ") ask(datumOf(mark));
      else return;
      event.preventDefault();
    });
  });
}

/**
 * @param {SVGElement[]} marks
 * @param {number} index
 * @param {number} step
 */
function move(marks, index, step) {
  const next = marks[(index + step + marks.length) % marks.length];
  marks[index].setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

/**
 * Return the row of a mark: Vega leaves the item of the scene on its element.
 *
 * @param {SVGElement} mark
 */
function datumOf(mark) {
  /** @typedef {{ datum?: Datum }} Item */
  const { __data__: item } = /** @type {SVGElement & { __data__?: Item | Item[] }} */ (mark);
  return (Array.isArray(item) ? item[0] : item)?.datum;
}

/** @param {SVGElement} mark */
function filtersOf(mark) {
  return datumOf(mark)?.filters ?? [];
}
