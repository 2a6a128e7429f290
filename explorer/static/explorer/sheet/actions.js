/** What a sheet offers first: the way there, in the map application of this phone; and its link, given to somebody. */

const OF_APPLE = /iPhone|iPad|iPod/;

/** Whether a browser is on a phone of Apple, which opens its maps by a web address and reads no `geo:` URI. Pure. */
export function isOfApple({ userAgent, maxTouchPoints = 0 }) {
  return OF_APPLE.test(userAgent) || (userAgent.includes("Macintosh") && maxTouchPoints > 1);
}

/** Make links and buttons of sheets under `root`, present or to come, work as this device does. */
export function sheetActions(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-directions] a[data-apple]");
    if (link && isOfApple(navigator)) link.href = link.dataset.apple;
    const button = event.target.closest("[data-share]");
    if (button) share(button);
  });
}

/** The sharing of the device; else whoever answers to `portal:share`, and prevents it; else the link is copied. */
async function share(button) {
  const { share: url, title, shared, refused } = button.dataset;
  if (navigator.share) {
    await navigator.share({ title, url }).catch(() => {}); // given up: nothing to say
    return;
  }
  const asked = new CustomEvent("portal:share", { detail: { title, url }, bubbles: true, cancelable: true });
  if (!button.dispatchEvent(asked)) return;
  const isCopied = await navigator.clipboard.writeText(url).then(
    () => true,
    () => false,
  );
  const detail = { text: isCopied ? shared : refused, kind: isCopied ? "good" : "bad" };
  document.dispatchEvent(new CustomEvent("portal:toast", { detail }));
}
