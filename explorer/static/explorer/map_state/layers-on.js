/** Layers that a link of the question switches on. Pure: no DOM, no map. */
import { withLayer } from "./state.js";

/**
 * The layers that are on once a link is followed: those of now, and those that the link adds to the question it was
 * written for. `base`, `asked` and `now` are lists of slugs; `shapes` and `ranks` are the layers', by slug.
 */
export function withAskedLayers(base, asked, now, shapes, ranks) {
  const added = asked.filter((slug) => slug && !base.includes(slug));
  return added.reduce((slugs, slug) => withLayer(slugs, slug, shapes, ranks), now);
}
