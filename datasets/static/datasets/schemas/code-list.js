/** The editor of a code list: a row a value, with its colour, written back to the lines of the form. */

import { closest, find, findAll } from "../../interface/dom.js";
import { formatCodes, nextColour, parseCodes } from "./codes.js";

/** @import { Code } from "./codes.js" */

/**
 * Replace the lines of a list by rows.
 *
 * @param {HTMLElement} field - the form of the field
 * @param {HTMLTemplateElement} template - of a row
 */
export function bindCodeList(field, template) {
  const place = find(field, "[data-codes]");
  const text = find(place, "textarea", HTMLTextAreaElement);
  const editor = find(place, "[data-codes-editor]");
  const list = find(editor, "[data-code-rows]", HTMLUListElement);
  const coloured = find(editor, "[data-codes-coloured]", HTMLInputElement);

  /** @param {Code} code */
  const add = ({ label, code, colour }) => {
    const row = find(/** @type {DocumentFragment} */ (template.content.cloneNode(true)), "li");
    find(row, "[data-code-label]", HTMLInputElement).value = label;
    find(row, "[data-code-code]", HTMLInputElement).value = code;
    find(row, "[data-code-colour]", HTMLInputElement).value = colour || nextColour(read());
    list.append(row);
    return row;
  };
  const read = () =>
    findAll(list, "[data-code]").map((row) => ({
      label: find(row, "[data-code-label]", HTMLInputElement).value,
      code: find(row, "[data-code-code]", HTMLInputElement).value,
      colour: find(row, "[data-code-colour]", HTMLInputElement).value,
    }));
  const write = () => {
    const codes = read();
    text.value = formatCodes(coloured.checked ? codes : codes.map((code) => ({ ...code, colour: "" })));
    for (const colour of findAll(list, "[data-code-colour-place]")) colour.hidden = !coloured.checked;
  };

  const codes = parseCodes(text.value);
  coloured.checked = codes.some(({ colour }) => colour);
  for (const code of codes.length ? codes : [{ label: "", code: "", colour: "" }]) add(code);
  find(place, "[data-codes-text]").hidden = true;
  editor.hidden = false;
  write();
  editor.addEventListener("input", write);
  editor.addEventListener("click", (event) => {
    if (closest(event, "[data-code-add]")) focusLabel(add({ label: "", code: "", colour: "" }));
    const row = closest(event, "[data-code-remove]")?.closest("li");
    if (row) {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      if (next instanceof HTMLElement) focusLabel(next);
      else find(editor, "[data-code-add]").focus();
    }
    write();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !closest(event, "[data-code-label], [data-code-code]")) return;
    event.preventDefault();
    focusLabel(add({ label: "", code: "", colour: "" }));
    write();
  });
}

/** @param {HTMLElement} row */
function focusLabel(row) {
  find(row, "[data-code-label]").focus();
}
