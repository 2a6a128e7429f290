import assert from "node:assert/strict";
import test from "node:test";
import {
  FrameTimes,
  MovingResolution,
  SLOW_MS,
  sharpenNext,
} from "../../../../interface/static/interface/map/resolution.js";

const WIDTH = 1000;

/**
 * A map whose frames take `milliseconds` once its script has ended, on a clock that `t.mock` turns: `draw(moving)` renders
 * one and returns the width of its canvas.
 */
function aMap(t, milliseconds) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const canvas = { width: WIDTH, height: 601 };
  let ended = 0;
  const gl = {
    SIGNALED: 1,
    fenceSync: () => {
      ended = now + milliseconds;
      return {};
    },
    flush() {},
    isContextLost: () => false,
    getSyncParameter: () => (now >= ended ? 1 : 0),
    deleteSync() {},
  };
  const map = {
    repaints: 0,
    ratios: [],
    sizes: [],
    getCanvas: () => canvas,
    once() {},
    triggerRepaint: () => {
      map.repaints += 1;
    },
    painter: {
      context: { gl },
      resize: (...size) => map.sizes.push(size),
      render: (_style, _transform, { pixelRatio }) => map.ratios.push(pixelRatio),
    },
  };
  new MovingResolution(map);
  const wait = (duration) => {
    for (let passed = 0; passed < duration; passed += 4) {
      now += 4;
      t.mock.timers.tick(4);
    }
  };
  const draw = (moving) => {
    map.painter.render(null, null, { moving, pixelRatio: 1 });
    wait(milliseconds + 20);
    return canvas.width;
  };
  return { map, canvas, draw, wait };
}

/** The map after three frames at rest. */
function aMapAtRest(t, milliseconds) {
  const one = aMap(t, milliseconds);
  for (let frame = 0; frame < 3; frame += 1) one.draw(false);
  return one;
}

test("frames are slow when each of the last three was", () => {
  const times = new FrameTimes();
  for (const time of [SLOW_MS * 2, SLOW_MS * 2]) times.add(time);
  assert.equal(times.areSlow, false);
  times.add(SLOW_MS * 2);
  assert.equal(times.areSlow, true);
  times.add(SLOW_MS / 2);
  assert.equal(times.areSlow, false);
});

test("a map whose frames are fast keeps its pixels while it moves", (t) => {
  const { map, draw } = aMapAtRest(t, 10);
  assert.equal(draw(true), WIDTH);
  assert.deepEqual(map.sizes, []);
});

test("a map whose frames are slow has half of the pixels of a side while it moves", (t) => {
  const { map, canvas, draw } = aMapAtRest(t, 100);
  assert.equal(draw(true), WIDTH / 2);
  assert.equal(canvas.height, 301);
  assert.deepEqual(map.sizes, [[WIDTH / 2, 301, 1]]);
  assert.equal(map.ratios.at(-1), 0.5);
});

test("a canvas is resized once for a move of several frames", (t) => {
  const { map, draw } = aMapAtRest(t, 100);
  for (let frame = 0; frame < 4; frame += 1) draw(true);
  assert.equal(map.sizes.length, 1);
});

test("a slow map asks for a frame once it rests, and is sharp in it", (t) => {
  const { map, canvas, draw, wait } = aMapAtRest(t, 100);
  draw(true);
  wait(400);
  assert.equal(map.repaints, 1);
  assert.equal(draw(false), WIDTH);
  assert.equal(canvas.height, 601);
  assert.deepEqual(map.sizes.at(-1), [WIDTH, 601, 1]);
});

test("a jump, which no frame shows moving, is drawn sharp", (t) => {
  const { draw } = aMapAtRest(t, 100);
  assert.equal(draw(false), WIDTH);
});

test("a picture of a map that moves is sharp", (t) => {
  const { map, draw } = aMapAtRest(t, 100);
  draw(true);
  sharpenNext(map);
  assert.equal(draw(true), WIDTH);
});

test("a canvas that its container resized meanwhile is not given its former size", (t) => {
  const { canvas, draw, wait } = aMapAtRest(t, 100);
  draw(true);
  Object.assign(canvas, { width: 800, height: 500 });
  wait(400);
  assert.equal(draw(false), 800);
});

test("a map whose insides are others is left as it is", () => {
  const map = { painter: { render() {} }, once() {} };
  const { render } = map.painter;
  new MovingResolution(map);
  assert.equal(map.painter.render, render);
});
