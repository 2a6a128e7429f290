// <geometry-editor>: puts a map above a geometry's text area and keeps the two the same.
// Without JavaScript the text area is the whole field.

import { GeometryMap } from "./map.js";
import { isGeoJson, joined, parts, positions, tidied } from "./text.js";

const PROJECTIONS = { dataProjection: "EPSG:4326", featureProjection: "EPSG:3857" };
const JSON_FORMAT = new ol.format.GeoJSON();
const WKT_FORMAT = new ol.format.WKT();

class GeometryEditor extends HTMLElement {
  originals = [];

  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.prepend(this.querySelector("template").content.cloneNode(true));
    this.state = this.querySelector(".geometry-editor-state");
    const isDisabled = this.hasAttribute("data-disabled");
    this.map = new GeometryMap(this.querySelector(".geometry-editor-map"), {
      kind: this.dataset.kind,
      ground: this.dataset.ground,
      backdrop: this.dataset.backdrop,
      territory: JSON.parse(this.dataset.territory),
      isDisabled,
      onChange: () => this.write(),
    });
    for (const button of this.querySelectorAll("[data-action]")) {
      button.disabled = isDisabled && button.dataset.action !== "fit";
      button.addEventListener("click", () => this.act(button.dataset.action));
    }
    this.text.addEventListener("change", () => this.read());
    this.read();
  }

  act(action) {
    if (action === "fit") {
      this.map.fit();
    } else if (action === "remove") {
      this.map.removeLast();
    } else {
      this.map.use(this.map.tool === action ? "edit" : action);
      this.say();
    }
  }

  /** Draw what the text says. */
  read() {
    const text = this.text.value.trim();
    let geometries = [];
    let isReadable = true;
    try {
      geometries = text ? this.parse(text) : [];
    } catch {
      isReadable = false; // a person is typing: the server says why, the map only says that it cannot follow
    }
    this.map.show(geometries);
    this.map.fit();
    this.say(isReadable);
  }

  parse(text) {
    const geometry = isGeoJson(text)
      ? JSON.parse(text)
      : JSON_FORMAT.writeGeometryObject(WKT_FORMAT.readGeometry(text.replace(/^SRID=4326;/i, "")));
    this.originals = positions(geometry.coordinates);
    return parts(geometry).map((part) => JSON_FORMAT.readGeometry(part, PROJECTIONS));
  }

  /** Write what the map shows. */
  write() {
    const drawn = this.map
      .geometries()
      .map((geometry) => JSON_FORMAT.writeGeometryObject(geometry, PROJECTIONS));
    const whole = joined(this.dataset.kind, drawn);
    const coordinates = whole && tidied(whole.coordinates, this.originals);
    this.text.value = whole ? JSON.stringify({ type: whole.type, coordinates }) : "";
    this.say();
  }

  /** Tell the state in words, and which tool is in hand. */
  say(isReadable = true) {
    for (const button of this.querySelectorAll("[aria-pressed]")) {
      button.setAttribute("aria-pressed", String(button.dataset.action === this.map.tool));
    }
    const states = { draw: "drawing", move: "moving" };
    const usual = this.map.source.isEmpty() ? "empty" : "ready";
    this.state.textContent = this.state.dataset[isReadable ? (states[this.map.tool] ?? usual) : "unreadable"];
  }
}

customElements.define("geometry-editor", GeometryEditor);
