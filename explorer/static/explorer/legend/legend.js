/** The legend over the map: folded or not, as who looks left it; folded at first where the screen is small. */

const KEY = "portal-legend";
const WIDE = "(min-width: 901px)";

/** Whether the legend is open: what was chosen on such a screen, else what its width allows. Pure. */
export function isOpen(kept, isWide) {
  const chosen = kept?.[isWide ? "wide" : "small"];
  return typeof chosen === "boolean" ? chosen : isWide;
}

/** Make the legend of a map remember how it was left. */
export function bindLegend(root, storage) {
  const card = root.querySelector("[data-legend]");
  if (!card) return;
  const wide = matchMedia(WIDE);
  const follow = () => {
    card.open = isOpen(read(storage), wide.matches);
  };
  follow();
  wide.addEventListener("change", follow);
  card.querySelector("summary").addEventListener("click", () => {
    write(storage, { ...read(storage), [wide.matches ? "wide" : "small"]: !card.open });
  });
}

function read(storage) {
  try {
    return JSON.parse(storage.getItem(KEY)) ?? {};
  } catch {
    return {}; // not ours
  }
}

function write(storage, kept) {
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // full or refused: open again next time
  }
}
