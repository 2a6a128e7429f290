/** Pictograms of point layers: the SVG of the panel, drawn once as an image of the map. */

const SIZE = 40;

/** Add `icon:<slug>` to the map for each point layer, in the colour given. */
export function addIcons(map, layers, colour) {
  for (const { slug, shape } of layers) {
    const drawing = document.querySelector(`[data-layer="${slug}"] .layer-icon svg`);
    if (shape !== "point" || !drawing) continue;
    const image = new Image(SIZE, SIZE);
    image.addEventListener("load", () => {
      if (!map.hasImage(`icon:${slug}`)) map.addImage(`icon:${slug}`, image);
    });
    image.src = `data:image/svg+xml,${encodeURIComponent(markup(drawing, colour))}`;
  }
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
