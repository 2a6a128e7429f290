/** Small pies of the categories of a cluster: rings of twelve parts, so that a map needs few of them. */

/** What the name of a pie begins with; colours and twelfths follow, in turn. */
export const PIE = "pie ";

const SIDE = 48;
const RING = 7;
const GAP = 0.08;

/**
 * The parts that the name of a pie says: colours, where each begins and ends from 0 to 1. Pure.
 *
 * @param {string} name
 * @returns {{ colour: string, from: number, to: number }[]}
 */
export function partsOf(name) {
  const words = name.slice(PIE.length).split(" ");
  const parts = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const share = Number(words[at + 1]);
    if (share > 0) parts.push({ colour: words[at], share });
  }
  const whole = parts.reduce((sum, { share }) => sum + share, 0);
  let before = 0;
  return parts.map(({ colour, share }) => {
    const from = before / whole;
    before += share;
    return { colour, from, to: before / whole };
  });
}

/**
 * A pie as an image, `ratio` pixels for one of the page.
 *
 * @param {string} name
 * @param {number} ratio
 */
export function pieOf(name, ratio) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE * ratio;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null for another kind of context
  pen.scale(ratio, ratio);
  pen.translate(SIDE / 2, SIDE / 2);
  pen.rotate(-Math.PI / 2);
  pen.lineWidth = RING;
  const parts = partsOf(name);
  const gap = parts.length > 1 ? GAP : 0;
  for (const { colour, from, to } of parts) {
    pen.beginPath();
    pen.arc(0, 0, (SIDE - RING) / 2, 2 * Math.PI * from + gap, 2 * Math.PI * to);
    pen.strokeStyle = colour;
    pen.stroke();
  }
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
