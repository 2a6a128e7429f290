/** The form of a site: lines drawn on the map, phases added, and what the server says of both before it is saved. */
import { find, findAll, findOptional } from "../interface/dom.js";
import { onSchemeChange } from "../interface/map/palette.js";
import { createMap } from "../interface/map/view.js";
import { drawStreets, siteLayers } from "./maps.js";

/** @import { FeatureCollection, MultiLineString, Position } from "geojson" */
/** @import { MapConfig, MapView } from "../interface/map/view.js" */
/** @import { Sites } from "./maps.js" */

/** @typedef {MapConfig & { box: [number, number, number, number] | null }} FormConfig */
/** @typedef {"trace" | "trace_deviation"} Tool */

const WAIT_MS = 350;
/** @type {FeatureCollection} */
const NOTHING = { type: "FeatureCollection", features: [] };

/**
 * The lines of a field as lists of positions; none of an empty field.
 *
 * @param {string} text - GeoJSON
 * @returns {Position[][]}
 */
export function linesOf(text) {
  if (!text) return [];
  const { type, coordinates } = JSON.parse(text);
  return type === "MultiLineString" ? coordinates : [coordinates];
}

/**
 * The text of a field for lines; empty where none has two points.
 *
 * @param {Position[][]} lines
 */
export function textOf(lines) {
  const whole = lines.filter((line) => line.length > 1);
  return whole.length ? JSON.stringify({ type: "MultiLineString", coordinates: whole }) : "";
}

/** Keeps the map, the fields of lines and the part of the server in step. */
class WorksForm {
  #form;
  #part;
  /** @type {MapView | null} */
  #view = null;
  /** @type {Tool} */
  #tool = "trace";
  /** @type {Record<Tool, Position[][]>} */
  #lines;
  #turn = 0;
  #timer = 0;
  #framed = "";

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#form = form;
    this.#part = find(form, "[data-preview-part]");
    this.#lines = {
      trace: linesOf(this.#field("trace").value),
      trace_deviation: linesOf(this.#field("trace_deviation").value),
    };
    form.addEventListener("change", () => this.#later());
    form.addEventListener("click", (event) => this.#click(/** @type {Element} */ (event.target)));
    this.#later();
  }

  /** @param {HTMLElement} element @param {FormConfig} config */
  async draw(element, config) {
    const view = createMap(element, config, {
      ...(config.box ? { bounds: config.box, fitBoundsOptions: { padding: 60, maxZoom: 17 } } : {}),
      communes: config.lit ? [config.lit] : [],
    });
    await view.start();
    drawStreets(view, config);
    this.#view = view;
    view.map.getCanvas().style.cursor = "crosshair";
    view.map.on("click", ({ lngLat }) => this.#add([round(lngLat.lng), round(lngLat.lat)]));
    this.#paint();
    onSchemeChange((palette) => view.repaint(palette));
  }

  /** @param {Tool} name */
  #field(name) {
    return find(this.#form, `[name=${name}]`, HTMLInputElement);
  }

  /** @param {Element} target */
  #click(target) {
    const tool = target.closest("[data-tool]");
    if (tool instanceof HTMLElement) this.#choose(/** @type {Tool} */ (tool.dataset.tool));
    else if (target.closest("[data-undo]")) this.#undo();
    else if (target.closest("[data-add-phase]")) this.#addPhase();
  }

  /** @param {Tool} tool */
  #choose(tool) {
    this.#tool = tool;
    for (const button of findAll(this.#form, "[data-tool]"))
      button.ariaPressed = String(button.dataset.tool === tool);
  }

  /** @param {Position} position */
  #add(position) {
    const lines = this.#lines[this.#tool];
    if (lines.length === 0) lines.push([]);
    lines[lines.length - 1].push(position);
    this.#changed();
  }

  #undo() {
    const lines = this.#lines[this.#tool];
    lines[lines.length - 1]?.pop();
    if (lines[lines.length - 1]?.length === 0) lines.pop();
    this.#changed();
  }

  #changed() {
    this.#field(this.#tool).value = textOf(this.#lines[this.#tool]);
    this.#paint();
    this.#later();
  }

  /** Draw what was drawn by hand: lines and points. */
  #paint() {
    /** @type {(lines: Position[][]) => FeatureCollection} */
    const drawn = (lines) => ({
      type: "FeatureCollection",
      features: lines.flatMap((line) => [
        { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: line } },
        ...line.map((coordinates) => ({
          type: /** @type {const} */ ("Feature"),
          properties: {},
          geometry: { type: /** @type {const} */ ("Point"), coordinates },
        })),
      ]),
    });
    const { trace, trace_deviation: detour } = this.#lines;
    this.#view?.drawOwn(
      "drawing",
      { drawing: { type: "geojson", data: drawn(trace) }, detour: { type: "geojson", data: drawn(detour) } },
      (palette) => [
        {
          id: "detour-line",
          type: "line",
          source: "detour",
          layout: { "line-cap": "round" },
          paint: { "line-color": palette.brand, "line-width": 4, "line-dasharray": [0.1, 1.8] },
        },
        {
          id: "drawing-line",
          type: "line",
          source: "drawing",
          paint: { "line-color": palette.signal, "line-width": 2, "line-dasharray": [2, 2] },
        },
        {
          id: "drawing-points",
          type: "circle",
          source: "drawing",
          filter: ["==", ["geometry-type"], "Point"],
          paint: {
            "circle-radius": 6,
            "circle-color": palette.paper,
            "circle-stroke-color": palette.signal,
            "circle-stroke-width": 3,
          },
        },
      ],
      { isAbove: true },
    );
  }

  #addPhase() {
    const total = find(this.#form, "[name=phase-TOTAL_FORMS]", HTMLInputElement);
    const number = Number(total.value);
    const template = find(this.#form, "template[data-phase]", HTMLTemplateElement);
    const html = template.innerHTML.replaceAll("__prefix__", String(number));
    const phase = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (!(phase instanceof HTMLElement)) return;
    find(phase, "legend").textContent = find(phase, "legend").textContent.replace(
      String(number),
      String(number + 1),
    );
    template.before(phase);
    total.value = String(number + 1);
    this.#follow(number);
    find(phase, `[name=phase-${number}-date_fin]`, HTMLInputElement).focus();
  }

  /** A new phase begins on the day after the one before, at the same hours and days. @param {number} number */
  #follow(number) {
    /** @type {(index: number, name: string) => HTMLInputElement[]} */
    const inputs = (index, name) => findAll(this.#form, `[name=phase-${index}-${name}]`, HTMLInputElement);
    const [before] = inputs(number - 1, "date_fin");
    const [start] = inputs(number, "date_debut");
    if (before?.value && start) {
      const day = new Date(`${before.value}T12:00:00Z`);
      day.setUTCDate(day.getUTCDate() + 1);
      start.value = day.toISOString().slice(0, 10);
    }
    for (const name of ["heure_debut", "heure_fin"]) {
      const [from, to] = [inputs(number - 1, name)[0], inputs(number, name)[0]];
      if (from && to) to.value = from.value;
    }
    inputs(number - 1, "jours").forEach((box, index) => {
      const same = inputs(number, "jours")[index];
      if (same) same.checked = box.checked;
    });
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(), WAIT_MS);
  }

  async #ask() {
    this.#turn += 1;
    const turn = this.#turn;
    const body = new FormData(this.#form);
    for (const name of ["document", "photo"]) body.delete(name);
    const address = this.#form.dataset.preview ?? "";
    const answer = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } }).catch(
      () => null,
    );
    if (turn !== this.#turn) return;
    if (!answer?.ok) {
      this.#part.textContent = this.#part.dataset.failed ?? "";
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    this.#part.replaceChildren(...page.body.childNodes);
    this.#showOthers();
  }

  /** Bring a street that was named, not drawn, into view: once for each name. @param {MultiLineString | null} own */
  #frame(own) {
    const street = find(this.#form, "[name=rue]", HTMLInputElement).value;
    if (!own || !street || street === this.#framed || this.#field("trace").value) return;
    this.#framed = street;
    const points = own.coordinates.flat();
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    this.#view?.frameBox([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  }

  /** Draw the site as the server placed it, and the works around it. */
  #showOthers() {
    const text = findOptional(this.#part, "#works-drawn", HTMLScriptElement)?.textContent;
    /** @type {Sites & { own: string | null }} */
    const drawn = text ? JSON.parse(text) : { ...NOTHING, own: null };
    /** @type {MultiLineString | null} */
    const own = drawn.own ? JSON.parse(drawn.own) : null;
    this.#frame(own);
    /** @type {FeatureCollection} */
    const placed = own
      ? { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: own }] }
      : NOTHING;
    this.#view?.drawOwn("others", { others: { type: "geojson", data: drawn } }, (palette) =>
      siteLayers("others", palette),
    );
    this.#view?.drawOwn("placed", { placed: { type: "geojson", data: placed } }, (palette) => [
      {
        id: "placed-rim",
        type: "line",
        source: "placed",
        layout: { "line-cap": "round" },
        paint: { "line-color": palette.paper, "line-width": 11 },
      },
      {
        id: "placed-line",
        type: "line",
        source: "placed",
        layout: { "line-cap": "round" },
        paint: { "line-color": palette.signal, "line-width": 7 },
      },
    ]);
  }
}

/** @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

const form = findOptional(document, "[data-works-form]", HTMLFormElement);
const config = document.getElementById("works-map")?.textContent;
if (form && config) {
  const works = new WorksForm(form);
  const element = findOptional(form, "[data-map]");
  if (element) works.draw(element, JSON.parse(config));
}
