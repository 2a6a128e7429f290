/** The shape that the map is asked with, drawn from the state on every load and change. */
import { outlinesOf } from "./shapes.js";

/** Keep the overlay in step with `within`, `near` and `radius` of the store. */
export function bindSpatialFilter(store, overlay) {
  const follow = async ({ within = "", near = "", radius = 0 }) => {
    if (near && radius) {
      const centre = near.split(",").map(Number);
      const { earth } = await import("./earth.js");
      if (store.state.near !== near || store.state.radius !== radius) return;
      overlay.set("asked", [
        { shape: "area", places: earth.circle(centre, Number(radius)), look: "is-asked" },
        { shape: "dot", place: centre, radius: 4, look: "is-asked" },
      ]);
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
