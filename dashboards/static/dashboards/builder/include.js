/** The sections of another dashboard, as it publishes them now, shown still and under names of their own. */

const REFERENCES = ["aria-labelledby", "aria-describedby", "aria-controls", "for"];

/** Show the HTML of sections of the dashboard `name` in `body`. */
export function showInclude(body, html, name) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  rename(holder.content, name);
  const parts = [...holder.content.children];
  for (const part of parts) part.inert = true;
  body.replaceChildren(...parts);
}

/** Ids are said once in a page: those of another one are called after it. */
function rename(root, name) {
  for (const element of root.querySelectorAll("[id]")) element.id = `${name}--${element.id}`;
  for (const attribute of REFERENCES) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      const names = element.getAttribute(attribute).split(" ");
      element.setAttribute(attribute, names.map((id) => `${name}--${id}`).join(" "));
    }
  }
}
