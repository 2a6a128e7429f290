/** What the controls of the settings say, and where the focus goes when their form is written anew. */

/** The value of a control, as its `data-type` says; undefined for what is not typed to its end. */
export function typedValue(control) {
  const { type } = control.dataset;
  if (type === "flag") return control.checked || "";
  const text = control.value;
  if (type !== "number" || text === "") return text;
  const number = Number(text.replace(",", "."));
  return Number.isFinite(number) ? number : undefined;
}

/** What a changed control asks: its state for a box, the values of a list or of a group of boxes, its text otherwise. */
export function changeOf(control, place) {
  const { change, group, value } = control.dataset;
  if (control.localName === "button") return value ?? control.value;
  if (group !== undefined) {
    const boxes = [...place.querySelectorAll("[data-group]")];
    return boxes
      .filter((box) => box.dataset.change === change && box.dataset.group === group && box.checked)
      .map((box) => box.value);
  }
  if (control.type === "checkbox") return control.checked;
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}

/** Whether a control holds a text that one writes, rather than a choice. */
export function isWritten(control) {
  return control.matches("textarea, input:is(:not([type]), [type=text], [type=search])");
}

/** Which control of a form has the focus, and where in its text. */
export function controlOf(element, place) {
  if (!place.contains(element)) return null;
  return {
    id: element.id,
    change: element.dataset.change,
    value: element.value,
    at: isWritten(element) ? element.selectionStart : null,
  };
}

/**
 * Give the focus back to the same control of a form written anew, else to one that asks the same, else to its tab. A
 * text that was written since it was `sent` stays as it is.
 */
export function focusAgain(place, { id, change, value, at }, sent) {
  const same = [...place.querySelectorAll("[data-change]")].filter(
    (other) => other.dataset.change === change,
  );
  const found =
    (id && document.getElementById(id)) ||
    same.find((other) => other.value === value) ||
    same[0] ||
    place.querySelector('[role="tab"][aria-selected="true"]');
  found?.focus({ preventScroll: true });
  const isAnswered = sent?.id === id && sent.value === value;
  if (at !== null && found?.id === id && !isAnswered) found.value = value;
  if (at !== null && found?.setSelectionRange) found.setSelectionRange(at, at);
}
