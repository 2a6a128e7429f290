import assert from "node:assert/strict";
import test from "node:test";
import { atDay } from "../../../../explorer/static/explorer/map_state/links.js";

const MAP = "https://sig.ville.fr/carte/?couches=plui-zones";

test("another day leaves the question and the place as they are", () => {
  assert.equal(
    atDay(`${MAP}&q=parc#14.00/48.81000/2.21000`, "2024-03-01"),
    `${MAP}&q=parc&plan-date=2024-03-01#14.00/48.81000/2.21000`,
  );
});

test("a day replaces the one before", () => {
  assert.equal(atDay(`${MAP}&plan-date=2021-01-01`, "2024-03-01"), `${MAP}&plan-date=2024-03-01`);
});

test("without a day the map shows what is online", () => {
  assert.equal(atDay(`${MAP}&plan-date=2021-01-01`, ""), MAP);
});
