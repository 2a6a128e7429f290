/** Colours of the page for the map: the tokens, as the browser resolves them in light or dark. */

const NAMES = [
  "ink",
  "ink-2",
  "ink-3",
  "paper",
  "paper-2",
  "paper-3",
  "line",
  "line-2",
  "brand",
  "signal",
  "open",
  "internal",
  "ok",
  "warn",
  "bad",
  "t-urbanism",
  "t-nature",
  "t-mobility",
  "t-amenities",
  "t-climate",
  "t-waste",
  "t-people",
  "t-territory",
];

/** Read every token as hexadecimal text, as it is on an element. */
export function readPalette(element = document.documentElement) {
  const style = getComputedStyle(element);
  return Object.fromEntries(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
}

/** Call `redraw` whenever the person turns light into dark or back. */
export function onSchemeChange(redraw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => redraw(readPalette()));
}
