/** Several features under the pointer: a list to choose from, by pointer, by Tab or by arrows. */
import { pictogramOf } from "../map_state/drawing.js";

/** Return the index a key leads to in a list of `count`, or null; -1 is before the first. Pure. */
export function nextChoice(key, index, count) {
  const places = { ArrowDown: Math.min(index + 1, count - 1), ArrowUp: Math.max(index - 1, 0) };
  return { ...places, Home: 0, End: count - 1 }[key] ?? null;
}

/** Fill the list of `content` with `choices`; `onChoice` receives the one chosen. */
export function fillChoices(content, choices, onChoice) {
  const list = content.querySelector("ul");
  const model = list.querySelector("li");
  list.replaceChildren(...choices.map((choice) => itemOf(model, choice, onChoice)));
  content.onkeydown = (event) => {
    const buttons = [...content.querySelectorAll(".choices button")];
    const index = nextChoice(event.key, buttons.indexOf(document.activeElement), buttons.length);
    if (index === null || !buttons.length) return;
    event.preventDefault();
    buttons[index].focus();
  };
}

function itemOf(model, choice, onChoice) {
  const item = model.cloneNode(true);
  item.querySelector("[data-choice-title]").textContent = choice.title;
  item.querySelector("[data-choice-kind]").textContent = choice.kind;
  const icon = item.querySelector("[data-choice-icon]");
  if (choice.token) icon.classList.add(`hue-${choice.token.split("/")[0]}`); // a literal one is in the pictogram
  const drawing = pictogramOf({ slug: choice.layer });
  if (drawing) icon.append(drawing.cloneNode(true));
  item.querySelector("button").addEventListener("click", () => onChoice(choice));
  return item;
}
