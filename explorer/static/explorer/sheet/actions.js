/** What a sheet offers first: the way there, in the map application of this phone; and its link, given to somebody. */

const OF_APPLE = /iPhone|iPad|iPod/;
const BY_FINGER = "(hover: none) and (pointer: coarse)";

/** Whether a browser is on a phone of Apple, which opens its maps by a web address and reads no `geo:` URI. Pure. */
export function isOfApple({ userAgent, maxTouchPoints = 0 }) {
  return OF_APPLE.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1);
}

/** Make links and buttons of sheets under `root`, present or to come, work as this device does. */
export function sheetActions(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-directions] a[data-apple]");
    if (link && isOfApple(navigator)) link.href = link.dataset.apple;
    const opener = event.target.closest(".main-actions [data-share]");
    if (opener && navigator.share && matchMedia(BY_FINGER).matches)
      shareHere(event, opener.closest(".main-actions").dataset);
  });
}

/** A phone shares by what is installed on it, in the place of the dialog that the link opens elsewhere. */
function shareHere(event, { link: url, title }) {
  event.preventDefault();
  event.stopPropagation();
  navigator.share({ title, url }).catch(() => {}); // given up: nothing to say
}
