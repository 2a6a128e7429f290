/** A form that takes long says so, and is sent once however often its button is pressed. */

/** Bind every form that carries `data-busy`, the words to say meanwhile. */
export function bindBusyForms(root) {
  for (const form of root.querySelectorAll("form[data-busy]")) bindOne(form);
  // A page that comes back from the history is not busy any more.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
}

function bindOne(form) {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    tell(form);
  });
}

function tell(form) {
  // Its button may stand beside it.
  const button = [...form.elements].find(({ type }) => type === "submit");
  button.setAttribute("aria-disabled", "true");
  const words = document.createElement("p");
  words.className = "busy small";
  words.setAttribute("role", "status");
  const turning = document.createElement("span");
  turning.className = "spinner";
  button.parentElement.append(words);
  // Said once the region exists: a status that is born full is not read aloud.
  requestAnimationFrame(() => words.append(turning, form.dataset.busy));
}
