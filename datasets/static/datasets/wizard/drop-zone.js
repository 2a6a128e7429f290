/** The form of a file as a place to drop it: its name and size, how far it is sent, a way to stop, faults in place. */
import { find, findAll } from "../../interface/dom.js";
import {
  chosenFiles,
  droppedFiles,
  filesToSend,
  packed,
  quarter,
  secondsLeft,
  sizeText,
  suffixOf,
  timeText,
} from "./files.js";

/** @import { GivenFile, Selection } from "./files.js" */

/**
 * What `datasets/versions/presenters.py` writes beside the form.
 *
 * @typedef {Record<Phrase, string> & { limit: number, units: string[], formats: Record<string, string> }} DropWords
 */
/** @typedef {"required" | "several" | "incomplete" | "large" | "joined" | "sending" | "sent" | "progress"} StatePhrase */
/** @typedef {StatePhrase | "seconds" | "minutes" | "cancelled" | "network" | "server" | "unreadable"} Phrase */
/** Where to go, or what to correct. @typedef {{ url?: string, faults?: { reason: string }[] }} SendAnswer */

/**
 * Bind every form that carries `data-drop`; its words are in the JSON that follows it.
 *
 * @param {Document} root
 */
export function bindDropZones(root) {
  const words = root.getElementById("drop-words");
  if (!words) return;
  for (const form of findAll(root, "form[data-drop]", HTMLFormElement))
    new DropZone(form, JSON.parse(words.textContent));
}

class DropZone {
  #form;
  #words;
  #language = document.documentElement.lang;
  /** @type {Selection | null} */
  #selection = null;
  /** @type {AbortController | null} */
  #sending = null;

  /** @param {HTMLFormElement} form @param {DropWords} words */
  constructor(form, words) {
    this.#form = form;
    this.#words = words;
    this.#input.multiple = true; // the parts of a Shapefile come together
    this.#input.addEventListener("change", () => this.#pick());
    form.addEventListener("submit", (event) => this.#submit(event));
    this.#part("cancel").addEventListener("click", () => this.#sending?.abort());
    this.#part("clear").addEventListener("click", () => this.#clear());
    this.#bindDrop();
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    addEventListener("beforeunload", (event) => this.#sending && event.preventDefault());
    if (this.#input.files?.length) this.#choose(chosenFiles(this.#input.files));
  }

  get #input() {
    return find(this.#form, "input[type=file]", HTMLInputElement);
  }

  get #submitButton() {
    return find(this.#form, "button[type=submit]");
  }

  /** @param {string} name */
  #part(name) {
    return find(this.#form, `[data-drop-${name}]`);
  }

  #bindDrop() {
    let depth = 0;
    /** @param {DragEvent} event @param {number} step */
    const hold = (event, step) => {
      if (!event.dataTransfer?.types.includes("Files")) return false;
      event.preventDefault();
      depth = Math.max(0, depth + step);
      this.#form.classList.toggle("is-over", depth > 0 && !this.#sending);
      return true;
    };
    // The whole page takes the file: who misses the frame must not see it open in the browser.
    document.addEventListener("dragenter", (event) => hold(event, 1));
    document.addEventListener("dragleave", (event) => hold(event, -1));
    document.addEventListener("dragover", (event) => hold(event, 0));
    document.addEventListener("drop", async (event) => {
      if (!hold(event, -depth) || this.#sending || !event.dataTransfer) return;
      this.#choose(await droppedFiles(event.dataTransfer));
      if (this.#selection) this.#form.requestSubmit();
    });
  }

  /** Take what the input holds; its place goes with it, so the focus goes on to what comes next. */
  #pick() {
    this.#choose(chosenFiles(this.#input.files));
    if (this.#selection) this.#submitButton.focus();
  }

  /** @param {GivenFile[]} files */
  #choose(files) {
    const selection = filesToSend(files);
    this.#showFault("");
    this.#selection = null;
    if (selection.fault === "empty") return this.#show("idle");
    if (selection.fault !== undefined)
      return this.#refuse(
        this.#words[selection.fault].replace("{missing}", (selection.missing ?? []).join(", ")),
      );
    if (selection.size > this.#words.limit) return this.#refuse(this.#words.large);
    this.#selection = selection;
    const suffix = suffixOf(selection.name);
    this.#part("name").textContent = selection.name;
    this.#part("size").textContent = sizeText(selection.size, this.#language, this.#words.units);
    this.#part("format").textContent =
      selection.files.length > 1
        ? this.#words.joined.replace("{n}", String(selection.files.length))
        : (this.#words.formats[suffix] ?? "");
    this.#show("chosen");
    this.#say(`${selection.name}, ${this.#part("size").textContent}`);
  }

  /** @param {string} reason */
  #refuse(reason) {
    this.#show("idle");
    this.#showFault(reason);
  }

  #clear() {
    this.#input.value = "";
    this.#selection = null;
    this.#show("idle");
    this.#input.focus();
  }

  /** @param {SubmitEvent} event */
  async #submit(event) {
    event.preventDefault();
    if (this.#sending) return;
    if (!this.#selection) {
      if (!this.#part("fault").textContent) this.#showFault(this.#words.required);
      this.#input.focus();
      return;
    }
    this.#sending = new AbortController();
    const { signal } = this.#sending;
    this.#showFault("");
    this.#show("sending");
    this.#part("cancel").focus();
    try {
      this.#say(this.#words.sending.replace("{name}", this.#selection.name));
      const answer = await this.#send(await packed(this.#selection), this.#selection.name, signal);
      this.#sending = null;
      if (answer.url) return location.assign(answer.url);
      this.#back((answer.faults ?? []).map(({ reason }) => reason).join(" "));
    } catch (error) {
      this.#sending = null;
      const cause = error instanceof Error ? error.message : "";
      const { network, server, unreadable } = this.#words;
      this.#back({ aborted: "", network, server }[cause] ?? unreadable);
    }
  }

  /** @param {Blob} file @param {string} name @param {AbortSignal} signal */
  #send(file, name, signal) {
    const began = performance.now();
    let reached = 0;
    return send(this.#form, file, name, {
      signal,
      onProgress: (sent, total) => {
        this.#progress(sent, total, (performance.now() - began) / 1000);
        if (quarter(sent, total) > reached) {
          reached = quarter(sent, total);
          this.#say(reached === 4 ? this.#words.sent : `${25 * reached}\u00a0%`);
        }
      },
    });
  }

  /**
   * @param {number} sent
   * @param {number} total
   * @param {number} elapsed
   */
  #progress(sent, total, elapsed) {
    const bar = find(this.#form, "[data-drop-bar]", HTMLProgressElement);
    bar.max = total;
    bar.value = sent;
    const sizes = [sent, total].map((bytes) => sizeText(bytes, this.#language, this.#words.units));
    const left = secondsLeft(sent, total, elapsed);
    this.#part("done").textContent =
      sent === total
        ? this.#words.sent
        : this.#words.progress.replace("{sent}", sizes[0]).replace("{total}", sizes[1]) +
          (left === null ? "" : ` · ${timeText(left, this.#words)}`);
  }

  /**
   * Come back to the file that was chosen, which is still there, with what to correct.
   *
   * @param {string} reason
   */
  #back(reason) {
    this.#show("chosen");
    this.#showFault(reason);
    if (!reason) this.#say(this.#words.cancelled);
    this.#submitButton.focus();
  }

  /** @param {string} state */
  #show(state) {
    this.#form.dataset.dropState = state;
    this.#part("chosen").hidden = state === "idle";
    this.#part("sending").hidden = state !== "sending";
    this.#part("clear").hidden = state !== "chosen";
    this.#part("pick").hidden = state !== "idle";
    this.#part("actions").hidden = state === "sending";
  }

  /** @param {string} reason */
  #showFault(reason) {
    const place = this.#part("fault");
    place.textContent = reason;
    place.hidden = !reason;
    this.#input.toggleAttribute("aria-invalid", Boolean(reason));
  }

  /** @param {string} text */
  #say(text) {
    this.#part("message").textContent = text;
  }
}

/**
 * Post `form` with `file` in the place of its file input. `onProgress(sent, total)` is called meanwhile; `signal` stops
 * it. Resolves to `{ url }`, where to go, or `{ faults }`, what to correct; rejects with the name of what went wrong:
 * `aborted`, `network` or `server`.
 *
 * @param {HTMLFormElement} form
 * @param {Blob} file
 * @param {string} name
 * @param {{ onProgress: (sent: number, total: number) => void, signal: AbortSignal }} options
 * @returns {Promise<SendAnswer>}
 */
function send(form, file, name, { onProgress, signal }) {
  const body = new FormData(form);
  body.set(find(form, "input[type=file]", HTMLInputElement).name, file, name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener("load", () => {
      if (request.response?.url || request.response?.faults) resolve(request.response);
      else reject(new Error("server"));
    });
    request.addEventListener("error", () => reject(new Error("network")));
    request.addEventListener("abort", () => reject(new Error("aborted")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
