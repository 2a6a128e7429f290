/** How saving goes, said in the bar; what stops it, said under the bar or in a dialog, with what can be done. */
import { fateOf } from "./saving.js";
import { fill, part } from "./words.js";

/** Tells the states of a saver in `root`. */
export class Notices {
  #root;
  #store;
  #place;
  #draft;
  #saver = null;
  #refused = null;

  constructor(root, store, { draft, published }) {
    this.#root = root;
    this.#store = store;
    this.#place = root.querySelector("[data-notices]");
    this.#draft = draft;
    this.#tellState("fresh");
    this.#tellVersion(published);
  }

  /** Follow a saver: its conflicts are settled through it. */
  follow(saver) {
    this.#saver = saver;
    const dialog = document.getElementById("conflit");
    dialog.addEventListener("click", ({ target }) => {
      if (target.closest("[data-reload]")) this.#reload();
      else if (target.closest("[data-copy]")) this.#copy();
      else if (target.closest("[data-overwrite]")) {
        dialog.close();
        saver.overwrite(this.#there);
      }
    });
  }

  #there = 0;
  #isOfSaving = false; // whether what is said goes once the server has everything

  /** Tell a state: a word of `saving`, and what the server said. */
  tell(state, detail) {
    this.#tellState(state, detail);
    if (state === "saved") {
      this.#draft = detail.draft;
      this.#tellVersion();
      if (this.#isOfSaving) this.#close();
    }
    if (state === "refused") this.#refuse(detail.told);
    if (state === "stopped") this.#stop(detail.told);
    if (state === "kept_here" && [401, 403, 404].includes(detail.status)) {
      this.#notice(this.#store.words.saving.session, [["retry", () => this.#saver.flush()]], "bad");
    }
  }

  /**
   * Bring back what the browser kept when the page was closed, or ask when somebody wrote since: what is not chosen yet
   * waits in `aside`, out of the way of what is typed next.
   */
  recover(copy, start, local, aside) {
    const fate = fateOf(copy, start);
    if (fate !== "resume" && copy) local.remove();
    if (fate === "offer") aside.write(copy);
    if (fate === "resume") this.#resume(copy, local);
    else this.#offer(aside.read(), start, aside);
  }

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

  #offer(copy, start, aside) {
    if (fateOf(copy, start) === "forget") {
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
    const at = new Date(copy.at).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
    this.#notice(fill(this.#store.words.saving.offered, { at }), [
      ["take", take],
      ["discard", end],
    ]);
  }

  #tellState(state, detail) {
    const text = fill(this.#store.words.saving[state], { time: detail?.saved_at ?? "" });
    const place = this.#root.querySelector("[data-saving]");
    place.textContent = text;
    place.dataset.saving = state;
  }

  #tellVersion(published) {
    const { draft, published: words } = this.#store.words.saving;
    const isDraft = this.#draft !== null;
    const text = isDraft ? fill(draft, { number: this.#draft }) : fill(words, { number: published });
    this.#root.querySelector("[data-draft]").textContent = text;
    this.#root.querySelector("[data-draft]").parentElement.classList.toggle("warn", isDraft);
  }

  #refuse({ title, detail, faults = [] }) {
    const key = JSON.stringify(faults);
    if (this.#refused === key) return;
    const notice = this.#notice(title || detail, [["retry", () => this.#saver.flush()]], "bad");
    this.#refused = key;
    const list = document.createElement("ul");
    list.append(...faults.map((fault) => this.#fault(fault)));
    notice.querySelector("[data-text]").append(list);
  }

  /** A fault leads to the panel that it is about. */
  #fault({ path, key, text }) {
    const item = document.createElement("li");
    const panel = this.#store.document.sections[path?.[1]]?.panels?.[path?.[3]];
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

  #stop({ detail, revision }) {
    this.#there = revision;
    const open = () => {
      const dialog = document.getElementById("conflit");
      dialog.querySelector("[data-detail]").textContent = detail;
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
    this.#saver.forget();
    location.reload();
  }

  #toast(text) {
    document.dispatchEvent(new CustomEvent("portal:toast", { detail: { text, kind: "good" } }));
  }

  #notice(text, actions, kind = "") {
    const notice = part("notice");
    if (kind) notice.classList.add(kind);
    notice.querySelector("[data-text]").textContent = text;
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
