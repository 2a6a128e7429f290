/** The two sliders of a histogram: they write the bounds of the form, which says the rest. */
import { uncrossed } from "./form.js";

/** Follow the sliders and the bounds of every range of `pane`; `apply` asks what the form then says. */
export function bindSliders(pane, apply) {
  pane.addEventListener("input", ({ target }) => {
    const range = target.closest("details[data-field]");
    if (target.dataset.slide) {
      slide(range, target.dataset.slide);
      apply();
    } else if (target.dataset.bound && target.value !== "") {
      const slider = range.querySelector(`[data-slide="${target.dataset.bound}"]`);
      if (slider) slider.value = target.value;
    }
  });
}

function slide(range, movedOne) {
  const part = (name) => range.querySelector(`[data-slide="${name}"]`);
  const [from, to] = [part("from"), part("to")];
  const pair = uncrossed(Number(from.value), Number(to.value), movedOne);
  [from.value, to.value] = pair;
  write(range.querySelector('[data-bound="from"]'), from, from.min);
  write(range.querySelector('[data-bound="to"]'), to, to.max);
}

/** At the end of its run a slider asks nothing: no bound there. */
function write(bound, slider, end) {
  bound.value = Number(slider.value) === Number(end) ? "" : slider.value;
}
