/** Undo and redo: the documents that the style went through, each put back whole. */
import { History } from "../../interface/workshop/history.js";
import { readState } from "./state.js";

/** Follow the two buttons and their keys. */
export function followSteps(root, form, words) {
  const history = new History(readState(root).document);
  const buttons = { undo: root.querySelector("[data-undo]"), redo: root.querySelector("[data-redo]") };
  const said = root.querySelector("[data-said]");
  const draw = () => {
    tell(buttons.undo, history.undoes, words.undo, words.nothing_to_undo);
    tell(buttons.redo, history.redoes, words.redo, words.nothing_to_redo);
  };
  const walk = (way) => {
    const step = history[way]();
    if (!step) return;
    said.textContent = words[way === "undo" ? "undone" : "redone"].replace("{step}", step);
    form.send({ document: history.document, isStep: true });
    draw();
  };
  form.addEventListener("state", ({ detail }) => {
    if (!detail.isStep && !same(detail.state.document, history.document))
      history.push(detail.state.document, detail.step || "…", { onto: detail.onto, at: performance.now() });
    draw();
  });
  for (const way of ["undo", "redo"]) buttons[way].addEventListener("click", () => walk(way));
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches?.("input[type=text], input[type=search], textarea");
    if (!(event.ctrlKey || event.metaKey) || isTyping || document.querySelector("dialog[open]")) return;
    const way = { z: event.shiftKey ? "redo" : "undo", y: "redo" }[event.key.toLowerCase()];
    if (!way) return;
    event.preventDefault();
    walk(way);
  });
  draw();
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function tell(button, step, words, none) {
  const text = step ? words.replace("{step}", step) : none;
  button.querySelector("[data-name]").textContent = text;
  button.title = text;
  button.setAttribute("aria-disabled", String(!step));
}
