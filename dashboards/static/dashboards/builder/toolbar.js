/** The buttons of the builder: steps, tools of panels and sections, what is added, the parts of a small screen. */
import { find } from "./document.js";
import { fill, part } from "./words.js";

/** Follow the buttons of `root`. */
export function followToolbar(root, store, { canvas, panels, page, saver, server, addresses, textKind }) {
  const steps = { undo: root.querySelector("[data-undo]"), redo: root.querySelector("[data-redo]") };
  const draw = () => {
    tell(steps.undo, store.history.undoes, store.words.said, "undo", "nothing_to_undo");
    tell(steps.redo, store.history.redoes, store.words.said, "redo", "nothing_to_redo");
  };
  draw();
  store.addEventListener("change", draw);
  for (const name of ["undo", "redo"]) steps[name].addEventListener("click", () => store[name]());

  const said = root.querySelector("[data-said]");
  store.addEventListener("say", ({ detail }) => {
    said.textContent = detail;
  });
  store.addEventListener("refused", ({ detail }) => toast(detail, "bad"));
  store.addEventListener("undoable", ({ detail }) => undoToast(store, detail));

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) {
      choose(event, store);
      return;
    }
    const cell = button.closest("[data-cell]")?.dataset.cell;
    if (cell && button.dataset.do) act(button.dataset.do, cell, { canvas, panels, store, server, addresses });
    else if (button.closest(".canvas-section-head")) sectionTool(button, root, page);
    else other(button, { root, store, panels, page, textKind });
  });
  leaving(root, saver);
  showing(root, store);
  arrive(root, store);
}

/** An address that names a panel or a section opens on it. */
function arrive(root, store) {
  const [, kind, name] = location.hash.match(/^#(panneau|section)-(.+)$/) ?? [];
  if (kind === "panneau" && find(store.document, name)) store.select(name, "focus");
  const rank = store.document.sections.findIndex(({ id }) => kind === "section" && id === name);
  if (rank >= 0) root.querySelector(`section[data-rank="${rank}"]`).scrollIntoView();
}

function tell(button, step, words, name, none) {
  const text = step ? fill(words[name], { step }) : words[none];
  button.querySelector("[data-name]").textContent = text;
  button.title = text;
  button.setAttribute("aria-disabled", String(!step));
}

/** A click on a panel chooses it, one beside every panel chooses none. */
function choose({ target }, store) {
  const cell = target.closest("[data-cell]");
  if (cell) store.select(cell.dataset.cell);
  else if (target.closest("[data-canvas-pane]") && !target.closest("button, input, textarea, a"))
    store.select(null);
}

function act(word, id, { canvas, panels, store, server, addresses }) {
  if (word === "keep") keep(store.panel, { store, server, addresses });
  else if (word === "again") canvas.cell(id).refresh();
  else panels.run(word, id);
}

/** Keep a panel in the library, under its title. */
async function keep(panel, { store, server, addresses }) {
  const { id: _id, width: _width, height: _height, ...values } = panel;
  try {
    await server.form(addresses.library, { title: store.nameOf(panel), panel: JSON.stringify(values) });
    toast(fill(store.words.saving.in_library, { panel: store.nameOf(panel) }), "good");
  } catch (error) {
    toast(error.told?.detail || store.words.saving.change_failed, "bad");
  }
}

function sectionTool(button, root, page) {
  const rank = Number(button.closest("section").dataset.rank);
  if ("sectionUp" in button.dataset) page.moveSection(rank, -1);
  else if ("sectionDown" in button.dataset) page.moveSection(rank, 1);
  else if ("sectionRemove" in button.dataset) {
    page.removeSection(rank);
    const next = root.querySelector(`section[data-rank="${rank}"] [data-section-remove]`);
    (next ?? root.querySelector("[data-new-section]")).focus();
  }
}

function other(button, { root, store, panels, page, textKind }) {
  const { said } = store.words;
  if ("newSection" in button.dataset) {
    const section = page.addSection({ title: said.new_section });
    const added = section && root.querySelector(`section[data-rank="${store.document.sections.length - 1}"]`);
    added?.querySelector("[data-rename]").click();
  } else if ("newText" in button.dataset) {
    const text = {
      kind: textKind,
      title: said.new_text,
      width: 4,
      height: 2,
      options: { text: said.new_text },
    };
    panels.add(text, undefined, { wants: "settings" });
  } else if ("goModels" in button.dataset) {
    show(root, "sources");
    const tab = root.querySelector("#onglet-modeles");
    tab.click();
    tab.focus();
  } else if ("help" in button.dataset) document.getElementById("raccourcis").showModal();
}

function toast(text, kind) {
  document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind } }));
}

/** What was taken away comes back by the button of its message. */
function undoToast(store, step) {
  toast(fill(store.words.said.done, { step }), "good");
  const shown = document.querySelector("[data-toasts] .toast:last-of-type");
  const undo = part("undo");
  const taken = store.document;
  undo.addEventListener("click", () => {
    if (store.document === taken) store.undo();
    shown.remove();
  });
  shown?.querySelector("[data-text]").after(undo);
}

/** A page that is left for another one waits for what is not saved yet. */
function leaving(root, saver) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-leave]");
    if (!link || saver.isSaved || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (await saver.flush()) location.assign(link.href);
  });
}

/** On a small screen one part is shown at a time. */
function showing(root, store) {
  root.addEventListener("click", ({ target }) => {
    const name = target.closest("[data-show]")?.dataset.show;
    if (name) show(root, name);
  });
  store.addEventListener("select", ({ detail }) => {
    if (detail.wants === "settings") show(root, "settings");
    if (detail.wants === "focus") show(root, "page");
  });
}

function show(root, name) {
  root.dataset.pane = name;
  for (const button of root.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === name));
  }
}
