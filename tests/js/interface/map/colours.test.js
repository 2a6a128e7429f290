import assert from "node:assert/strict";
import test from "node:test";
import { inPalette, mix, parseHex } from "../../../../interface/static/interface/map/colours.js";

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

test("a colour of a style is a token, a share of it over the paper, or itself", () => {
  const found = ["@t-nature", "@t-nature/50", "@#2b8cbe"].map((colour) => inPalette(colour, PALETTE));
  assert.deepEqual(found, ["#3d7a1f", "#9ebd8f", "#2b8cbe"]);
});

test("an unknown token falls back to the territory's colour", () => {
  assert.equal(inPalette("@t-lost", PALETTE), "#48606a");
});

test("an expression keeps all that is no colour", () => {
  const match = ["match", ["to-string", ["get", "zone"]], "N", "@t-nature", "@#ff0000"];
  assert.deepEqual(inPalette(match, PALETTE), [...match.slice(0, 3), "#3d7a1f", "#ff0000"]);
});

test("a colour that is seen through carries its alpha", () => {
  assert.deepEqual(inPalette(["case", true, "@t-nature", "@paper"], PALETTE, 0.6).slice(2), [
    "#3d7a1f99",
    "#ffffff99",
  ]);
});

test("black is a light ink on dark paper, where it would not be seen", () => {
  const dark = { paper: "#10191d", "ink-2": "#b9c7c6" };
  assert.deepEqual(inPalette(["@#343434", "@#730000", "@#2b8cbe"], dark), ["#b9c7c6", "#d98c8c", "#2b8cbe"]);
  assert.equal(inPalette("@#343434", PALETTE), "#343434");
});
