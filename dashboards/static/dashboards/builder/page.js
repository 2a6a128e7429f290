/** The page where a dashboard is made: wiring. */
import { closest, find, findOptional } from "../../interface/dom.js";
import { deviceStorage } from "../../interface/storage.js";
import { DashboardMap } from "../maps/element.js";
import { panelsOf } from "./document.js";
import "../panels/element.js";
import { Canvas } from "./canvas.js";
import { PageCommands, PanelCommands } from "./commands.js";
import { Drag, resizing } from "./drag.js";
import { pageFilters } from "./filters.js";
import { followKeys } from "./keyboard.js";
import { Notices } from "./notices.js";
import { Previews } from "./previews.js";
import { LocalCopy, Saver } from "./saving.js";
import { Server } from "./server.js";
import { publicationChanges, Settings } from "./settings.js";
import { Sources } from "./sources.js";
import { Store } from "./store.js";
import { followTexts } from "./text-editing.js";
import { followToolbar, outline } from "./toolbar.js";

/** @import { CommonField } from "./filters.js" */
/** @import { DashboardDocument, Panel } from "./document.js" */
/** @import { Limits } from "./commands.js" */
/** @import { DropPlace, Offer } from "./drag.js" */
/** @import { AskSettings } from "./settings.js" */
/** @import { BuilderWords } from "./words.js" */

/**
 * What `workshop` of `dashboards/builder/presenters.py` writes in the page.
 *
 * @typedef {object} Workshop
 * @property {string} slug
 * @property {string} owner
 * @property {number} revision
 * @property {number | null} draft
 * @property {number | null} published
 * @property {DashboardDocument} document
 * @property {Record<string, string>} titles
 * @property {Record<string, string>} addresses
 * @property {Limits} limits
 * @property {Record<string, string>} kinds
 * @property {string[]} flat_kinds
 * @property {string} text_kind
 * @property {BuilderWords} words
 */

const root = findOptional(document, "[data-builder]");
if (root) openBuilder(root, JSON.parse(find(document, "#atelier").textContent));

/**
 * Open the builder of `root` on what the server wrote.
 *
 * @param {HTMLElement} root
 * @param {Workshop} start
 */
function openBuilder(root, start) {
  const { addresses, words } = start;
  const made = start.document;
  if (!made.sections.length) made.sections = [{ id: "section", title: "", panels: [] }];
  const server = new Server(find(document, "[data-token] input", HTMLInputElement).value);
  const store = new Store(made, words, start.titles);
  const panels = new PanelCommands(store, start.limits);
  const page = new PageCommands(store, start.limits);
  const canvasRoot = find(root, "[data-canvas]");

  /** @param {string} body @param {AbortSignal} signal */
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
  const sources = new Sources(find(root, "[data-sources]"), {
    server,
    addresses,
    store,
    panels,
    page,
  });
  /** @type {AskSettings} */
  const askSettings = async (body) => (await server.post(addresses.settings, body)).json();
  new Settings(find(root, "[data-settings-pane]"), store, askSettings, (id) => {
    const map = canvas.cell(id)?.element.querySelector("dashboard-map");
    return map instanceof DashboardMap ? map.bounds : null;
  });
  outline(find(root, "[data-outline]"), store, panels, page);
  pageFilters(root, store, page, async () => {
    const answer = await server.post(addresses.common, { document: store.document });
    /** @type {{ fields: CommonField[] }} */
    const { fields } = await answer.json();
    return fields;
  });
  followTexts(root, store, page);
  resizing(canvasRoot, store, (id, size) => panels.resize(id, size));
  dragging(root, { store, sources, panels, page });

  const whenSaved = publicationChanges(
    find(root, "[data-changes]", HTMLDetailsElement),
    () => server.part(addresses.changes),
    words,
  );
  const saver = keepSaving(root, store, start, { server, whenSaved });
  followKeys(root, store, panels, {
    save: () => saver.flush(),
    help: () => find(document, "#raccourcis", HTMLDialogElement).showModal(),
  });
  followToolbar(root, store, { canvas, panels, page, saver, server, addresses, textKind: start.text_kind });
  sources.open(panelsOf(made).find((panel) => panel.question)?.question?.layer);
  root.dataset.ready = "";
}

/**
 * What may be dragged, and where it goes.
 *
 * @param {HTMLElement} root
 * @param {{ store: Store, sources: Sources, panels: PanelCommands, page: PageCommands }} parts
 */
function dragging(root, { store, sources, panels, page }) {
  const canvas = find(root, "[data-canvas]");
  /** @param {PointerEvent} event @returns {Offer | null} */
  const offerOf = (event) => {
    if (closest(event, "[data-resize], .cell-tools button, input, textarea, dashboard-map")) return null;
    const section = closest(event, "[data-grip-section]") && closest(event, "section");
    if (section) {
      const name = find(section, "[data-section-title]").textContent;
      return { rank: Number(section.dataset.rank), name, touch: true };
    }
    const cell = closest(event, "[data-cell]");
    if (!cell || !canvas.contains(cell)) return sources.offer(event);
    const panel = panelsOf(store.document).find(({ id }) => id === cell.dataset.cell);
    if (!panel) return null;
    return { id: panel.id, name: store.nameOf(panel), touch: closest(event, "[data-grip]") !== null };
  };
  /** @param {Offer} offer @param {DropPlace} place */
  const drop = (offer, place) => {
    if (offer.rank !== undefined) page.placeSection(offer.rank, place.section);
    else if (offer.section) page.addSection(offer.section, place.section, offer.filters);
    else if (offer.include) page.addInclude(offer.include, offer.name, place.section);
    else if (offer.id) panels.move(offer.id, place, place.isRow);
    else if (offer.panel) panels.add(offer.panel, place, { isRow: place.isRow, name: offer.name });
  };
  new Drag(root, { offer: offerOf, drop, words: store.words.said });
}

/**
 * Keep what is made: each change is noted, what is left goes with the page, what was left is brought back.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {Workshop} start
 * @param {{ server: Server, whenSaved: () => void }} parts
 */
function keepSaving(root, store, start, { server, whenSaved }) {
  const local = new LocalCopy(deviceStorage, `${start.owner}/${start.slug}`);
  const aside = new LocalCopy(deviceStorage, `${start.owner}/${start.slug}/aside`);
  const left = local.read();
  const notices = new Notices(root, store, start);
  /** @param {string} body @param {boolean} keepalive */
  const send = async (body, keepalive) =>
    (await server.post(start.addresses.save, body, { keepalive })).json();
  const saver = new Saver({
    send,
    copy: local,
    revision: start.revision,
    unsure: left?.document,
    report: (state, detail) => {
      notices.show(state, detail);
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
