/** The parts of the builder, put together. */
import { deviceStorage } from "../../interface/storage.js";
import { Canvas } from "./canvas.js";
import { Drag } from "./drag.js";
import { pageFilters } from "./filters.js";
import { followKeys } from "./keyboard.js";
import { Notices } from "./notices.js";
import { outline } from "./outline.js";
import { PageCommands } from "./page-commands.js";
import { PanelCommands } from "./panel-commands.js";
import { Previews } from "./previews.js";
import { publicationChanges } from "./publication-changes.js";
import { resizing } from "./resize.js";
import { LocalCopy, Saver } from "./saving.js";
import { Server } from "./server.js";
import { Settings } from "./settings.js";
import { Sources } from "./sources.js";
import { Store } from "./store.js";
import { followToolbar } from "./toolbar.js";
import { followWriting } from "./writing.js";

/** Open the builder of `root` on what the server wrote. */
export function openBuilder(root, start) {
  const { addresses, words } = start;
  const made = start.document;
  if (!made.sections.length) made.sections = [{ id: "section", title: "", panels: [] }];
  const server = new Server(document.querySelector("[data-token] input").value);
  const store = new Store(made, words, start.titles);
  const panels = new PanelCommands(store, start.limits);
  const page = new PageCommands(store, start.limits);
  const canvasRoot = root.querySelector("[data-canvas]");

  const preview = async (body, signal) =>
    (await server.post(addresses.preview, body, { accept: "text/html", signal })).text();
  const previews = new Previews(preview, (id) => canvas.isSeen(id));
  const canvas = new Canvas(canvasRoot, store, {
    previews,
    context: {
      words,
      kinds: start.kinds,
      flatKinds: start.flat_kinds,
      textKind: start.text_kind,
      links: {},
      nameOf: (panel) => store.nameOf(panel),
    },
  });
  const sources = new Sources(root.querySelector("[data-sources]"), {
    server,
    addresses,
    store,
    panels,
    page,
  });
  const ask = async (address, body) => (await server.post(address, body)).json();
  new Settings(root.querySelector("[data-settings-pane]"), store, (body) => ask(addresses.settings, body));
  outline(root.querySelector("[data-outline]"), store, panels, page);
  pageFilters(
    root,
    store,
    page,
    async () => (await ask(addresses.common, { document: store.document })).fields,
  );
  followWriting(root, store, page);
  resizing(canvasRoot, store, (id, size) => panels.resize(id, size));
  dragging(root, { store, sources, panels, page });

  const whenSaved = publicationChanges(
    root.querySelector("[data-changes]"),
    () => server.part(addresses.changes),
    words,
  );
  const saver = keepSaving(root, store, start, { server, whenSaved });
  followKeys(root, store, panels, {
    save: () => saver.flush(),
    help: () => document.getElementById("raccourcis").showModal(),
  });
  followToolbar(root, store, { canvas, panels, page, saver, server, addresses, textKind: start.text_kind });
  sources.open(
    made.sections.flatMap((part) => part.panels ?? []).find((panel) => panel.question)?.question.layer,
  );
  root.dataset.ready = "";
}

/** What may be dragged, and where it goes. */
function dragging(root, { store, sources, panels, page }) {
  const canvas = root.querySelector("[data-canvas]");
  const offer = ({ target }) => {
    if (target.closest("[data-resize], .cell-tools button, input, textarea")) return null;
    const grip = target.closest("[data-grip-section]");
    if (grip) {
      const rank = Number(grip.closest("section").dataset.rank);
      return {
        rank,
        name: grip.closest("header").querySelector("[data-section-title]").textContent,
        touch: true,
      };
    }
    const cell = canvas.contains(target) && target.closest("[data-cell]");
    if (!cell) return sources.offer(target);
    const panel = store.document.sections
      .flatMap((part) => part.panels ?? [])
      .find(({ id }) => id === cell.dataset.cell);
    return { id: panel.id, name: store.nameOf(panel), touch: target.closest("[data-grip]") !== null };
  };
  const drop = (held, place) => {
    if (held.rank !== undefined) page.placeSection(held.rank, place.section);
    else if (held.section) page.addSection(held.section, place.section, held.filters);
    else if (held.include) page.addInclude(held.include, held.name, place.section);
    else if (held.id) panels.move(held.id, place, place.isRow);
    else panels.add(held.panel, place, { isRow: place.isRow, name: held.name });
  };
  new Drag(root, { offer, drop, words: store.words.said });
}

/** Keep what is made: each change is noted, what is left goes with the page, what was left is brought back. */
function keepSaving(root, store, start, { server, whenSaved }) {
  const local = new LocalCopy(deviceStorage, `${start.owner}/${start.slug}`);
  const aside = new LocalCopy(deviceStorage, `${start.owner}/${start.slug}/aside`);
  const left = local.read();
  const notices = new Notices(root, store, start);
  const send = async (body, keepalive) =>
    (await server.post(start.addresses.save, body, { keepalive })).json();
  const saver = new Saver({
    send,
    copy: local,
    revision: start.revision,
    unsure: left?.document,
    tell: (state, detail) => {
      notices.tell(state, detail);
      if (state === "saved") whenSaved();
    },
  });
  notices.follow(saver);
  store.addEventListener("change", () => saver.note(store.document));
  notices.recover(left, start, local, aside);
  addEventListener("pagehide", () => saver.leave());
  document.addEventListener("visibilitychange", () => document.hidden && saver.flush());
  return saver;
}
