/** Pictograms of point layers: an SVG of the page, drawn once as an image of the map. */

const SIZE = 40;

/** Add `icon:<slug>` to the map for each point layer, in the colour given; `pictogramOf(layer)` is its SVG or null. */
export function addIcons(map, layers, colour, pictogramOf) {
  for (const layer of layers) {
    const { slug } = layer;
    const drawing = layer.shape === "point" && pictogramOf(layer);
    if (!drawing) continue;
    const image = new Image(SIZE, SIZE);
    image.addEventListener("load", () => {
      if (!map.hasImage(`icon:${slug}`)) map.addImage(`icon:${slug}`, image);
    });
    image.src = `data:image/svg+xml,${encodeURIComponent(markup(drawing, colour))}`;
  }
}

/** Take the pictograms of layers out of the map. */
export function removeIcons(map, layers) {
  for (const { slug } of layers) if (map.hasImage(`icon:${slug}`)) map.removeImage(`icon:${slug}`);
}

function markup(drawing, colour) {
  const copy = drawing.cloneNode(true);
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width: SIZE,
    height: SIZE,
    fill: "none",
    stroke: colour,
    "stroke-width": 2,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
  };
  for (const [name, value] of Object.entries(attributes)) copy.setAttribute(name, value);
  return new XMLSerializer().serializeToString(copy);
}
