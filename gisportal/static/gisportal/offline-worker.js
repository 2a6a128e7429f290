/** The service worker: it keeps one page, its style and its font, and shows it when the network is gone. Never data.
 *
 * The server writes `self.offline = { name, page, files }` before this text: a new version of any file makes a new
 * worker and a new cache.
 */
((/** @type {OfflineWorker} */ worker) => {
  const { name, page, files } = worker.offline;

  async function install() {
    const cache = await caches.open(name);
    await cache.addAll([page, ...files]);
    await worker.skipWaiting();
  }

  async function activate() {
    const old = (await caches.keys()).filter((key) => key.startsWith("offline-") && key !== name);
    await Promise.all(old.map((key) => caches.delete(key)));
    await worker.registration.navigationPreload?.enable();
    await worker.clients.claim();
  }

  /** @param {string} address */
  const cached = async (address) =>
    (await caches.match(address, { ignoreVary: true, cacheName: name })) ?? Response.error();

  /** @param {WorkerFetchEvent} event @returns {Promise<Response>} */
  async function navigate(event) {
    try {
      return (await event.preloadResponse) ?? (await fetch(event.request));
    } catch {
      return cached(page);
    }
  }

  worker.addEventListener("install", (event) => event.waitUntil(install()));
  worker.addEventListener("activate", (event) => event.waitUntil(activate()));
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET") return;
    const { origin, pathname } = new URL(request.url);
    if (request.mode === "navigate") event.respondWith(navigate(event));
    else if (origin === worker.location.origin && files.includes(pathname))
      event.respondWith(fetch(request).catch(() => cached(pathname)));
  });
})(/** @type {OfflineWorker} */ (/** @type {unknown} */ (self)));
