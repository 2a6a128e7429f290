import assert from "node:assert/strict";
import test from "node:test";
import {
  colourOf,
  edgeOf,
  mix,
  parseHex,
  rimOf,
} from "../../../../interface/static/interface/map/colours.js";

const PALETTE = { "t-nature": "#3d7a1f", "t-territory": "#48606a", paper: "#ffffff" };

test("short and long hexadecimal colours are the same", () => {
  assert.deepEqual(parseHex("#fff"), parseHex(" #FFFFFF"));
});

test("a colour that is not hexadecimal is refused", () => {
  assert.throws(() => parseHex("rgb(0, 0, 0)"), RangeError);
});

test("full strength is the colour itself", () => assert.equal(mix("#3d7a1f", "#ffffff", 1), "#3d7a1f"));
test("half strength is half way to the ground", () =>
  assert.equal(mix("#000000", "#ffffff", 0.5), "#808080"));
test("strength goes by twentieths, like the style sheets", () => {
  assert.equal(mix("#000000", "#ffffff", 0.52), mix("#000000", "#ffffff", 0.5));
});
test("nothing is ever drawn in the ground's own colour", () =>
  assert.notEqual(mix("#000000", "#ffffff", 0), "#ffffff"));

test("a layer without categories has one colour", () => {
  assert.equal(colourOf({ token: "t-nature", field: "", categories: [] }, PALETTE), "#3d7a1f");
});

test("an unknown token falls back to the territory's colour", () => {
  assert.equal(colourOf({ token: "t-lost", field: "", categories: [] }, PALETTE), "#48606a");
});

test("categories become a match on the field, with the plain colour for the rest", () => {
  const categories = [{ value: "N", token: "t-nature", strength: 1 }];
  assert.deepEqual(colourOf({ token: "t-territory", field: "typezone", categories }, PALETTE), [
    "match",
    ["to-string", ["get", "typezone"]],
    "N",
    "#3d7a1f",
    "#48606a",
  ]);
});

test("a faint point gets the full colour as its rim", () => {
  const categories = [{ value: "ferme", token: "t-nature", strength: 0.25 }];
  assert.equal(rimOf({ token: "t-nature", field: "etat", categories }, PALETTE)[3], "#3d7a1f");
});

test("the edge of a surface is never faint", () => {
  const categories = [{ value: "A", token: "t-nature", strength: 0.1 }];
  assert.equal(edgeOf({ token: "t-territory", field: "typezone", categories }, PALETTE)[3], "#3d7a1f");
});

test("a colour that is seen through carries its alpha, by category too", () => {
  const categories = [{ value: "N", token: "t-nature", strength: 1 }];
  const seen = colourOf({ token: "t-territory", field: "typezone", categories }, PALETTE, 0.6);
  assert.deepEqual(seen.slice(3), ["#3d7a1f99", "#48606a99"]);
});
