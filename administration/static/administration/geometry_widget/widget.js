// <geometry-editor>: puts a map above a geometry's text area and keeps the two the same.
// Without JavaScript the text area is the whole field.

import { find, findAll } from "../../interface/dom.js";
import { GeometryMap } from "./map.js";
import { boxOf, isGeoJson, joined, parts, positions, tidied } from "./text.js";

/** @import { Position } from "geojson" */
/** @import Geometry from "ol/geom/Geometry.js" */
/** @import { SimpleGeometry } from "./text.js" */

const PROJECTIONS = { dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" };
const JSON_FORMAT = new ol.format.GeoJSON();
const WKT_FORMAT = new ol.format.WKT();

class GeometryEditor extends HTMLElement {
  connectedCallback() {
    this.prepend(find(this, "template", HTMLTemplateElement).content.cloneNode(true));
    new GeometryField(this);
  }
}

/** The field of an element: its text and its map. */
class GeometryField {
  /** @type {Position[]} */
  #originals = []; // as the text has them

  /** @param {HTMLElement} element */
  constructor(element) {
    const { kind = "", ground = "", backdrop = "", territory = "null" } = element.dataset;
    const isDisabled = element.hasAttribute("data-disabled");
    this.element = element;
    this.kind = kind;
    this.text = find(element, "textarea", HTMLTextAreaElement);
    this.map = new GeometryMap(find(element, ".geometry-editor-map"), {
      kind,
      ground,
      backdrop,
      territory: JSON.parse(territory),
      isDisabled,
      onChange: () => this.write(),
    });
    for (const button of findAll(element, "[data-action]", HTMLButtonElement)) {
      const { action = "" } = button.dataset;
      button.disabled = isDisabled && action !== "fit";
      button.addEventListener("click", () => this.act(action));
    }
    this.text.addEventListener("change", () => this.read());
    this.read();
  }

  /** @param {string} action */
  act(action) {
    if (action === "fit") {
      this.map.fit();
    } else if (action === "remove") {
      this.map.removeLast();
    } else {
      this.map.use(this.map.tool === action ? "edit" : action);
      this.showState();
    }
  }

  /** Draw what the text says. */
  read() {
    const text = this.text.value.trim();
    /** @type {Geometry[]} */
    let geometries = [];
    let isReadable = true;
    try {
      geometries = text ? this.parse(text) : [];
    } catch {
      isReadable = false; // a person is typing: the server says why, the map only says that it cannot follow
    }
    this.map.show(geometries);
    this.map.fit();
    this.showState(isReadable);
  }

  /** @param {string} text */
  parse(text) {
    const box = boxOf(text);
    /** @type {SimpleGeometry} */
    const geometry = isGeoJson(text)
      ? JSON.parse(text)
      : (box ?? JSON_FORMAT.writeGeometryObject(WKT_FORMAT.readGeometry(text.replace(/^SRID=4326;/i, ""))));
    this.#originals = positions(geometry.coordinates);
    return parts(geometry).flatMap((part) => JSON_FORMAT.readGeometry(part, PROJECTIONS) ?? []);
  }

  /** Write what the map shows. */
  write() {
    const drawings = this.map
      .geometries()
      .map((geometry) => JSON_FORMAT.writeGeometryObject(geometry, PROJECTIONS));
    const whole = joined(this.kind, /** @type {SimpleGeometry[]} */ (drawings));
    const coordinates = whole && tidied(whole.coordinates, this.#originals);
    this.text.value = whole ? JSON.stringify({ type: whole.type, coordinates }) : "";
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.showState();
  }

  /** Say the state in words, and which tool is in hand. */
  showState(isReadable = true) {
    for (const button of findAll(this.element, "[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.dataset.action === this.map.tool));
    }
    /** @type {Record<string, string>} */
    const states = { draw: "drawing", box: "box", move: "moving" };
    const plain = this.map.source.isEmpty() ? "empty" : "ready";
    const status = find(this.element, ".geometry-editor-state");
    status.textContent = status.dataset[isReadable ? (states[this.map.tool] ?? plain) : "unreadable"] ?? "";
  }
}

customElements.define("geometry-editor", GeometryEditor);
