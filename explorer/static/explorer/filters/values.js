/** The values of a field: those of a list that look like what is typed, or what the server finds beyond the list. */
import { isLike } from "../layer_panel/layers.js";
import { writeQuestion } from "../map_state/state.js";

/** Show only the values of a whole list that look like what is typed. */
export function seek(field) {
  for (const option of field.closest("fieldset").querySelectorAll(".options li"))
    option.hidden = !isLike(option.textContent, field.value);
}

/** Ask the server which values of a field hold what is typed: suggestions of a text, or the boxes of a long list. */
export async function suggestValues(field, state) {
  const typed = field.value;
  const asked = writeQuestion(state);
  asked.set("debut", typed.replace(/^=/, ""));
  const answer = await fetch(`${field.dataset.values}?${asked}`);
  if (!answer.ok || !field.isConnected || field.value !== typed) return;
  const text = await answer.text();
  if ("find" in field.dataset) showChoices(field.closest("fieldset"), text);
  else
    field.list.replaceChildren(...parsed(`<datalist>${text}</datalist>`).querySelector("datalist").children);
}

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

function showChoices(fieldset, text) {
  const found = parsed(text);
  fieldset.querySelector("[data-options]").replaceChildren(...found.body.children);
  const said = fieldset.querySelector("[data-found]")?.textContent ?? "";
  fieldset.querySelector("[data-options-said]").textContent = said;
}
