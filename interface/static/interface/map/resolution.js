/**
 * The resolution of a map on a slow device: fewer pixels while it moves, all of them once it rests. Frames are timed as
 * they are drawn, so a device with a graphics card never has it.
 */

/** @import { Map as MapLibreMap } from "maplibre-gl" */

/**
 * What this module needs of MapLibre's painter, which is not in its interface.
 *
 * @typedef {object} FramePainter
 * @property {(style: unknown, transform: unknown, frame: Frame) => void} render
 * @property {(width: number, height: number, pixelRatio: number) => void} resize
 * @property {{ gl: WebGL2RenderingContext }} context
 */
/** @typedef {{ moving: boolean, pixelRatio: number }} Frame */
/** @typedef {{ width: number, height: number }} Size - of a canvas, in pixels */

export const SLOW_MS = 50; // from pressing a key, people wait for two or three frames
const FRAMES = 3; // one alone may have compiled shaders or sent textures
const SHARE = 0.5; // of the pixels of a side
const REST_MS = 350; // between two strokes of an arrow key, the map stays as it is
const POLL_MS = 8;
const LONGEST_MS = 2_000; // a hidden page draws nothing

/** What the last sharp frames took. */
export class FrameTimes {
  /** @type {number[]} */
  #times = [];

  /** @param {number} milliseconds */
  add(milliseconds) {
    this.#times = [...this.#times, milliseconds].slice(-FRAMES);
  }

  /** Whether each of the last frames was slow. */
  get areSlow() {
    return this.#times.length === FRAMES && this.#times.every((time) => time > SLOW_MS);
  }
}

/** @type {WeakMap<MapLibreMap, MovingResolution>} */
const resolutions = new WeakMap();

/** Draw the next frame of a map sharp, moving or not: for a picture of it. @param {MapLibreMap} map */
export const sharpenNext = (map) => resolutions.get(map)?.sharpenNext();

/** Draws a map with fewer pixels while it moves, if its sharp frames are slow; where MapLibre's insides are others, it does nothing. */
export class MovingResolution {
  #map;
  #painter;
  #times = new FrameTimes();
  /** @type {{ sharp: Size, coarse: Size } | null} */
  #sizes = null;
  #moved = Number.NEGATIVE_INFINITY;
  #isTiming = false;
  #isSharpNext = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;

  /** @param {MapLibreMap} map */
  constructor(map) {
    this.#map = map;
    this.#painter = /** @type {FramePainter} */ (/** @type {unknown} */ (map.painter));
    const { render, resize, context } = this.#painter ?? {};
    if (!render || !resize || !context?.gl?.fenceSync) return;
    // Here alone is it known that a frame follows at once: a canvas whose size changes is empty until then.
    this.#painter.render = (style, transform, frame) => {
      const isCoarse = this.#resize(frame);
      const begun = performance.now();
      render.call(this.#painter, style, transform, frame);
      if (!isCoarse) this.#time(context.gl, begun);
    };
    map.once("remove", () => clearTimeout(this.#rest));
    resolutions.set(map, this);
  }

  sharpenNext() {
    this.#isSharpNext = true;
  }

  /**
   * Give the canvas the size of a frame, and return whether it is coarse.
   *
   * @param {Frame} frame
   */
  #resize(frame) {
    if (frame.moving) this.#moved = performance.now();
    const isRecent = performance.now() - this.#moved < REST_MS;
    // A jump is one frame: it is drawn sharp. What rests after a move stays coarse until no other one follows.
    const isCoarse = !this.#isSharpNext && (this.#isCoarse ? isRecent : frame.moving && this.#times.areSlow);
    this.#isSharpNext = false;
    if (isCoarse && !this.#isCoarse) this.#coarsen();
    if (!isCoarse && this.#isCoarse) this.#sharpen();
    if (isCoarse) {
      frame.pixelRatio *= SHARE;
      clearTimeout(this.#rest);
      this.#rest = setTimeout(() => this.#map.triggerRepaint(), REST_MS);
    }
    return isCoarse;
  }

  /** Whether the canvas is coarse: MapLibre makes it sharp by itself when its container changes. */
  get #isCoarse() {
    const { width, height } = this.#map.getCanvas();
    return this.#sizes !== null && this.#sizes.coarse.width === width && this.#sizes.coarse.height === height;
  }

  #coarsen() {
    const { width, height } = this.#map.getCanvas();
    const coarse = { width: Math.ceil(width * SHARE), height: Math.ceil(height * SHARE) };
    this.#sizes = { sharp: { width, height }, coarse };
    this.#fit(coarse);
  }

  #sharpen() {
    if (this.#sizes) this.#fit(this.#sizes.sharp);
    this.#sizes = null;
  }

  /** Change the size of the canvas and of what is drawn on the way to it, by no event of the map. @param {Size} size */
  #fit({ width, height }) {
    Object.assign(this.#map.getCanvas(), { width, height });
    this.#painter.resize(width, height, 1);
    this.#map.style?.resize?.();
  }

  /**
   * Time a frame until the graphics are drawn, which is after the script has ended.
   *
   * @param {WebGL2RenderingContext} gl
   * @param {number} begun
   */
  #time(gl, begun) {
    if (this.#isTiming) return;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    if (!fence) return;
    gl.flush();
    this.#isTiming = true;
    const look = () => {
      const took = performance.now() - begun;
      const isDone = gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED;
      if (!isDone && took < LONGEST_MS) return setTimeout(look, POLL_MS);
      gl.deleteSync(fence);
      this.#isTiming = false;
      if (isDone) this.#times.add(took);
    };
    setTimeout(look, POLL_MS);
  }
}
