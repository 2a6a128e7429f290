/** Words written where they stand: the title and the summary of the page, titles and texts of sections. */

/**
 * Write in place of a button: `begin` is its text, `write(text)` follows each letter, Enter and leaving keep it, Escape
 * brings back what was there. `isLong` gives room for several lines, which Enter then makes; the focus goes to `back`.
 */
export function writeInPlace(
  button,
  { begin, write, label, most, back, done, isLong = false, needed = false },
) {
  const control = document.createElement(isLong ? "textarea" : "input");
  control.className = "input in-place";
  control.value = begin;
  control.maxLength = most;
  control.setAttribute("aria-label", label);
  if (isLong) control.rows = Math.min(Math.max(begin.split("\n").length + 1, 3), 12);
  button.hidden = true;
  button.after(control);
  control.focus();
  control.select();

  let written = begin;
  let isOver = false;
  const put = (text) => {
    if (text === written || (needed && !text.trim())) return;
    written = text;
    write(text);
  };
  const end = (isKept) => {
    if (isOver) return;
    isOver = true; // a control that is taken away loses the focus, which ends again
    const hadFocus = document.activeElement === control;
    put(isKept ? control.value : begin);
    control.remove();
    button.hidden = !button.textContent.trim();
    done?.();
    if (hadFocus) (back ?? button).focus();
  };
  control.addEventListener("input", () => put(control.value));
  control.addEventListener("blur", () => end(true));
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && (event.key !== "Enter" || (isLong && !event.ctrlKey))) return;
    event.preventDefault();
    event.stopPropagation();
    end(event.key === "Enter");
  });
}

/** Let the words of the page and of its sections be written. */
export function followWriting(root, store, page) {
  const [title, summary] = ["[data-title]", "[data-summary]"].map((name) => root.querySelector(name));
  const draw = () => {
    title.textContent = store.document.title;
    summary.textContent = store.document.summary || summary.dataset.empty;
    summary.toggleAttribute("data-unwritten", !store.document.summary);
    for (const control of root.querySelectorAll("[data-page]")) show(control, store.document);
  };
  draw();
  store.addEventListener("change", draw);
  root.addEventListener("input", ({ target }) => {
    const name = target.dataset.page;
    if (!name || (name === "title" && !target.value.trim())) return;
    page.describe(name, name === "refresh" ? Number(target.value) : target.value);
  });
  root.addEventListener("click", ({ target }) => {
    const button = target.closest(
      "[data-edit-title], [data-edit-summary], [data-rename], [data-section-text]",
    );
    if (!button) return;
    if ("editTitle" in button.dataset || "editSummary" in button.dataset) writePage(button, store, page);
    else writeSection(button, store, page);
  });
}

function writePage(button, store, page) {
  const isTitle = "editTitle" in button.dataset;
  const name = isTitle ? "title" : "summary";
  writeInPlace(button, {
    begin: store.document[name] ?? "",
    write: (text) => page.describe(name, text),
    label: button.title,
    most: isTitle ? 120 : 600,
    isLong: !isTitle,
    needed: isTitle,
  });
}

function writeSection(button, store, page) {
  const rank = Number(button.closest("section").dataset.rank);
  const section = store.document.sections[rank];
  const isTitle = "rename" in button.dataset;
  const name = isTitle ? "title" : "text";
  const place = isTitle ? button : button.closest("section").querySelector("[data-section-words]");
  writeInPlace(place, {
    begin: section[name] ?? "",
    write: (text) => page.describeSection(rank, { [name]: text }),
    label: button.textContent.trim(),
    back: button,
    done: () => store.dispatchEvent(new CustomEvent("redraw")),
    most: isTitle ? 200 : 5000,
    isLong: !isTitle,
  });
}

/** What is said of the page in its settings, but for what is being typed there. */
function show(control, made) {
  if (control === document.activeElement) return;
  const value = String(made[control.dataset.page] ?? (control.dataset.page === "refresh" ? 0 : ""));
  if (control.localName === "select" && ![...control.options].some((option) => option.value === value)) {
    control.add(new Option(`${value} s`, value));
  }
  control.value = value;
}
