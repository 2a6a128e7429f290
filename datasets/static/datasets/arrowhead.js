/** The head of an arrow as an image of the map, pointing north. */

const SIZE = 28;
const RATIO = 2;

/** Put the arrowhead under `name`, in a colour with an outline; what had this name before goes. */
export function putArrowhead(map, name, colour, outline) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  pen.beginPath();
  pen.moveTo(SIZE / 2, 2);
  pen.lineTo(SIZE - 4, SIZE - 4);
  pen.lineTo(SIZE / 2, SIZE - 9);
  pen.lineTo(4, SIZE - 4);
  pen.closePath();
  pen.lineWidth = 3;
  pen.lineJoin = "round";
  pen.strokeStyle = outline;
  pen.fillStyle = colour;
  pen.stroke();
  pen.fill();
  if (map.hasImage(name)) map.removeImage(name);
  map.addImage(name, pen.getImageData(0, 0, SIZE, SIZE), { pixelRatio: RATIO });
}
