/** The page shown without network: a service worker keeps it, and nothing else of the portal. */

/** Register the worker whose address the page gives; a browser that refuses simply has no offline page. */
export function rememberOffline(root) {
  const address = root.querySelector("meta[name=offline-worker]")?.content;
  if (!address || !("serviceWorker" in navigator)) return;
  addEventListener("load", () => navigator.serviceWorker.register(address).catch(console.warn), {
    once: true,
  });
}
