// Globals that script tags of a page define before our modules (OpenLayers, in the administration), and the events of
// the portal that pass between subjects: `element.addEventListener("portal:toast", ({ detail }) => …)` is typed here.

import type { FeatureRef } from "../interface/static/interface/map/view.js";

export {};

declare global {
  const ol: typeof import("ol/dist/ol.js").default;

  interface PortalEvents {
    /** A short message; a "bad" one stays until it is closed. */
    "portal:toast": CustomEvent<{ text: string; kind?: string }>;
    /** The feature that the pointer is on, in the map, a list or the table. */
    "portal:hover": CustomEvent<FeatureRef | null>;
    /** What shares the page asks for the picture of its map: the words of the picture, and what says whether it is saved. */
    "portal:picture": CustomEvent<
      Record<string, string> & { resolve: (value?: unknown) => void; reject: (error: unknown) => void }
    >;
    /** A panel of a dashboard is drawn. */
    "dashboard:drawn": CustomEvent<null>;
    /** A mark of a panel was chosen: the dashboard filters by its value. */
    "dashboard:filter": CustomEvent<{ field: string; value: string }>;
    /** A panel was read again. */
    "dashboard:panel": CustomEvent<null>;
  }

  interface HTMLElementEventMap extends PortalEvents {}
  interface DocumentEventMap extends PortalEvents {}
  interface WindowEventMap extends PortalEvents {}
}
