import assert from "node:assert/strict";
import { test } from "node:test";

import { show } from "../../../../datasets/static/datasets/wizard/state.js";

/** Stand for the section of the page: an element for each question. */
function section() {
  const found = new Map();
  return {
    said: () => found.get("[data-progress-message]")?.textContent ?? "",
    querySelector(question) {
      if (!found.has(question)) {
        found.set(question, {
          textContent: "",
          value: null,
          removeAttribute() {
            this.value = null;
          },
        });
      }
      return found.get(question);
    },
  };
}

const WORDS = { state: "en cours", phase: "lecture", percent: "12 %", bytes: "1 Mo", rows: "", left: "" };

test("a share that nobody knows leaves the bar without a value", () => {
  const page = section();
  show(page, { share: 12, words: WORDS });
  assert.equal(page.querySelector("progress").value, 12);
  show(page, { share: null, words: WORDS });
  assert.equal(page.querySelector("progress").value, null);
});

test("a phase is said aloud when it begins, and not again", () => {
  const page = section();
  show(page, { share: 1, words: WORDS });
  assert.equal(page.said(), "Lecture");
  page.querySelector("[data-progress-message]").textContent = "";
  show(page, { share: 2, words: WORDS });
  assert.equal(page.said(), "");
});
