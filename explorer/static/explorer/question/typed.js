/** What the form of a menu says, as the address holds it. Pure: no DOM. */

const FROM = ".de";
const TO = ".a";

/** Read the entries of the form of a typed value: a number, words, or the two bounds of a range; "" when it says nothing. */
export function typedText(entries) {
  const typed = entries.filter(([name]) => /\.metres$|^radius$/.test(name));
  const from = entries.findLast(([name]) => name.endsWith(FROM))?.[1];
  const to = entries.findLast(([name]) => name.endsWith(TO))?.[1];
  if (from !== undefined || to !== undefined) return from || to ? `${from ?? ""}..${to ?? ""}` : "";
  return String((typed.at(-1) ?? entries.at(-1))?.[1] ?? "").trim();
}
