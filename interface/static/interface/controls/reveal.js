/** Buttons that show the password of the input they control, until the page is left or the button pressed again. */

/** Offer every such button under `root`: without script there is none, and the password stays hidden. */
export function revealButtons(root) {
  for (const button of root.querySelectorAll("[data-reveal]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const input = document.getElementById(button.getAttribute("aria-controls"));
      const isShown = input.type === "password";
      input.type = isShown ? "text" : "password";
      button.setAttribute("aria-pressed", String(isShown));
      button.firstChild.textContent = isShown ? button.dataset.hide : button.dataset.show;
    });
  }
}
