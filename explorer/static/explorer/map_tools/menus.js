/** Menus of the tools' column: one open at a time, closed by a choice, by Escape, or by a press elsewhere. */

/** Make the button that a phone has instead of the column show it, until the map is touched; returns what folds it. */
export function bindFold(root) {
  const column = root.querySelector("[data-tools]");
  const button = column.querySelector("[data-tools-fold]");
  const set = (isOpen) => {
    column.toggleAttribute("data-unfolded", isOpen);
    button.setAttribute("aria-expanded", String(isOpen));
  };
  button.addEventListener("click", () => set(!column.hasAttribute("data-unfolded")));
  document.addEventListener("pointerdown", ({ target }) => column.contains(target) || set(false));
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !column.hasAttribute("data-unfolded")) return;
    set(false);
    if (button.checkVisibility()) button.focus();
  });
  return () => set(false);
}

/** Make each button with `data-menu` open the menu it names; returns what closes them. */
export function bindMenus(root) {
  const buttons = [...root.querySelectorAll("[data-menu]")];
  const menuOf = (button) => document.getElementById(button.getAttribute("aria-controls"));
  const set = (button, isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    menuOf(button).hidden = !isOpen;
  };
  const close = () => {
    for (const button of buttons) set(button, false);
  };
  const opened = () => buttons.find((button) => !menuOf(button).hidden);

  for (const button of buttons) {
    button.addEventListener("click", () => {
      const isOpen = opened() === button;
      close();
      set(button, !isOpen);
      if (!isOpen) menuOf(button).querySelector("button, a, input")?.focus({ focusVisible: false });
    });
    menuOf(button).addEventListener("click", (event) => {
      if (event.target.closest("[data-closes]")) close();
    });
  }
  document.addEventListener(
    "keydown",
    (event) => {
      const button = opened();
      if (event.key !== "Escape" || !button) return;
      event.stopImmediatePropagation();
      close();
      button.focus();
    },
    { capture: true },
  );
  document.addEventListener("pointerdown", (event) => {
    const button = opened();
    if (button && !menuOf(button).contains(event.target) && !button.contains(event.target)) close();
  });
  return close;
}
