/** A chart of a panel, drawn by Vega without `eval`: as wide as its panel, in the colours of the moment. */
import { compile, expressionInterpreter, parse, View } from "../../vendor/vega/vega.js";
import { focusableMarks } from "./marks.js";
import { coloured } from "./palette.js";
import { sized } from "./sizes.js";

const SCHEMES = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"];

const SLACK = 2;

/** A chart in `host`, from a specification of Vega-Lite whose data are inlined. */
export class Chart {
  #view = null;
  #host;
  #specification;
  #stage = document.createElement("div");
  #tip = document.createElement("p");
  #width = 0;
  #schemes = SCHEMES.map((query) => matchMedia(query));
  #resizes = new ResizeObserver(() => this.#resize());

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

  async #draw(more = 0) {
    const width = Math.floor(this.#host.clientWidth);
    this.#width = width;
    const root = getComputedStyle(document.documentElement);
    const read = (name) => root.getPropertyValue(`--${name}`).trim();
    const specification = coloured(sized(this.#specification, width, more), read);
    const { spec } = compile(specification);
    this.#view?.finalize();
    this.#view = new View(parse(spec, null, { ast: true }), {
      container: this.#stage,
      expr: expressionInterpreter,
      renderer: "svg",
      tooltip: (_handler, event, _item, value) => this.#point(event, value),
    });
    this.#view.addEventListener("click", (_event, item) => this.#ask(item?.datum));
    await this.#view.runAsync();
    const room = more ? 0 : roomAround(this.#host);
    if (Math.abs(room) > SLACK) await this.#draw(room);
    else this.#label();
    this.#stage.dataset.width = width;
  }

  #label() {
    const drawing = this.#stage.querySelector("svg");
    focusableMarks(drawing, {
      ask: (datum) => this.#ask(datum),
      tell: (text, mark) => this.#tell(text, mark.getBoundingClientRect()),
      hush: () => this.#hush(),
    });
    this.#host.dispatchEvent(new CustomEvent("dashboard:drawn", { bubbles: true }));
  }

  #resize() {
    const width = Math.floor(this.#host.clientWidth);
    const isCut = roomAround(this.#host) < -SLACK;
    if (width > 0 && (width !== this.#width || isCut)) this.#draw();
  }

  /** Ask the page to filter by what a mark stands for: its first key, all of them in `filters`. */
  #ask(datum) {
    const filters = (datum?.filters ?? []).map(([field, value]) => ({ field, value }));
    if (!filters.length) return;
    const detail = { ...filters[0], filters };
    this.#host.dispatchEvent(new CustomEvent("dashboard:filter", { detail, bubbles: true }));
  }

  #point(event, value) {
    if (value === null || value === undefined || value === "") this.#hush();
    else this.#tell(String(value), { left: event.clientX, right: event.clientX, top: event.clientY });
  }

  #tell(text, { left, right, top }) {
    const frame = this.#host.getBoundingClientRect();
    this.#tip.textContent = text;
    this.#tip.hidden = false;
    const half = this.#tip.offsetWidth / 2;
    const middle = Math.min(Math.max((left + right) / 2 - frame.left, half), frame.width - half);
    const x = Math.round(Math.max(middle - half, 0));
    const y = Math.round(Math.max(top - frame.top - this.#tip.offsetHeight - 8, 0));
    this.#tip.style.setProperty("transform", `translate(${x}px, ${y}px)`);
  }

  #hush() {
    this.#tip.hidden = true;
  }
}

/** How much higher a drawn chart may be in its panel; below zero where it is cut, and no more on a page of many panels. */
function roomAround(host) {
  const body = host.closest(".panel-body");
  const last = host.closest(".panel-read")?.lastElementChild;
  if (!body || !last) return 0;
  const room = Math.floor(
    body.getBoundingClientRect().bottom - last.getBoundingClientRect().bottom - body.scrollTop,
  );
  return host.closest(".panel:fullscreen, .one-panel") ? room : Math.min(room, 0);
}
