/** Dialogs: a button with `data-opens` shows the `<dialog>` of that id; Escape, a click outside or its own form close it. */

/** Bind every dialog button of `root`, present or to come. The browser keeps the focus inside and gives it back. */
export function dialogs(root) {
  root.addEventListener("click", ({ target }) => {
    const opener = target.closest("[data-opens]");
    if (opener) root.getElementById(opener.dataset.opens)?.showModal();
    else if (target.matches("dialog.dialog")) target.close();
  });
}
