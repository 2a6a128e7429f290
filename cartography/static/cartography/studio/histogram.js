/** The limits on the histogram, moved by hand: the same as writing the number, which keys do. */

const WIDTH = 360;

/** Follow the handles of the form. */
export function followHistogram(root) {
  root.addEventListener("pointerdown", (event) => {
    const handle = event.target.closest("[data-handle]");
    if (!handle) return;
    event.preventDefault();
    drag(handle, event);
  });
}

function drag(handle, event) {
  const figure = handle.closest("[data-histogram]");
  const svg = handle.ownerSVGElement;
  const [low, high] = [Number(figure.dataset.low), Number(figure.dataset.high)];
  const input = svg.closest("[data-form]").elements[handle.dataset.handle];
  handle.setPointerCapture(event.pointerId);
  const move = (moved) => {
    const at = new DOMPoint(moved.clientX, moved.clientY).matrixTransform(svg.getScreenCTM().inverse()).x;
    const x = Math.min(Math.max(at, 1), WIDTH - 1);
    handle.setAttribute("transform", `translate(${x.toFixed(2)} 0)`);
    input.value = written(low + ((high - low) * x) / WIDTH, high - low);
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("pointerup", end, { once: true });
}

/** A value as the page's language writes it. */
const written = (value, span) =>
  document.documentElement.lang.startsWith("fr")
    ? rounded(value, span).replace(".", ",")
    : rounded(value, span);

/** A value as finely as a hand places it: a two-hundredth of the span. */
export function rounded(value, span) {
  const digits = Math.max(0, Math.ceil(-Math.log10(span / 200)));
  return value.toFixed(Math.min(digits, 12));
}
