/** One tool at a time: from the button pressed to what is measured, or asked of the map. Loaded with the first tool. */
import { Bar } from "./bar.js";
import { writeDegrees } from "./coordinates.js";
import { toolsOf } from "./definitions.js";
import { earth } from "./earth.js";
import { bindInput } from "./input.js";
import { freeMap, isEnd, offersOf, takeMap } from "./mode.js";
import { understand } from "./typing.js";
import { wordsOf } from "./words.js";

const CLOSE_ENOUGH = 16;
const EMPTY = Object.freeze({ points: [], hover: null, isFrozen: false });

/** The tools of the map, and the sketch of the one in use. */
export class Toolbox {
  tool = null;
  #name = "";
  #sketch = EMPTY;
  #map;
  #root;
  #store;
  #overlay;
  #bar;
  #say;
  #tools;
  #isFirstPress = false;

  constructor(root, map, store, overlay) {
    this.#root = root;
    this.#map = map;
    this.#store = store;
    this.#overlay = overlay;
    this.#say = wordsOf(root);
    this.#tools = toolsOf({ earth, say: this.#say, language: document.documentElement.lang });
    this.#bar = new Bar(root, this.#say, (event, value) => this.#on(event, value));
    bindInput(map, this);
    document.addEventListener("keydown", (event) => this.#escape(event), { capture: true });
  }

  /** Take a tool, or leave it when it is the one in use. */
  start(name) {
    const isPutDown = name === this.#name;
    this.leave();
    if (isPutDown) return;
    this.tool = this.#tools[name];
    this.#name = name;
    this.#sketch = EMPTY;
    takeMap(this.#map, name, this.tool);
    this.#mark();
    this.#bar.open(name, this.tool);
    if (!this.tool.isTyped) this.#map.getCanvas().focus();
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
    this.#mark();
  }

  /** Put a point down; the same point twice, or the first one again, is the end. */
  add(place) {
    const { limit, least = 1 } = this.tool;
    if (limit === 0) return;
    if (this.#sketch.isFrozen || (limit === 1 && this.#sketch.points.length)) this.#restart();
    const { points } = this.#sketch;
    if (isEnd(this.#map, points, place, least)) {
      if (points.length >= least && limit > 2) this.finish();
      return;
    }
    this.#sketch = { ...this.#sketch, points: [...points, place], hover: null };
    this.#redraw({ isTold: true });
    if (this.#sketch.points.length >= limit) this.finish();
  }

  /** Follow the pointer between two points. */
  hover(place) {
    if (this.#sketch.isFrozen || !this.tool?.limit) return;
    this.#sketch = { ...this.#sketch, hover: place };
    this.#redraw();
  }

  /** Add to a line drawn by hand. */
  follow(place) {
    this.#sketch = { ...this.#sketch, points: [...this.#sketch.points, place] };
    this.#redraw();
  }

  /** The pointer goes down, for tools that are dragged. */
  press(place) {
    this.#isFirstPress = this.#sketch.points.length === 0;
    if (this.#isFirstPress) this.follow(place);
  }

  /** The pointer comes up: after a movement it is the end; else the first click of two, or the second. */
  release(place, hasMoved) {
    if (this.tool.follows && hasMoved) this.finish();
    else if (hasMoved || !this.#isFirstPress) this.add(place);
  }

  /** Take the last point back. */
  undo() {
    this.#sketch = {
      ...this.#sketch,
      points: this.#sketch.points.slice(0, -1),
      hover: null,
      isFrozen: false,
    };
    this.#redraw({ isTold: true });
  }

  /** Ask the map with the shape, or end the measure. */
  finish() {
    if (this.#sketch.points.length === 0) return;
    this.#sketch = { ...this.#sketch, hover: null, radius: this.#bar.radius };
    if (!this.tool.ask) {
      this.#sketch = { ...this.#sketch, isFrozen: true };
      this.#redraw();
      return;
    }
    const isAnswerable = !this.tool.hasRadius || this.#bar.radius > 0;
    const { patch, fault } = isAnswerable ? this.tool.ask(this.#sketch) : { fault: "radius" };
    if (fault) this.#refuse(fault);
    else this.#askMap(patch);
  }

  #askMap(patch) {
    const { stays } = this.tool;
    if (!stays) this.leave();
    this.#store.update(patch);
    if (!stays) this.#bar.announce(this.#say("asked"));
  }

  #refuse(fault) {
    const text = this.#say(`fault.${fault}`);
    this.#bar.tell({ result: text, said: text });
    if (this.tool.drags) this.#sketch = EMPTY;
    this.#overlay.set("sketch", this.tool.draw({ ...this.#sketch, radius: this.#bar.radius }));
  }

  #restart() {
    this.#sketch = EMPTY;
    this.#redraw();
  }

  #redraw({ isTold = false } = {}) {
    const sketch = { ...this.#sketch, radius: this.#bar.radius };
    this.#overlay.set("sketch", this.tool.draw(sketch));
    const { said, ...told } = this.tool.tell(sketch);
    this.#bar.tell({ ...told, said: isTold ? said : "" });
    this.#bar.allow(offersOf(this.tool, sketch));
  }

  #mark() {
    for (const button of this.#root.querySelectorAll("[data-tool-name]"))
      button.ariaPressed = String(button.dataset.toolName === this.#name);
  }

  #escape(event) {
    if (event.key !== "Escape" || !this.tool) return;
    event.stopImmediatePropagation();
    this.leave();
    this.#bar.announce(this.#say("left"));
  }

  #on(event, value) {
    if (event === "typing" || event === "place") this.#typed(value, event === "place");
    else if (event === "restart") this.#restart();
    else if (event !== "radius") this[event]();
    else if (this.tool.stays && this.#sketch.points.length) this.finish();
    if (event === "radius") this.#redraw();
  }

  async #typed(text, isGiven) {
    const { place, ...said } = await understand(text, this.#say, { isGiven });
    this.#bar.read(said.text, said.isFault);
    if (place && isGiven && this.tool) this.#reach(place);
  }

  #reach(place) {
    this.#map.jumpTo({ center: place, zoom: Math.max(this.#map.getZoom(), CLOSE_ENOUGH) });
    if (this.tool.limit === 0) {
      this.#sketch = { ...this.#sketch, points: [place] };
      this.#redraw();
    } else this.add(place);
    this.#bar.announce(this.#say("reached", { place: writeDegrees(place) }));
  }
}
