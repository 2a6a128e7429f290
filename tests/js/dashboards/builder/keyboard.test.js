import assert from "node:assert/strict";
import { test } from "node:test";
import { pageKey, panelKey } from "../../../../dashboards/static/dashboards/builder/keyboard.js";

test("arrows go from panel to panel, with Alt they move it, with Shift they size it", () => {
  assert.deepEqual(panelKey({ key: "ArrowUp" }), { focus: "up" });
  assert.deepEqual(panelKey({ key: "ArrowUp", altKey: true }), { command: "up" });
  assert.deepEqual(panelKey({ key: "ArrowUp", shiftKey: true }), { command: "lower" });
});

test("a panel is taken away, copied, set and left by a key each", () => {
  const commands = [{ key: "Delete" }, { key: "d", ctrlKey: true }, { key: "Enter" }, { key: "Escape" }];
  assert.deepEqual(
    commands.map((key) => panelKey(key).command),
    ["remove", "duplicate", "settings", "leave"],
  );
});

test("keys that the browser has are left to it", () => {
  assert.equal(panelKey({ key: "Tab" }), null);
  assert.equal(panelKey({ key: "ArrowLeft", ctrlKey: true }), null);
  assert.equal(panelKey({ key: "Delete", shiftKey: true }), null);
});

test("steps are undone and done again by the keys of both worlds", () => {
  assert.equal(pageKey({ key: "z", ctrlKey: true }, false), "undo");
  assert.equal(pageKey({ key: "Z", metaKey: true, shiftKey: true }, false), "redo");
  assert.equal(pageKey({ key: "y", ctrlKey: true }, false), "redo");
});

test("while a text is typed, undoing and the question mark are its own, saving is the page's", () => {
  assert.equal(pageKey({ key: "z", ctrlKey: true }, true), "");
  assert.equal(pageKey({ key: "?" }, true), "");
  assert.equal(pageKey({ key: "s", ctrlKey: true }, true), "save");
});
