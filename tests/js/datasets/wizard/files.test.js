import assert from "node:assert/strict";
import test from "node:test";
import {
  crc32,
  filesToSend,
  packed,
  secondsLeft,
  sizeText,
  timeText,
} from "../../../../datasets/static/datasets/wizard/files.js";

const named = (...names) => names.map((name) => ({ name, size: 10, path: "" }));

const SELECTIONS = {
  "one file is sent as it is": [named("bancs.csv"), "bancs.csv"],
  "the parts of a Shapefile go in one archive": [
    named("voies.dbf", "voies.shp", "voies.SHX", "voies.prj", "voies.shp.xml"),
    "voies.zip",
  ],
  "a MapInfo table goes in one archive": [named("a.tab", "a.dat", "a.map", "a.id"), "a.zip"],
  "a Shapefile alone says what it lacks": [named("voies.shp", "voies.shx"), "incomplete .dbf"],
  "the parts of another file do not complete it": [named("a.shp", "b.dbf", "a.shx"), "incomplete .dbf"],
  "two files that make no whole are too many": [named("a.csv", "b.csv"), "several"],
  "a stranger among the parts of a Shapefile is too many": [
    named("a.shp", "a.dbf", "a.shx", "b.csv"),
    "several",
  ],
  "nothing is nothing": [[], "empty"],
};
for (const [rule, [files, expected]] of Object.entries(SELECTIONS)) {
  test(rule, () => {
    const { name, fault, missing = [] } = filesToSend(files);
    assert.equal([fault ?? name, ...missing].join(" "), expected);
  });
}

test("a folder goes in an archive of its name", () => {
  const files = [
    { name: "a00000001.gdbtable", size: 3, path: "plan.gdb/a00000001.gdbtable" },
    { name: "gdb", size: 2, path: "plan.gdb/gdb" },
  ];
  assert.deepEqual([filesToSend(files).name, filesToSend(files).size], ["plan.gdb.zip", 5]);
});

test("the check sum of a file is that of ZIP", async () => {
  assert.equal(await crc32(new Blob(["123456789"])), 0xcbf43926);
});

test("an archive lists its files by name and where they begin", async () => {
  const files = ["é.shp", "é.dbf"].map((name) => ({
    name,
    path: "",
    size: 3,
    blob: new Blob([`${name[2]}ab`]),
  }));
  const bytes = Buffer.from(await (await packed({ name: "é.zip", files })).arrayBuffer());
  const end = bytes.subarray(-22);
  const directory = bytes.subarray(end.readUInt32LE(16), end.readUInt32LE(16) + end.readUInt32LE(12));
  const second = 46 + directory.readUInt16LE(28);
  const at = directory.readUInt32LE(second + 42);
  assert.equal(end.readUInt16LE(10), 2);
  assert.equal(bytes.readUInt32LE(at), 0x04034b50);
  assert.equal(bytes.toString("utf8", at + 30, at + 36), "é.dbf");
  assert.equal(bytes.toString("utf8", at + 36, at + 39), "dab");
});

test("sizes are written in the unit that suits them", () => {
  assert.deepEqual(
    [0, 900, 1536, 1024 ** 2 - 1, 28.7 * 1024 ** 2, 500 * 1024 ** 2].map((bytes) => sizeText(bytes, "fr")),
    ["0\u00a0octets", "900\u00a0octets", "1,5\u00a0ko", "1\u00a0Mo", "29\u00a0Mo", "500\u00a0Mo"],
  );
});

test("seconds left follow the pace, and say nothing before there is one", () => {
  assert.deepEqual(
    [
      secondsLeft(0, 100, 5),
      secondsLeft(50, 100, 0.2),
      secondsLeft(50, 100, 10),
      secondsLeft(10, 100, 5),
      secondsLeft(1, 100, 3),
    ],
    [null, null, 10, 45, 300],
  );
  const template = { seconds: "{n} s", minutes: "{n} min" };
  assert.deepEqual([timeText(45, template), timeText(300, template)], ["45 s", "5 min"]);
});
