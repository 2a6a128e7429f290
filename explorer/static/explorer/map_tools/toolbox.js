/** One tool at a time: from the button pressed to what is measured, or asked of the map. Loaded with the first tool. */

import { find, findAll } from "../../interface/dom.js";
import { interpretCoordinates, writeDegrees } from "./coordinates.js";
import { earth } from "./earth.js";
import { toolsOf } from "./tool-kinds.js";

/** @import {Map as MapLibreMap} from "maplibre-gl" */
/** @import {LonLat, MapState, Store} from "../map_state/state.js" */
/** @import {Overlay} from "./overlay.js" */
/** @import {Sentence, Sketch, Tool, ToolName} from "./tool-kinds.js" */

const CLOSE_ENOUGH = 16;
/** @type {Omit<Sketch, "radius">} */
const EMPTY = Object.freeze({ points: [], hover: null, isFrozen: false });

/** The tools of the map, and the sketch of the one in use. */
export class Toolbox {
  /** @type {Tool | null} */
  tool = null;
  #name = "";
  #sketch = EMPTY;
  #map;
  #root;
  #store;
  #overlay;
  #bar;
  #sentence;
  #tools;
  #isFirstPress = false;

  /** @param {HTMLElement} root @param {MapLibreMap} map @param {Store} store @param {Overlay} overlay */
  constructor(root, map, store, overlay) {
    this.#root = root;
    this.#map = map;
    this.#store = store;
    this.#overlay = overlay;
    this.#sentence = sentencesOf(root);
    const language = document.documentElement.lang;
    this.#tools = toolsOf({ earth, sentence: this.#sentence, language });
    this.#bar = new Bar(root, this.#sentence, {
      leave: () => this.leave(),
      undo: () => this.undo(),
      restart: () => this.#restart(),
      finish: () => this.finish(),
      radius: () => this.#changeRadius(),
      coordinates: (text, isWhole) => this.#readCoordinates(text, isWhole),
    });
    bindInput(map, this);
    document.addEventListener("keydown", (event) => this.#escape(event), { capture: true });
  }

  /**
   * Take a tool, or leave it when it is the one in use.
   *
   * @param {ToolName} name
   */
  start(name) {
    const isPutDown = name === this.#name;
    this.leave();
    if (isPutDown) return;
    const tool = this.#tools[name];
    this.tool = tool;
    this.#name = name;
    this.#sketch = EMPTY;
    takeMap(this.#map, name, tool);
    this.#markButtons();
    this.#bar.open(name, tool);
    if (!tool.isTyped) this.#map.getCanvas().focus();
    this.#redraw();
  }

  /** Put the tool down; what it drew goes away. */
  leave() {
    if (!this.tool) return;
    this.tool = null;
    this.#name = "";
    freeMap(this.#map);
    this.#overlay.set("sketch", []);
    if (this.#bar.close()) this.#map.getCanvas().focus();
    this.#markButtons();
  }

  /**
   * Put a point down; the same point twice, or the first one again, is the end.
   *
   * @param {LonLat} point
   */
  add(point) {
    if (!this.tool) return;
    const { limit, least = 1 } = this.tool;
    if (limit === 0) return;
    if (this.#sketch.isFrozen || (limit === 1 && this.#sketch.points.length)) this.#restart();
    const { points } = this.#sketch;
    if (isEnd(this.#map, points, point, least)) {
      if (points.length >= least && limit > 2) this.finish();
      return;
    }
    this.#sketch = { ...this.#sketch, points: [...points, point], hover: null };
    this.#redraw({ isAnnounced: true });
    if (this.#sketch.points.length >= limit) this.finish();
  }

  /**
   * Follow the pointer between two points.
   *
   * @param {LonLat} point
   */
  hover(point) {
    if (this.#sketch.isFrozen || !this.tool?.limit) return;
    this.#sketch = { ...this.#sketch, hover: point };
    this.#redraw();
  }

  /**
   * Add to a line drawn by hand.
   *
   * @param {LonLat} point
   */
  follow(point) {
    this.#sketch = { ...this.#sketch, points: [...this.#sketch.points, point] };
    this.#redraw();
  }

  /**
   * The pointer goes down, for tools that are dragged.
   *
   * @param {LonLat} point
   */
  press(point) {
    this.#isFirstPress = this.#sketch.points.length === 0;
    if (this.#isFirstPress) this.follow(point);
  }

  /**
   * The pointer comes up: after a movement it is the end; else the first click of two, or the second. Nothing when the tool
   * was left meanwhile.
   *
   * @param {LonLat} point
   * @param {boolean} hasMoved
   */
  release(point, hasMoved) {
    if (this.tool?.follows && hasMoved) this.finish();
    else if (hasMoved || !this.#isFirstPress) this.add(point);
  }

  /** Take the last point back. */
  undo() {
    const points = this.#sketch.points.slice(0, -1);
    this.#sketch = { ...this.#sketch, points, hover: null, isFrozen: false };
    this.#redraw({ isAnnounced: true });
  }

  /** Ask the map with the shape, or end the measure. */
  finish() {
    const { tool } = this;
    if (!tool || this.#sketch.points.length === 0) return;
    this.#sketch = { ...this.#sketch, hover: null };
    const { radius } = this.#bar;
    if (!tool.ask) {
      this.#sketch = { ...this.#sketch, isFrozen: true };
      this.#redraw();
    } else if (tool.hasRadius && !radius) this.#refuse(tool, "radius");
    else {
      const { patch, fault } = tool.ask({ ...this.#sketch, radius });
      if (patch) this.#askMap(tool, patch);
      else this.#refuse(tool, fault);
    }
  }

  /** @param {Tool} tool @param {Partial<MapState>} patch */
  #askMap({ stays }, patch) {
    if (!stays) this.leave();
    this.#store.update(patch);
    if (!stays) this.#bar.announce(this.#sentence("applied"));
  }

  /** @param {Tool} tool @param {string} fault */
  #refuse(tool, fault) {
    const text = this.#sentence(`fault.${fault}`);
    this.#bar.show({ result: text, message: text });
    if (tool.drags) this.#sketch = EMPTY;
    this.#overlay.set("sketch", tool.draw({ ...this.#sketch, radius: this.#bar.radius }));
  }

  #restart() {
    this.#sketch = EMPTY;
    this.#redraw();
  }

  #redraw({ isAnnounced = false } = {}) {
    if (!this.tool) return;
    const sketch = { ...this.#sketch, radius: this.#bar.radius };
    this.#overlay.set("sketch", this.tool.draw(sketch));
    const result = this.tool.measure(sketch);
    this.#bar.show({ ...result, message: isAnnounced ? result.message : "" });
    this.#bar.allow(actionsOf(this.tool, sketch));
  }

  #markButtons() {
    for (const button of findAll(this.#root, "[data-tool-name]"))
      button.ariaPressed = String(button.dataset.toolName === this.#name);
  }

  /** @param {KeyboardEvent} event */
  #escape(event) {
    if (event.key !== "Escape" || !this.tool) return;
    event.stopImmediatePropagation();
    this.leave();
    this.#bar.announce(this.#sentence("left"));
  }

  #changeRadius() {
    if (this.tool?.stays && this.#sketch.points.length) this.finish();
    this.#redraw();
  }

  /** @param {string} text @param {boolean} isWhole */
  async #readCoordinates(text, isWhole) {
    const read = await interpretCoordinates(text, this.#sentence, { isWhole });
    this.#bar.showCoordinates(read.text, read.isFault);
    if (!read.point || !isWhole || !this.tool) return;
    this.#map.jumpTo({ center: read.point, zoom: Math.max(this.#map.getZoom(), CLOSE_ENOUGH) });
    if (this.tool.limit === 0) {
      this.#sketch = { ...this.#sketch, points: [read.point] };
      this.#redraw();
    } else this.add(read.point);
    this.#bar.announce(this.#sentence("reached", { place: writeDegrees(read.point) }));
  }
}

/**
 * Sentences of the tools, written by the server in the page's language, with their `{values}` filled in.
 *
 * @param {HTMLElement} root - holds them in a template
 * @returns {Sentence}
 */
function sentencesOf(root) {
  const { content } = find(root, "[data-tool-words]", HTMLTemplateElement);
  const sentences = new Map(
    findAll(content, "[data-key]").map((element) => [element.dataset.key, element.textContent ?? ""]),
  );
  return (key, values = {}) =>
    (sentences.get(key) ?? "").replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

const ANNOUNCED_FOR_MS = 8_000;
const ACTIONS = /** @type {const} */ (["undo", "restart", "finish"]);

/**
 * What the person does in the bar.
 *
 * @typedef {object} BarEvents
 * @property {() => void} leave
 * @property {() => void} undo
 * @property {() => void} restart
 * @property {() => void} finish
 * @property {() => void} radius
 * @property {(text: string, isWhole: boolean) => void} coordinates
 */

/** The bar of the tool in use: its name, what to do, its results, and its buttons. */
class Bar {
  #root;
  #sentence;
  #texts;
  #segments;
  #list;
  #radius;
  #radiusField;
  #typing;
  #coordinates;
  #actions;
  #silence = 0;

  /** @param {HTMLElement} root @param {Sentence} sentence @param {BarEvents} on */
  constructor(root, sentence, on) {
    this.#root = find(root, "[data-bar]");
    this.#sentence = sentence;
    /** @param {string} name */
    const part = (name) => find(root, `[data-bar-${name}]`);
    this.#texts = {
      title: part("title"),
      help: part("help"),
      keys: part("keys"),
      result: part("result"),
      coordinatesTitle: part("place-title"),
      read: part("read"),
      status: part("message"),
    };
    this.#segments = part("segments");
    this.#list = part("list");
    this.#radiusField = part("radius-field");
    this.#radius = find(root, "[data-bar-radius]", HTMLInputElement);
    this.#typing = find(root, "[data-bar-typing]", HTMLDetailsElement);
    this.#coordinates = find(root, "[data-bar-place]", HTMLInputElement);
    this.#actions = { undo: part("undo"), restart: part("restart"), finish: part("finish") };
    part("leave").addEventListener("click", on.leave);
    for (const name of ACTIONS) this.#actions[name].addEventListener("click", on[name]);
    this.#radius.addEventListener("change", on.radius);
    this.#coordinates.addEventListener("input", () => on.coordinates(this.#coordinates.value, false));
    part("place-form").addEventListener("submit", (event) => {
      event.preventDefault();
      on.coordinates(this.#coordinates.value, true);
    });
  }

  /** The radius asked in metres, or 0 when the field holds none. */
  get radius() {
    const { value, validity } = this.#radius;
    return validity.valid ? Number(value) : 0;
  }

  /**
   * Open the bar on a tool.
   *
   * @param {ToolName} name
   * @param {Tool} tool
   */
  open(name, tool) {
    const texts = this.#texts;
    texts.title.textContent = this.#sentence(`${name}.title`);
    texts.help.textContent = this.#sentence(`${name}.help`);
    texts.keys.textContent = this.#sentence(`${name}.keys`);
    texts.coordinatesTitle.textContent = this.#sentence("place.label");
    texts.coordinatesTitle.hidden = Boolean(tool.isTyped);
    this.#radiusField.hidden = !tool.hasRadius;
    this.#typing.open = Boolean(tool.isTyped);
    this.#actions.finish.textContent = this.#sentence(
      tool.hasRadius ? "finish.around" : tool.ask ? "finish.ask" : "finish.measure",
    );
    this.#coordinates.value = "";
    this.#root.dataset.bar = name;
    this.#root.hidden = false;
    this.show({});
    this.showCoordinates("", false);
    this.announce(["title", "help", "keys"].map((part) => this.#sentence(`${name}.${part}`)).join(" "));
    if (tool.isTyped) this.#coordinates.focus();
  }

  /** Close the bar, and tell whether it had the focus. */
  close() {
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.hidden = true;
    return hadFocus;
  }

  /**
   * Show the buttons that make sense now.
   *
   * @param {ReturnType<typeof actionsOf>} actions
   */
  allow(actions) {
    for (const name of ACTIONS) this.#actions[name].hidden = !actions[name];
  }

  /**
   * Write what was measured, announce the message.
   *
   * @param {ReturnType<Tool["measure"]>} result
   */
  show({ result = "", segments = [], message = "" }) {
    this.#texts.result.textContent = result;
    this.#segments.hidden = segments.length === 0;
    this.#list.replaceChildren(
      ...segments.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    if (message) this.announce(message);
  }

  /**
   * Say how the typed coordinates are understood, or why they are not.
   *
   * @param {string} text
   * @param {boolean} isFault
   */
  showCoordinates(text, isFault) {
    this.#texts.read.textContent = text;
    this.#texts.read.classList.toggle("errors", isFault);
    this.#coordinates.ariaInvalid = isFault ? "true" : "false";
  }

  /**
   * Say something to everyone for a while: in the bar's place when it is closed, to screen readers always.
   *
   * @param {string} text
   */
  announce(text) {
    const { status } = this.#texts;
    status.textContent = text;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => status.replaceChildren(), ANNOUNCED_FOR_MS);
  }
}

const MOVED_PX = 6;

/**
 * Give a toolbox what the mouse, fingers and keys do on the map, as points: one way in for all of them.
 *
 * @param {MapLibreMap} map
 * @param {Toolbox} toolbox
 */
function bindInput(map, toolbox) {
  const canvas = map.getCanvas();
  const container = map.getCanvasContainer();
  /** @type {PointerEvent | null} */
  let pressed = null;

  /** @param {PointerEvent} event @returns {LonLat} */
  const pointUnder = ({ clientX, clientY }) => {
    const { left, top } = canvas.getBoundingClientRect();
    return map.unproject([clientX - left, clientY - top]).toArray();
  };
  const centre = () => map.getCenter().toArray();

  map.on("click", (event) => {
    if (toolbox.tool && !toolbox.tool.drags) toolbox.add(event.lngLat.toArray());
  });
  map.on("mousemove", (event) => {
    if (toolbox.tool && !pressed) toolbox.hover(event.lngLat.toArray());
  });

  container.addEventListener("pointerdown", (event) => {
    if (!toolbox.tool?.drags || event.button !== 0) return;
    if (!event.isPrimary) {
      pressed = null;
      return;
    }
    pressed = event;
    container.setPointerCapture(event.pointerId);
    toolbox.press(pointUnder(event));
  });
  container.addEventListener("pointermove", (event) => {
    if (pressed?.pointerId !== event.pointerId) return;
    if (toolbox.tool?.follows) toolbox.follow(pointUnder(event));
    else toolbox.hover(pointUnder(event));
  });
  container.addEventListener("pointerup", (event) => {
    if (pressed?.pointerId !== event.pointerId) return;
    const distance = Math.hypot(event.clientX - pressed.clientX, event.clientY - pressed.clientY);
    pressed = null;
    toolbox.release(pointUnder(event), distance > MOVED_PX);
  });
  container.addEventListener("pointercancel", () => {
    pressed = null;
  });

  canvas.addEventListener("keydown", (event) => {
    if (!toolbox.tool || !["Enter", "Backspace"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Enter") toolbox.add(centre());
    else toolbox.undo();
  });
  map.on("move", () => {
    if (toolbox.tool && document.activeElement === canvas && !pressed && canvas.matches(":focus-visible"))
      toolbox.hover(centre());
  });
}

/**
 * Give the map to a tool, double clicks always, dragging when the tool is dragged; `data-tool` tells everything else to
 * let its clicks be.
 *
 * @param {MapLibreMap} map
 * @param {ToolName} name
 * @param {Tool} tool
 */
function takeMap(map, name, { drags = false }) {
  map.getContainer().dataset.tool = name;
  map.getContainer().toggleAttribute("data-tool-drags", drags);
  map.doubleClickZoom.disable();
  if (drags) map.dragPan.disable();
}

/**
 * Give the map back.
 *
 * @param {MapLibreMap} map
 */
function freeMap(map) {
  delete map.getContainer().dataset.tool;
  map.getContainer().toggleAttribute("data-tool-drags", false);
  map.doubleClickZoom.enable();
  map.dragPan.enable();
}

const SAME_PX = 4;
const CLOSING_PX = 12;

/**
 * Whether a point put down ends a shape: on the last one (a double click), or on the first one of an area.
 *
 * @param {MapLibreMap} map
 * @param {LonLat[]} points
 * @param {LonLat} point
 * @param {number} least
 */
function isEnd(map, points, point, least) {
  /** @param {LonLat | undefined} other @param {number} reach */
  const isNear = (other, reach) => {
    if (!other) return false;
    const [from, to] = [map.project(other), map.project(point)];
    return Math.hypot(from.x - to.x, from.y - to.y) <= reach;
  };
  return isNear(points.at(-1), SAME_PX) || (least > 2 && isNear(points[0], CLOSING_PX));
}

/**
 * Which buttons of the bar make sense for a sketch.
 *
 * @param {Tool} tool
 * @param {Sketch} sketch
 */
function actionsOf({ least = 1, limit, ask }, { points: { length }, isFrozen }) {
  return {
    undo: length > 0 && limit > 2,
    restart: length > 0 && !ask,
    finish: length >= least && (limit > 2 || limit === 0) && !isFrozen,
  };
}
