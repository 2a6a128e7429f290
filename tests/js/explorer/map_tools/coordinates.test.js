import assert from "node:assert/strict";
import test from "node:test";
import {
  readCoordinates,
  writeAngles,
  writeDegrees,
  writePlane,
} from "../../../../explorer/static/explorer/map_tools/coordinates.js";

const MEUDON = [2.231, 48.805];
const near = ([x, y], [otherX, otherY]) => Math.hypot(x - otherX, y - otherY) < 1e-7;

for (const text of [
  "48.805, 2.231",
  "48.805,2.231",
  "48.805 2.231",
  "2.231, 48.805",
  "48,805 2,231",
  "48,805 ; 2,231",
  "48,805, 2,231",
  "48,805,2,231",
  "(48.805, 2.231)",
  "lat: 48.805, lon: 2.231",
  "48.805 N, 2.231 E",
  "N 48.805 E 2.231",
  "2.231E 48.805N",
  "48.805\u00a0/ 2.231",
]) {
  test(`« ${text} » is a place in degrees`, () => {
    const { system, point } = readCoordinates(text);
    assert.deepEqual([system, near(point, MEUDON)], ["wgs84", true]);
  });
}

for (const text of [
  "48°48'18\"N 2°13'51.6\"E",
  "48° 48′ 18″ N, 2° 13′ 51,6″ E",
  "N 48°48'18\" E 2°13'51.6\"",
  "48°48.3'N 2°13.86'E",
  "48°48’18’’N 2°13’51,6’’E",
  "2°13'51.6\"E 48°48'18\"N",
  "48.805° 2.231°",
]) {
  test(`« ${text} » is a place in degrees, minutes and seconds`, () => {
    const { system, point } = readCoordinates(text);
    assert.deepEqual([system, near(point, MEUDON)], ["dms", true]);
  });
}

for (const text of [
  "644452 6856203",
  "644 452, 6 856 203",
  "644\u202f452 6\u202f856\u202f203",
  "X=644452 Y=6856203",
  "6856203 ; 644452",
]) {
  test(`« ${text} » is Lambert-93`, () => {
    assert.deepEqual(readCoordinates(text), { system: "lambert93", plane: [644_452, 6_856_203] });
  });
}

test("decimals of metres are kept", () => {
  assert.deepEqual(readCoordinates("644452,35 6856203,5").plane, [644_452.35, 6_856_203.5]);
});

test("numbers in the box of CC49 are CC49", () => {
  assert.deepEqual(readCoordinates("1 643 000 8 178 000"), { system: "cc49", plane: [1_643_000, 8_178_000] });
});

test("west is negative", () => {
  assert.deepEqual(readCoordinates("48.1 N 2.5 O").point, [-2.5, 48.1]);
});

for (const [text, fault] of [
  ["", "empty"],
  ["Meudon", "unreadable"],
  ["48.805", "unreadable"],
  ["48.805 2.231 7", "unreadable"],
  ["48.805 N 2.231 N", "unreadable"],
  ["48°70'00\"N 2°13'00\"E", "range"],
  ["95 120", "range"],
  ["123456 123456", "nowhere"],
]) {
  test(`« ${text} » is refused as ${fault}`, () => {
    assert.deepEqual(readCoordinates(text), { fault });
  });
}

test("a place is written latitude first, to about a metre", () => {
  assert.equal(writeDegrees([2.2310049, 48.805]), "48.80500, 2.23100");
});

test("angles carry their minutes and seconds without sixty of anything", () => {
  assert.equal(writeAngles([-2.9999999, 48.805]), "48°48′18,0″\u00a0N 3°00′00,0″\u00a0O");
});

test("metres are grouped by narrow spaces", () => {
  assert.equal(writePlane([644_452.4, 6_856_203.6]), "644\u202f452, 6\u202f856\u202f204");
});

test("metres are grouped as the reader's language does", () => {
  assert.equal(writePlane([644_452.4, 6_856_203.6], "en"), "644,452, 6,856,204");
});

test("what is written is read back", () => {
  assert.ok(near(readCoordinates(writeAngles(MEUDON)).point, MEUDON));
});
