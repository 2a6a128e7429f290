/** How saving goes, said in the bar; what stops it, said under the bar or in a dialog, with what can be done. */
import { closest, find } from "../../interface/dom.js";
import { fateOf } from "./saving.js";
import { fill, part } from "./words.js";

/** @import { Copy, LocalCopy, SaveDetail, SaveState, Saver } from "./saving.js" */
/** @import { Fault, Problem } from "./server.js" */
/** @import { Store } from "./store.js" */
/** @import { Workshop } from "./page.js" */

/** Says the states of a saver in `root`. */
export class Notices {
  #root;
  #store;
  #place;
  #draft;
  /** @type {Saver | null} */
  #saver = null;
  /** @type {string | null} */
  #refused = null;
  #revision = 0; // of what is on the server after a conflict
  #isOfSaving = false; // whether what is said goes once the server has everything

  /**
   * @param {HTMLElement} root
   * @param {Store} store
   * @param {Pick<Workshop, "draft" | "published">} start
   */
  constructor(root, store, { draft, published }) {
    this.#root = root;
    this.#store = store;
    this.#place = find(root, "[data-notices]");
    this.#draft = draft;
    this.#showState("fresh");
    this.#showVersion(published);
  }

  /**
   * Follow a saver: its conflicts are settled through it.
   *
   * @param {Saver} saver
   */
  follow(saver) {
    this.#saver = saver;
    const dialog = find(document, "#conflit", HTMLDialogElement);
    dialog.addEventListener("click", (event) => {
      if (closest(event, "[data-reload]")) this.#reload();
      else if (closest(event, "[data-copy]")) this.#copy();
      else if (closest(event, "[data-overwrite]")) {
        dialog.close();
        saver.overwrite(this.#revision);
      }
    });
  }

  /**
   * Say a state: a word of `saving`, and what the server said.
   *
   * @param {SaveState} state
   * @param {SaveDetail} [detail]
   */
  show(state, { problem = {}, ...detail } = {}) {
    this.#showState(state, detail);
    if (state === "saved") {
      this.#draft = detail.draft ?? this.#draft;
      this.#showVersion();
      if (this.#isOfSaving) this.#close();
    }
    if (state === "refused") this.#refuse(problem);
    if (state === "stopped") this.#stop(problem);
    if (state === "kept_here" && [401, 403, 404].includes(detail.status ?? 0)) {
      this.#notice(this.#store.words.saving.session, [["retry", () => this.#saver?.flush()]], "bad");
    }
  }

  /**
   * Bring back what the browser kept when the page was closed, or ask when somebody wrote since: what is not chosen yet
   * waits in `aside`, out of the way of what is typed next.
   *
   * @param {Copy | null} copy
   * @param {Workshop} start
   * @param {LocalCopy} local
   * @param {LocalCopy} aside
   */
  recover(copy, start, local, aside) {
    const fate = fateOf(copy, start);
    if (fate !== "resume" && copy) local.remove();
    if (fate === "offer" && copy) aside.write(copy);
    if (fate === "resume" && copy) this.#resume(copy, local);
    else this.#offer(aside.read(), start, aside);
  }

  /** @param {Copy} copy @param {LocalCopy} local */
  #resume(copy, local) {
    this.#store.do(copy.document, "restore");
    const discard = () => {
      this.#store.undo();
      local.remove();
      this.#close();
    };
    this.#notice(this.#store.words.saving.restored, [
      ["discard", discard],
      ["close", () => this.#close()],
    ]);
  }

  /**
   * @param {Copy | null} copy
   * @param {Workshop} start
   * @param {LocalCopy} aside
   */
  #offer(copy, start, aside) {
    if (!copy || fateOf(copy, start) === "forget") {
      aside.remove();
      return;
    }
    const end = () => {
      aside.remove();
      this.#close();
    };
    const take = () => {
      this.#store.do(copy.document, "restore");
      end();
    };
    const language = document.documentElement.lang;
    const at = new Date(copy.at ?? 0).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    this.#notice(fill(this.#store.words.saving.offered, { at }), [
      ["take", take],
      ["discard", end],
    ]);
  }

  /** @param {SaveState} state @param {SaveDetail} [detail] */
  #showState(state, detail) {
    const text = fill(this.#store.words.saving[state], { time: detail?.saved_at ?? "" });
    const place = find(this.#root, "[data-saving]");
    place.textContent = text;
    place.dataset.saving = state;
  }

  /** @param {number | null} [published] */
  #showVersion(published) {
    const { draft, published: words } = this.#store.words.saving;
    const number = this.#draft;
    const text = number === null ? fill(words, { number: published ?? "" }) : fill(draft, { number });
    const label = find(this.#root, "[data-draft]");
    label.textContent = text;
    label.parentElement?.classList.toggle("warn", number !== null);
  }

  /** @param {Problem} problem */
  #refuse({ title, detail, faults = [] }) {
    const key = JSON.stringify(faults);
    if (this.#refused === key) return;
    const text = title || detail || this.#store.words.saving.refused;
    const notice = this.#notice(text, [["retry", () => this.#saver?.flush()]], "bad");
    this.#refused = key;
    const list = document.createElement("ul");
    list.append(...faults.map((fault) => this.#fault(fault)));
    find(notice, "[data-text]").append(list);
  }

  /**
   * A fault leads to the panel that it is about.
   *
   * @param {Fault} fault
   */
  #fault({ path, key, text }) {
    const item = document.createElement("li");
    const panel = this.#store.document.sections[Number(path[1])]?.panels?.[Number(path[3])];
    if (!panel) {
      item.textContent = key ? `${key} : ${text}` : text;
      return item;
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.textContent = this.#store.nameOf(panel);
    button.addEventListener("click", () => this.#store.select(panel.id, "settings"));
    item.append(button, ` : ${text}`);
    return item;
  }

  /** @param {Problem} problem */
  #stop({ detail = "", revision = 0 }) {
    this.#revision = revision;
    const open = () => {
      const dialog = find(document, "#conflit", HTMLDialogElement);
      find(dialog, "[data-detail]").textContent = detail;
      dialog.showModal();
    };
    this.#notice(detail, [["settle", open]], "bad");
    open();
  }

  async #copy() {
    const text = JSON.stringify(this.#store.document, null, 2);
    try {
      await navigator.clipboard.writeText(text);
      this.#toast(this.#store.words.saving.copied);
    } catch {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
      link.download = "brouillon.json";
      link.click();
      URL.revokeObjectURL(link.href);
    }
  }

  #reload() {
    this.#saver?.forget();
    location.reload();
  }

  /** @param {string} text */
  #toast(text) {
    document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
  }

  /**
   * @param {string} text
   * @param {[name: string, act: () => unknown][]} actions
   * @param {string} [kind]
   */
  #notice(text, actions, kind = "") {
    const notice = part("notice");
    if (kind) notice.classList.add(kind);
    find(notice, "[data-text]").textContent = text;
    for (const [name, act] of actions) {
      const button = part(name);
      button.addEventListener("click", act);
      notice.append(button);
    }
    this.#refused = null;
    this.#isOfSaving = kind === "bad";
    this.#place.replaceChildren(notice);
    return notice;
  }

  #close() {
    this.#refused = null;
    this.#place.replaceChildren();
  }
}
