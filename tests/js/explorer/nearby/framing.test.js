import assert from "node:assert/strict";
import test from "node:test";
import { boxToFrame, circleBox, withSubject } from "../../../../explorer/static/explorer/nearby/framing.js";

const HERE = [2.25, 48.82];
const holds = ([west, south, east, north], [longitude, latitude]) =>
  longitude >= west && longitude <= east && latitude >= south && latitude <= north;

test("a circle of 600 m is framed whole, as wide as it is high on the ground", () => {
  const [west, south, east, north] = circleBox(HERE, 600);
  assert.ok(Math.abs((north - south) * 111_320 - 1_200) < 1);
  assert.ok(Math.abs((east - west) * 111_320 * Math.cos((48.82 * Math.PI) / 180) - 1_200) < 1);
});

test("what is nearest beyond the circle is framed with it", () => {
  const box = boxToFrame(HERE, 300, [2.29, 48.82]);
  assert.ok(holds(box, HERE));
  assert.ok(holds(box, [2.29, 48.82]));
});

test("from far away, the nearest place is framed without the person", () => {
  const box = boxToFrame([-1.55, 47.21], 600, HERE);
  assert.ok(holds(box, HERE));
  assert.ok(!holds(box, [-1.55, 47.21]));
});

const LAYERS = [
  { slug: "arbres", shape: "point", rank: 0 },
  { slug: "jeux", shape: "point", rank: 5 },
  { slug: "zones", shape: "surface", rank: 0 },
];

test("a place that is looked for lies over everything, whatever its rank", () => {
  assert.deepEqual(withSubject(["jeux", "arbres", "zones"], "arbres", LAYERS), ["arbres", "jeux", "zones"]);
  assert.deepEqual(withSubject(["jeux"], "arbres", LAYERS), ["arbres", "jeux"]);
});

test("a surface that is looked for hides no place", () => {
  assert.deepEqual(withSubject(["jeux"], "zones", LAYERS), ["jeux", "zones"]);
});
