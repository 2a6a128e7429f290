/** The form of the fields of a schema: added, removed, moved by buttons or by drag; each shows what its type needs. */

import { closest, find, findAll, findOptional } from "../../interface/dom.js";
import { bindCodeList } from "./code-list.js";

const section = findOptional(document, "[data-fields]");
if (section) bindFields(section);

/** @param {HTMLElement} root */
function bindFields(root) {
  const list = find(root, "[data-field-list]", HTMLOListElement);
  const codes = find(root, "[data-code-template]", HTMLTemplateElement);
  const template = find(root, "[data-field-template]", HTMLTemplateElement);
  const total = find(root, "[name$='-TOTAL_FORMS']", HTMLInputElement);
  const names = find(root, "[data-field-names]", HTMLDataListElement);
  const message = find(root, "[data-fields-message]");
  root.classList.add("has-script");

  const fields = () => findAll(list, "[data-field]", HTMLLIElement);
  const number = () => {
    fields().forEach((field, index) => {
      inputOf(field, "ORDER").value = String(index + 1);
      find(field, "[data-up]", HTMLButtonElement).disabled = index === 0;
      find(field, "[data-down]", HTMLButtonElement).disabled = index === fields().length - 1;
    });
  };
  const title = () => {
    names.replaceChildren(
      ...fields()
        .map((field) => inputOf(field, "title").value.trim())
        .filter(Boolean)
        .map((name) => Object.assign(document.createElement("option"), { value: name })),
    );
  };
  /** @param {HTMLLIElement} field */
  const bind = (field) => {
    bindCodeList(field, codes);
    showKind(field);
    showRemoved(field);
    showName(field, root.dataset.untitled ?? "");
    inputOf(field, "condition_field").setAttribute("list", names.id);
  };
  /** @param {HTMLLIElement} field @param {HTMLLIElement | null} before */
  const put = (field, before) => {
    list.insertBefore(field, before);
    number();
    const name = inputOf(field, "title").value.trim() || (root.dataset.untitled ?? "");
    message.textContent = (root.dataset.moved ?? "")
      .replace("{title}", name)
      .replace("{rank}", String(fields().indexOf(field) + 1))
      .replace("{count}", String(fields().length));
  };

  for (const field of fields()) bind(field);
  number();
  title();
  find(root, "[data-add-field]").addEventListener("click", () => {
    const fragment = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    const field = find(fragment, "[data-field]", HTMLLIElement);
    renumber(field, total.value);
    total.value = String(Number(total.value) + 1);
    list.append(field);
    bind(field);
    number();
    inputOf(field, "title").focus();
  });
  list.addEventListener("input", ({ target }) => {
    const field = target instanceof Element ? target.closest("li[data-field]") : null;
    if (!(field instanceof HTMLLIElement)) return;
    showKind(field);
    showName(field, root.dataset.untitled ?? "");
    title();
  });
  list.addEventListener("click", (event) => {
    const field = closest(event, "[data-field]", HTMLLIElement);
    if (!field) return;
    const up = closest(event, "[data-up]");
    const down = closest(event, "[data-down]");
    const previous = field.previousElementSibling;
    const next = field.nextElementSibling?.nextElementSibling ?? null;
    if (up && previous instanceof HTMLLIElement) put(field, previous);
    if (down) put(field, next instanceof HTMLLIElement ? next : null);
    // A button that is now disabled gives the focus to the other one.
    if (up) focusFirst(field, "[data-up]", "[data-down]");
    if (down) focusFirst(field, "[data-down]", "[data-up]");
    if (closest(event, "[data-remove], [data-restore]")) {
      inputOf(field, "DELETE").checked = Boolean(closest(event, "[data-remove]"));
      showRemoved(field);
      find(field, inputOf(field, "DELETE").checked ? "[data-restore]" : "[data-remove]").focus();
    }
  });
  bindDrag(list, put);
}

/** @param {HTMLElement} field @param {string[]} selectors */
function focusFirst(field, ...selectors) {
  const buttons = selectors.map((selector) => find(field, selector, HTMLButtonElement));
  buttons.find(({ disabled }) => !disabled)?.focus();
}

/** @param {ParentNode} field @param {string} name */
function inputOf(field, name) {
  return find(field, `[name$="-${name}"]`, HTMLInputElement);
}

/** @param {HTMLElement} field */
function showKind(field) {
  const kind = find(field, '[name$="-kind"]', HTMLSelectElement).value;
  for (const part of findAll(field, "[data-kinds]")) {
    part.hidden = !(part.dataset.kinds ?? "").split(" ").includes(kind);
  }
}

/** @param {HTMLElement} field */
function showRemoved(field) {
  const isRemoved = inputOf(field, "DELETE").checked;
  field.classList.toggle("is-removed", isRemoved);
  find(field, "[data-removed]").hidden = !isRemoved;
  find(field, "[data-field-body]").hidden = isRemoved;
}

/** @param {HTMLElement} field @param {string} untitled */
function showName(field, untitled) {
  const name = inputOf(field, "title").value.trim() || untitled;
  for (const place of findAll(field, "[data-field-name]")) place.textContent = name;
}

/**
 * Give the inputs of a cloned form their number, in names, ids and what refers to them.
 *
 * @param {HTMLElement} field
 * @param {string} position
 */
function renumber(field, position) {
  for (const element of field.querySelectorAll("*")) {
    for (const name of ["name", "id", "for", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value?.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", position));
    }
  }
}

/**
 * Move a field by its handle, with a mouse, a finger or a pen.
 *
 * @param {HTMLOListElement} list
 * @param {(field: HTMLLIElement, before: HTMLLIElement | null) => void} put
 */
function bindDrag(list, put) {
  /** @type {HTMLLIElement | null} */
  let dragged = null;
  for (const name of ["pointerup", "pointercancel"]) {
    addEventListener(name, () => {
      dragged?.classList.remove("is-dragged");
      dragged = null;
    });
  }
  list.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !closest(event, "[data-handle]")) return;
    dragged = closest(event, "[data-field]", HTMLLIElement);
    dragged?.classList.add("is-dragged");
    event.preventDefault();
  });
  addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const current = dragged;
    const others = findAll(list, "[data-field]", HTMLLIElement).filter((field) => field !== current);
    const before = others.find((field) => {
      const { top, height } = field.getBoundingClientRect();
      return event.clientY < top + height / 2;
    });
    if ((before ?? null) !== current.nextElementSibling) put(current, before ?? null);
  });
}
