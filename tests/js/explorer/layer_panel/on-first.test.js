import assert from "node:assert/strict";
import test from "node:test";
import { placeOf } from "../../../../explorer/static/explorer/layer_panel/on-first.js";

const row = (title) => ({ dataset: { title } });

test("a row that is switched off goes back among its theme, by title", () => {
  const rows = [row("Arbres"), row("Zones")];
  assert.equal(placeOf(rows, "Écoles"), rows[1]);
  assert.equal(placeOf(rows, "Zones humides"), null);
});
