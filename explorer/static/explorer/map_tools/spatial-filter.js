/** The shape that the map is asked with, drawn from the state on every load and change. */
import { tabStorage } from "../../interface/storage.js";
import { isMine, mine } from "../map_state/mine.js";
import { lengthText } from "./figures.js";
import { outlinesOf } from "./shapes.js";

/** A circle that tells its radius at its top, and its centre: a person and how sure their device is, or a point. */
function aroundItems(earth, centre, radius, near) {
  const top = earth.destination(centre, 0, radius);
  const language = document.documentElement.lang;
  const circle = [
    { shape: "area", places: earth.circle(centre, radius), look: "is-near" },
    { shape: "label", place: top, text: lengthText(radius, language), look: "is-near" },
  ];
  if (!isMine(tabStorage, near))
    return [...circle, { shape: "dot", place: centre, radius: 5, look: "is-asked" }];
  const { accuracy } = mine(tabStorage);
  return [
    ...circle,
    { shape: "area", places: earth.circle(centre, accuracy), look: "is-accuracy" },
    { shape: "dot", place: centre, radius: 8, look: "is-me" },
  ];
}

/** Keep the overlay in step with `within`, `near` and `radius` of the store. */
export function bindSpatialFilter(store, overlay) {
  const follow = async ({ within = "", near = "", radius = 0 }) => {
    if (near && radius) {
      const centre = near.split(",").map(Number);
      const { earth } = await import("./earth.js");
      if (store.state.near !== near || store.state.radius !== radius) return;
      overlay.set("asked", aroundItems(earth, centre, Number(radius), near));
      return;
    }
    const outlines = outlinesOf(within ?? "");
    overlay.set(
      "asked",
      outlines.map((places) => ({ shape: "area", places, look: "is-asked" })),
    );
  };
  store.addEventListener("portal:state", ({ detail }) => follow(detail.after));
  follow(store.state);
}
