// Globals that script tags of a page define before our modules (OpenLayers, in the administration), and the events of
// the portal that pass between subjects: `element.addEventListener("portal:toast", ({ detail }) => …)` is typed here.

export {};

declare global {
  const ol: typeof import("ol/dist/ol.js").default;

  interface PortalEvents {}

  interface HTMLElementEventMap extends PortalEvents {}
  interface DocumentEventMap extends PortalEvents {}
  interface WindowEventMap extends PortalEvents {}
}
