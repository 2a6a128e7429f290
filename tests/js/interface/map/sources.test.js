import assert from "node:assert/strict";
import test from "node:test";
import {
  allocate,
  drawn,
  sourceOf,
  tileAddress,
} from "../../../../interface/static/interface/map/sources.js";

const base = (id, ...slugs) => ({ id: `base:${id}`, query: "", slugs });

test("layers without question come together", () => {
  const { added } = allocate(
    [],
    new Map([
      ["a", ""],
      ["b", ""],
    ]),
    "base",
  );
  assert.deepEqual(added, [base(0, "a", "b")]);
});

test("a layer switched on loads its own tiles alone", () => {
  const { remaining, added } = allocate(
    [base(0, "a", "b")],
    new Map([
      ["a", ""],
      ["b", ""],
      ["c", ""],
    ]),
    "base",
  );
  assert.deepEqual([remaining, added], [[base(0, "a", "b")], [base(1, "c")]]);
});

test("layers asked the same share their tiles, and a source that serves no more goes", () => {
  const before = [{ id: "filtered:0", query: "q=x", slugs: ["a"] }];
  const { remaining, added } = allocate(
    before,
    new Map([
      ["a", "q=y"],
      ["b", "q=y"],
      ["c", "q=z"],
    ]),
    "filtered",
  );
  assert.deepEqual(remaining, []);
  assert.deepEqual(
    added.map(({ query, slugs }) => [query, slugs]),
    [
      ["q=y", ["a", "b"]],
      ["q=z", ["c"]],
    ],
  );
});

test("a new source never takes the name of one that stays", () => {
  const { added } = allocate(
    [base(4, "a")],
    new Map([
      ["a", ""],
      ["b", ""],
    ]),
    "base",
  );
  assert.equal(added[0].id, "base:5");
});

test("a source is found by the layer and what is asked of it", () => {
  const sources = [base(0, "a"), { id: "filtered:0", query: "q=x", slugs: ["a"] }];
  assert.equal(sourceOf(sources, "a", "q=x").id, "filtered:0");
});

test("tiles are asked for by layers and question", () => {
  const template = "/tiles/{layers}/{z}/{x}/{y}.mvt";
  assert.equal(tileAddress(template, base(0, "a", "b")), "/tiles/a,b/{z}/{x}/{y}.mvt");
  assert.equal(
    tileAddress(template, { slugs: ["a"], query: "commune=92048" }),
    "/tiles/a/{z}/{x}/{y}.mvt?commune=92048",
  );
});

test("the first layer is drawn last, above the others", () => {
  const entries = drawn({ layers: ["top", "bottom"] }, {});
  assert.deepEqual(
    entries.map(({ slug }) => slug),
    ["bottom", "top"],
  );
});

test("what answers is drawn over the layer dimmed", () => {
  const entries = drawn({ layers: ["a"], opacity: { a: 50 } }, { a: "q=x" });
  assert.deepEqual(
    entries.map(({ id, isDim, opacity }) => [id, isDim, opacity]),
    [
      ["a", true, 0.5],
      ["a?", false, 0.5],
    ],
  );
});

test("a version is asked of one layer alone", () => {
  const wanted = [
    ["a", "version=2"],
    ["b", "version=2"],
  ];
  const { added } = allocate([], wanted, "filtered");
  assert.deepEqual(
    added.map(({ slugs }) => slugs),
    [["a"], ["b"]],
  );
});

test("a layer asked two things has two sources", () => {
  const wanted = [
    ["a", "q=x"],
    ["a", "q=y"],
  ];
  const { added } = allocate([], wanted, "filtered");
  assert.deepEqual(
    added.map(({ query }) => query),
    ["q=x", "q=y"],
  );
});

test("a version is drawn instead of what is online, dimmed under what answers in it", () => {
  const shown = drawn({ layers: ["a"] }, { a: "version=2&q=x" }, { bases: { a: "version=2" } });
  assert.deepEqual(
    shown.map(({ id, query, isDim, isVersion }) => [id, query, isDim, isVersion]),
    [
      ["a", "version=2", true, true],
      ["a?", "version=2&q=x", false, true],
    ],
  );
});

test("a layer that the divider shows otherwise is drawn on its sides alone", () => {
  const sides = [
    { side: "left", layer: "a", query: "filter=old", isOther: true },
    { side: "right", layer: "b", query: "", isOther: false },
  ];
  const shown = drawn({ layers: ["a", "b"] }, { a: "q=x" }, { sides });
  assert.deepEqual(
    shown.map(({ id, query, side }) => [id, query, side]),
    [
      ["b", "", undefined],
      ["a<", "filter=old", "left"],
    ],
  );
});
