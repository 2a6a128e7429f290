/** The colours of a map, in the scheme that is asked and not in that of the screen. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { schemePalette } from "../../../../interface/static/interface/map/palette.js";

const root = (tokens) => ({
  selectorText: ":root",
  style: { getPropertyValue: (name) => tokens[name] ?? "" },
});
const SHEETS = [
  {
    cssRules: [
      {
        styleSheet: {
          cssRules: [root({ "--ink": " #111111", "--backdrop-wood": "#d6e2d3", "--brand": "#0b5563" })],
        },
      },
      {
        media: { mediaText: "(prefers-color-scheme: dark)" },
        cssRules: [root({ "--ink": "#eeeeee", "--backdrop-wood": "#273a35" })],
      },
    ],
  },
];

test("a palette is that of the scheme asked, the backdrop included", () => {
  const [light, dark] = [schemePalette("light", SHEETS), schemePalette("dark", SHEETS)];
  assert.deepEqual([light.ink, light["backdrop-wood"]], ["#111111", "#d6e2d3"]);
  assert.deepEqual([dark.ink, dark["backdrop-wood"]], ["#eeeeee", "#273a35"]);
});

test("a token that the dark scheme leaves alone is that of the light one", () => {
  assert.equal(schemePalette("dark", SHEETS).brand, "#0b5563");
});
