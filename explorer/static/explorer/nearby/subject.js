/** What is looked for, on the map: over the other layers, so that it lies under nothing. Pure. */
import { withLayer } from "../map_state/state.js";

/** The layers that are on (`slugs`) with the subject; a place comes first, a line or a surface where its shape goes. */
export function withSubject(slugs, slug, layers) {
  const by = (name) => Object.fromEntries(layers.map((layer) => [layer.slug, layer[name]]));
  if (by("shape")[slug] !== "point") return withLayer(slugs, slug, by("shape"), by("rank"));
  return [slug, ...slugs.filter((one) => one !== slug)];
}

/** What the state of the map becomes when it looks for a subject; nothing new for "". */
export function asked(slug, slugs, layers) {
  return slug ? { sujet: slug, layers: withSubject(slugs, slug, layers) } : {};
}
