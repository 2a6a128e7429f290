/** The lines of a code list as a person may write them: `Libellé | code | #couleur`, and as rows of a small table. */

/** @typedef {{ label: string, code: string, colour: string }} Code */

const COLOUR = /^#[0-9a-f]{6}$/i;

/** Colours that stay apart, to the colour-blind too, on light and dark paper. */
export const PALETTE = [
  "#2b8cbe",
  "#d95f02",
  "#1b9e77",
  "#c51b8a",
  "#8c6d31",
  "#6a51a3",
  "#5a8f00",
  "#b30000",
];

/**
 * The values of a list, empty lines left out.
 *
 * @param {string} text
 * @returns {Code[]}
 */
export function parseCodes(text) {
  const codes = [];
  for (const line of text.split("\n")) {
    const parts = line.split("|").map((part) => part.trim());
    const colour = parts.slice(1).find((part) => COLOUR.test(part)) ?? "";
    const [label = "", code = ""] = parts.filter((part) => part && part !== colour);
    if (label) codes.push({ label, code, colour: colour.toLowerCase() });
  }
  return codes;
}

/**
 * The lines of some values; those without a label are left out.
 *
 * @param {Code[]} codes
 * @returns {string}
 */
export function formatCodes(codes) {
  return codes
    .filter(({ label }) => label.trim())
    .map(({ label, code, colour }) => [label, code, colour].map(plain).filter(Boolean).join(" | "))
    .join("\n");
}

/** @param {string} part */
function plain(part) {
  return part.replaceAll("|", "/").trim();
}

/**
 * The first colour of the palette that no value has, from the start again when all are taken.
 *
 * @param {Code[]} codes
 * @returns {string}
 */
export function nextColour(codes) {
  const used = new Set(codes.map(({ colour }) => colour));
  return PALETTE.find((colour) => !used.has(colour)) ?? PALETTE[codes.length % PALETTE.length];
}
