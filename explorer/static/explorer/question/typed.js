/** What the form of a menu says, as the address holds it, and the voice that reads the question aloud. Pure: no DOM. */

const FROM = ".de";
const TO = ".a";

/**
 * Read the entries of the form of a typed value: a number, words, or the two bounds of a range; "" when it says nothing.
 *
 * @param {[name: string, value: FormDataEntryValue][]} entries
 */
export function typedText(entries) {
  const typed = entries.filter(([name]) => /\.metres$|^radius$/.test(name));
  const from = entries.findLast(([name]) => name.endsWith(FROM))?.[1];
  const to = entries.findLast(([name]) => name.endsWith(TO))?.[1];
  if (from !== undefined || to !== undefined) return from || to ? `${from ?? ""}..${to ?? ""}` : "";
  return String((typed.at(-1) ?? entries.at(-1))?.[1] ?? "").trim();
}

/**
 * A voice of the machine for a language (« fr »), null where there is none: no text leaves it.
 *
 * @template {{ lang: string, localService: boolean }} Voice
 * @param {Voice[]} voices
 * @param {string} language
 * @returns {Voice | null}
 */
export function localVoice(voices, language) {
  const prefix = language.split("-")[0];
  return voices.find(({ lang, localService }) => localService && lang.split(/[-_]/)[0] === prefix) ?? null;
}
