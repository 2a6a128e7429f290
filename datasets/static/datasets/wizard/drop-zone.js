/** The form of a file as a place to drop it: its name and size, how far it is sent, a way to stop, faults in place. */

import { quarter, secondsLeft, sizeText, timeText } from "./figures.js";
import { chosenFiles, droppedFiles, packed, parcelOf, suffixOf } from "./parcel.js";
import { send } from "./sending.js";

/** Bind every form that carries `data-drop`; its words are in the JSON that follows it. */
export function bindDropZones(root) {
  const words = root.getElementById("drop-words");
  if (!words) return;
  for (const form of root.querySelectorAll("form[data-drop]"))
    new DropZone(form, JSON.parse(words.textContent));
}

class DropZone {
  #form;
  #words;
  #language = document.documentElement.lang;
  #parcel = null;
  #sending = null;

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
    if (this.#input.files.length > 0) this.#choose(chosenFiles(this.#input.files));
  }

  get #input() {
    return this.#form.querySelector("input[type=file]");
  }

  #part(name) {
    return this.#form.querySelector(`[data-drop-${name}]`);
  }

  #bindDrop() {
    let depth = 0;
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
      if (!hold(event, -depth) || this.#sending) return;
      this.#choose(await droppedFiles(event.dataTransfer));
      if (this.#parcel) this.#form.requestSubmit();
    });
  }

  /** Take what the input holds; its place goes with it, so the focus goes on to what comes next. */
  #pick() {
    this.#choose(chosenFiles(this.#input.files));
    if (this.#parcel) this.#form.querySelector("button[type=submit]").focus();
  }

  #choose(files) {
    const parcel = parcelOf(files);
    this.#tellFault("");
    this.#parcel = null;
    if (parcel.fault === "empty") return this.#show("idle");
    if (parcel.fault)
      return this.#refuse(this.#words[parcel.fault].replace("{missing}", (parcel.missing ?? []).join(", ")));
    if (parcel.size > this.#words.limit) return this.#refuse(this.#words.large);
    this.#parcel = parcel;
    const suffix = suffixOf(parcel.name);
    this.#part("name").textContent = parcel.name;
    this.#part("size").textContent = sizeText(parcel.size, this.#language, this.#words.units);
    this.#part("format").textContent =
      parcel.files.length > 1
        ? this.#words.joined.replace("{n}", parcel.files.length)
        : (this.#words.formats[suffix] ?? "");
    this.#show("chosen");
    this.#say(`${parcel.name}, ${this.#part("size").textContent}`);
  }

  #refuse(reason) {
    this.#show("idle");
    this.#tellFault(reason);
  }

  #clear() {
    this.#input.value = "";
    this.#parcel = null;
    this.#show("idle");
    this.#input.focus();
  }

  async #submit(event) {
    event.preventDefault();
    if (this.#sending) return;
    if (!this.#parcel) {
      if (!this.#part("fault").textContent) this.#tellFault(this.#words.required);
      this.#input.focus();
      return;
    }
    this.#sending = new AbortController();
    this.#tellFault("");
    this.#show("sending");
    this.#part("cancel").focus();
    try {
      this.#say(this.#words.sending.replace("{name}", this.#parcel.name));
      const answer = await this.#send(await packed(this.#parcel));
      this.#sending = null;
      if (answer.url) return location.assign(answer.url);
      this.#back(answer.faults.map(({ reason }) => reason).join(" "));
    } catch (error) {
      this.#sending = null;
      this.#back(error.message === "aborted" ? "" : (this.#words[error.message] ?? this.#words.unreadable));
    }
  }

  #send(file) {
    const began = performance.now();
    let told = 0;
    return send(this.#form, file, {
      signal: this.#sending.signal,
      onProgress: (sent, total) => {
        this.#progress(sent, total, (performance.now() - began) / 1000);
        if (quarter(sent, total) > told) {
          told = quarter(sent, total);
          this.#say(told === 4 ? this.#words.sent : `${25 * told}\u00a0%`);
        }
      },
    });
  }

  #progress(sent, total, elapsed) {
    const bar = this.#part("bar");
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

  /** Come back to the file that was chosen, which is still there, with what to correct. */
  #back(reason) {
    this.#show("chosen");
    this.#tellFault(reason);
    if (!reason) this.#say(this.#words.cancelled);
    this.#form.querySelector("button[type=submit]").focus();
  }

  #show(state) {
    this.#form.dataset.dropState = state;
    this.#part("chosen").hidden = state === "idle";
    this.#part("sending").hidden = state !== "sending";
    this.#part("clear").hidden = state !== "chosen";
    this.#part("pick").hidden = state !== "idle";
    this.#part("actions").hidden = state === "sending";
  }

  #tellFault(reason) {
    const place = this.#part("fault");
    place.textContent = reason;
    place.hidden = !reason;
    this.#input.toggleAttribute("aria-invalid", Boolean(reason));
  }

  #say(text) {
    this.#part("said").textContent = text;
  }
}
