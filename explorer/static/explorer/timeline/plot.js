/** The bars of the bar of time and its two handles: what is chosen, shown and said. */
import { countOf, halves, wordsOf } from "./range.js";

const periodsIn = (box) => JSON.parse(box.querySelector("#time-periods")?.textContent ?? "[]");
const slideIn = (box, name) => box.querySelector(`[data-time-slide="${name}"]`);

function windowIn(box) {
  const [first, last] = ["from", "to"].map((name) => Number(slideIn(box, name)?.value ?? 0));
  return { first, last };
}

/** Both halves of the period that the bar of a page shows, as values; null where it cannot be cut, or is closed. */
export function halvesOf(root) {
  const periods = periodsIn(root);
  return periods.length ? halves(periods, windowIn(root)) : null;
}

/** What the server drew in `box`: call `read()` when it has drawn again. */
export class TimePlot {
  periods = [];
  #box;

  constructor(box) {
    this.#box = box;
  }

  /** The places of the first and last period chosen. */
  get window() {
    return windowIn(this.#box);
  }

  /** Whether every period is chosen. */
  get isWhole() {
    const { first, last } = this.window;
    return first <= 0 && last >= this.periods.length - 1;
  }

  /** Take what the server drew, and say the period as it words it. */
  read() {
    this.periods = periodsIn(this.#box);
    for (const name of ["from", "to"]) {
      const slide = slideIn(this.#box, name);
      if (slide) slide.value = slide.getAttribute("value"); // a morph leaves what was slid
    }
    this.#tell(this.#box.querySelector("[data-time-words]")?.dataset.server);
  }

  /** Choose the periods from one place to another. */
  show({ first, last }) {
    slideIn(this.#box, "from").value = first;
    slideIn(this.#box, "to").value = last;
    this.#tell();
  }

  /** Say the period in words and by the bars; `asked` are the words of a period that the bars may not cut. */
  #tell(asked = "") {
    const { periods, window: shown } = this;
    if (!periods.length) return;
    this.#box.querySelector("[data-time-words]").textContent = asked || this.#words(shown);
    this.#box.querySelector("[data-time-plot]").style.setProperty("--periods", periods.length);
    [...this.#box.querySelectorAll(".time-bars rect")].forEach((bar, place) => {
      bar.classList.toggle("is-out", place < shown.first || place > shown.last);
    });
    slideIn(this.#box, "from").ariaValueText = periods[shown.first].name;
    slideIn(this.#box, "to").ariaValueText = periods[shown.last].name;
  }

  #words(shown) {
    const { dataset } = this.#box;
    const words = wordsOf(this.periods, shown, dataset);
    const count = countOf(this.periods, shown);
    if (count === null) return words;
    const number = count.toLocaleString(document.documentElement.lang);
    return `${words} · ${(count > 1 ? dataset.many : dataset.one).replace("{n}", number)}`;
  }
}
