// Rules of the text of a geometry field.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  boxOf,
  drawing,
  isGeoJson,
  joined,
  parts,
  positions,
  tidied,
} from "../../../../administration/static/administration/geometry_widget/text.js";

const point = (x, y) => ({ type: "Point", coordinates: [x, y] });

test("GeoJSON is told from WKT by its brace", () => {
  assert.deepEqual([' {"type":"Point"}', "POINT (1 2)"].map(isGeoJson), [true, false]);
});

test("a multiple kind is drawn part by part", () => {
  assert.deepEqual(drawing("MultiPolygon"), { type: "Polygon", isMulti: true });
});

test("a collection is taken apart and put together again", () => {
  const whole = {
    type: "MultiPoint",
    coordinates: [
      [1, 2],
      [3, 4],
    ],
  };
  assert.deepEqual(joined("MultiPoint", parts(whole)), whole);
});

test("a simple kind keeps the last drawing", () => {
  assert.deepEqual(joined("Point", [point(1, 2), point(3, 4)]), point(3, 4));
});

test("no drawing is no geometry", () => {
  assert.equal(joined("MultiPolygon", []), null);
});

test("positions are found however deep", () => {
  assert.deepEqual(
    positions([
      [
        [0, 0],
        [1, 0],
      ],
      [[2, 2]],
    ]),
    [
      [0, 0],
      [1, 0],
      [2, 2],
    ],
  );
});

test("a drawn position is written to the centimetre", () => {
  assert.deepEqual(tidied([2.123456789123, 48.1], []), [2.1234568, 48.1]);
});

test("a position that did not move keeps every decimal", () => {
  const original = [2.266447123456789, 48.83126498765432];
  assert.deepEqual(
    tidied(
      [
        [2.26644712345, 48.83126498766],
        [0, 0],
      ],
      [original],
    ),
    [original, [0, 0]],
  );
});

test("four numbers are a rectangle, and no other text is", () => {
  const ring = [
    [2.2, 48.8],
    [2.3, 48.8],
    [2.3, 48.9],
    [2.2, 48.9],
    [2.2, 48.8],
  ];
  assert.deepEqual(boxOf("2.2, 48.8 2.3;48.9"), { type: "Polygon", coordinates: [ring] });
  for (const text of ["2.2 48.8 2.3", "POINT (2 48)", ""]) assert.equal(boxOf(text), null);
});
