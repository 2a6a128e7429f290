/** Points told apart by their shape: pictures for the map, named by the category and the colours that they are drawn in. */
import { inPalette } from "../../interface/map/colours.js";

const PIXELS = 2; // of the picture, for one of the page
const RADIUS = 8;
const BOX = 24;
const SIZE = ["interpolate", ["linear"], ["zoom"], 10, 0.6, 13, 0.85, 16, 1.3];
const PREFIX = "shape";

/** The style layer of points drawn by shape, `common` saying from which source. */
export function shapeLayer(id, common, layer, palette) {
  const plain = nameOf(-1, inPalette(`@${layer.token}`, palette), palette.paper);
  const cases = layer.categories.flatMap(({ value, colour }, rank) => [
    value,
    nameOf(rank, inPalette(`@${colour}`, palette), palette.paper),
  ]);
  return {
    id,
    type: "symbol",
    ...common,
    layout: {
      "icon-image": ["match", ["to-string", ["get", layer.field]], ...cases, plain],
      "icon-size": SIZE,
      "icon-allow-overlap": true,
      "icon-ignore-placement": true,
    },
  };
}

const nameOf = (rank, colour, rim) => [PREFIX, rank, colour, rim].join(" ");

/** The rank of a category and the colours that the name of a picture says; null for the name of another one. */
export function shapeOf(name) {
  const [prefix, rank, colour, rim] = name.split(" ");
  return prefix === PREFIX ? { rank: Number(rank), colour, rim } : null;
}

/** Give a map the picture that it misses, when its name is that of a shape of these categories. */
export function addShape(map, name, categories) {
  const shape = shapeOf(name);
  if (!shape || map.hasImage(name)) return;
  map.addImage(name, drawn(categories[shape.rank]?.corners ?? [], shape), { pixelRatio: PIXELS });
}

function drawn(corners, { colour, rim }) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = BOX * PIXELS;
  const pen = canvas.getContext("2d");
  pen.scale(PIXELS, PIXELS);
  pen.translate(BOX / 2, BOX / 2);
  pen.beginPath();
  if (corners.length) for (const [x, y] of corners) pen.lineTo(x * RADIUS, y * RADIUS);
  else pen.arc(0, 0, RADIUS, 0, 2 * Math.PI);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = rim;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
