/** Reads the question aloud, by a voice of the machine: no text leaves it. */

/** A voice of the machine for a language (« fr »), null where there is none. Pure. */
export function localVoice(voices, language) {
  const prefix = language.split("-")[0];
  return voices.find(({ lang, localService }) => localService && lang.split(/[-_]/)[0] === prefix) ?? null;
}

/** Show the button of the question where there is a voice; it speaks, and a second press stops it. */
export function bindReading(root, synthesis = globalThis.speechSynthesis) {
  if (!synthesis) return;
  const voice = () => localVoice(synthesis.getVoices(), document.documentElement.lang);
  const follow = () => {
    const button = root.querySelector("[data-read-aloud]");
    if (button) button.hidden = !voice() || !root.querySelector("[data-sentence]");
  };
  synthesis.addEventListener?.("voiceschanged", follow);
  root.addEventListener("portal:drawn", follow);
  root.addEventListener("click", ({ target }) => {
    if (!target.closest("[data-read-aloud]")) return;
    const isSpeaking = synthesis.speaking;
    synthesis.cancel();
    if (isSpeaking) return;
    const count = root.querySelector("#answers-count")?.textContent.trim();
    const { sentence } = root.querySelector("[data-sentence]").dataset;
    const said = new SpeechSynthesisUtterance([sentence, count].filter(Boolean).join(". "));
    said.voice = voice();
    said.lang = document.documentElement.lang;
    synthesis.speak(said);
  });
  follow();
}
