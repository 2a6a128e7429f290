/** Lines and areas drawn above the map, whatever its style: an SVG that follows the camera and the colours of the page. */

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = { area: "path", line: "path", dot: "circle", label: "text" };

/**
 * Groups of items by name. An item is `{ shape, places, look }` or `{ shape, place, look, text, radius }`: `shape` is
 * area, line, dot or label, places are [longitude, latitude], `look` a class of tools.css.
 */
export class Overlay {
  #svg;
  #map;
  #groups = new Map();

  constructor(svg, map) {
    this.#svg = svg;
    this.#map = map;
    map.on("move", () => this.#follow());
    map.on("resize", () => this.#follow());
  }

  /** Show these items under a name, instead of those it had. */
  set(name, items) {
    this.#groups.get(name)?.group.remove();
    this.#groups.delete(name);
    if (!items.length) return;
    const group = document.createElementNS(SVG, "g");
    const drawn = items.map((item) => {
      const element = document.createElementNS(SVG, ELEMENTS[item.shape]);
      element.setAttribute("class", `overlay-${item.shape} ${item.look ?? ""}`);
      if (item.text) element.textContent = item.text;
      if (item.shape === "dot") element.setAttribute("r", item.radius ?? 6);
      group.append(element);
      return { ...item, element };
    });
    this.#groups.set(name, { group, drawn });
    this.#svg.append(group);
    for (const item of drawn) this.#place(item);
  }

  #follow() {
    for (const { drawn } of this.#groups.values()) for (const item of drawn) this.#place(item);
  }

  #place({ shape, element, place, places }) {
    if (places) {
      const points = places
        .map((at) => this.#map.project(at))
        .map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`);
      element.setAttribute("d", points.length ? `M${points.join("L")}${shape === "area" ? "Z" : ""}` : "");
      return;
    }
    const { x, y } = this.#map.project(place);
    const [across, down] = shape === "dot" ? ["cx", "cy"] : ["x", "y"];
    element.setAttribute(across, x.toFixed(1));
    element.setAttribute(down, y.toFixed(1));
  }
}
