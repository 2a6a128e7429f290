/** The bar of the tool in use: its name, what to do, what it found, and its buttons. */

const SAID_FOR_MS = 8_000;
const SHOWN = ["undo", "restart", "finish"];

/** Writes in the bar and tells what the person does there: `on(event, value)`. */
export class Bar {
  #root;
  #parts;
  #say;
  #silence = 0;

  constructor(root, say, on) {
    this.#root = root.querySelector("[data-bar]");
    this.#say = say;
    const part = (name) => root.querySelector(`[data-bar-${name}]`);
    this.#parts = Object.fromEntries(
      [
        "title",
        "help",
        "keys",
        "result",
        "segments",
        "list",
        "radius",
        "radius-field",
        "place",
        "place-title",
        "read",
        "typing",
        "says",
      ].map((name) => [name, part(name)]),
    );
    for (const name of ["leave", ...SHOWN]) {
      this.#parts[name] = part(name);
      this.#parts[name].addEventListener("click", () => on(name));
    }
    this.#parts.radius.addEventListener("change", () => on("radius", this.radius));
    this.#parts.place.addEventListener("input", () => on("typing", this.#parts.place.value));
    part("place-form").addEventListener("submit", (event) => {
      event.preventDefault();
      on("place", this.#parts.place.value);
    });
  }

  /** The radius asked in metres, or 0 when the field holds none. */
  get radius() {
    const { value, validity } = this.#parts.radius;
    return validity.valid ? Number(value) : 0;
  }

  /** Open the bar on a tool. */
  open(name, tool) {
    const parts = this.#parts;
    parts.title.textContent = this.#say(`${name}.title`);
    parts.help.textContent = this.#say(`${name}.help`);
    parts.keys.textContent = this.#say(`${name}.keys`);
    parts["radius-field"].hidden = !tool.hasRadius;
    parts["place-title"].textContent = this.#say("place.label");
    parts["place-title"].hidden = Boolean(tool.isTyped);
    parts.typing.open = Boolean(tool.isTyped);
    parts.finish.textContent = this.#say(
      tool.hasRadius ? "finish.around" : tool.ask ? "finish.ask" : "finish.measure",
    );
    parts.place.value = "";
    this.#root.dataset.bar = name;
    this.#root.hidden = false;
    this.tell({});
    this.read("");
    this.announce(["title", "help", "keys"].map((part) => this.#say(`${name}.${part}`)).join(" "));
    if (tool.isTyped) parts.place.focus();
  }

  /** Close the bar, and tell whether it had the focus. */
  close() {
    const hadFocus = this.#root.contains(document.activeElement);
    this.#root.hidden = true;
    return hadFocus;
  }

  /** Show the buttons that make sense now: true or false by name. */
  allow(wanted) {
    for (const name of SHOWN) this.#parts[name].hidden = !wanted[name];
  }

  /** Write what was found, announce `said`. */
  tell({ result = "", segments = [], said = "" }) {
    this.#parts.result.textContent = result;
    this.#parts.segments.hidden = segments.length === 0;
    this.#parts.list.replaceChildren(
      ...segments.map((text) => Object.assign(document.createElement("li"), { textContent: text })),
    );
    if (said) this.announce(said);
  }

  /** Say how the typed coordinates are understood, or why they are not. */
  read(text, isFault = false) {
    this.#parts.read.textContent = text;
    this.#parts.read.classList.toggle("errors", isFault);
    this.#parts.place.ariaInvalid = isFault ? "true" : "false";
  }

  /** Say something to everyone for a while: in the bar's place when it is closed, to screen readers always. */
  announce(text) {
    this.#parts.says.textContent = text;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#parts.says.replaceChildren(), SAID_FOR_MS);
  }
}
