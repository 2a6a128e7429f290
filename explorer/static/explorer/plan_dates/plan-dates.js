/** The day at which the map reads plans: another one opens the page again, at the same place with the same question. */

import { closest, findOptional, isPlainClick } from "../../interface/dom.js";

const PARAMETER = "plan-date";

/**
 * The address of the map at another day, "" for what is online. Pure.
 *
 * @param {string} href
 * @param {string} day - AAAA-MM-JJ
 */
export function atDay(href, day) {
  const address = new URL(href);
  if (day) address.searchParams.set(PARAMETER, day);
  else address.searchParams.delete(PARAMETER);
  return address.href;
}

/**
 * Follow the links and the form that choose a day.
 *
 * @param {HTMLElement} root
 */
export function bindPlanDates(root) {
  root.addEventListener("click", (event) => {
    const link = closest(event, "a[data-plan-date]");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    location.assign(atDay(location.href, link.dataset.day ?? ""));
  });
  const form = findOptional(root, "[data-plan-date-form]", HTMLFormElement);
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    location.assign(atDay(location.href, String(new FormData(form).get(PARAMETER) ?? "")));
  });
}
