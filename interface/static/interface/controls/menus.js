/** Menus made of `<details class="drop">`: the browser opens them, this closes them on Escape and outside clicks. */

const open = (root) => root.querySelectorAll("details.drop[open]");

/** Close the open menus of `root` when the person goes elsewhere. */
export function closingMenus(root) {
  root.addEventListener("click", (event) => {
    for (const menu of open(root)) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open(root)) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
