/** Marks of a drawn chart by keyboard: one of them takes the focus, arrows go to the next, Enter filters. */

const NEXT = new Set(["ArrowRight", "ArrowDown"]);
const PREVIOUS = new Set(["ArrowLeft", "ArrowUp"]);

/**
 * Let the keyboard go through the marks that say something.
 *
 * @param {SVGElement} drawing
 * @param {{ask: (datum: any) => void, tell: (text: string, element: Element) => void, hush: () => void}} chart
 */
export function focusableMarks(drawing, { ask, tell, hush }) {
  const marks = [...drawing.querySelectorAll("[aria-roledescription][aria-label]")].filter(datumOf);
  marks.forEach((mark, place) => {
    mark.setAttribute("tabindex", place ? "-1" : "0");
    if (filtersOf(mark).length) {
      mark.setAttribute("role", "button");
      mark.dataset.mark = JSON.stringify(filtersOf(mark)[0]);
    }
    mark.addEventListener("focus", () => tell(mark.getAttribute("aria-label"), mark));
    mark.addEventListener("blur", hush);
    mark.addEventListener("keydown", (event) => {
      const step = NEXT.has(event.key) ? 1 : PREVIOUS.has(event.key) ? -1 : 0;
      if (step) move(marks, place, step);
      else if (event.key === "Enter" || event.key === " ") ask(datumOf(mark));
      else return;
      event.preventDefault();
    });
  });
}

function move(marks, place, step) {
  const next = marks[(place + step + marks.length) % marks.length];
  marks[place].setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

/** Return the row of a mark: Vega leaves the item of the scene on its element. */
function datumOf(mark) {
  const item = mark.__data__;
  return (Array.isArray(item) ? item[0] : item)?.datum;
}

function filtersOf(mark) {
  return datumOf(mark)?.filters ?? [];
}
